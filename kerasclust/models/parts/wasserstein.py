"""What models share whose critic measures a Wasserstein distance."""

import keras
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import drawn, scaled
from kerasclust.compute.optimizers import FusedAdam
from kerasclust.losses import gradient_penalty, wasserstein_critic_loss
from kerasclust.models.parts.adversary import Adversarial
from kerasclust.models.parts.checks import positive

BETAS = 0.5, 0.9  # of Adam: with more momentum, both sides chase each other
PENALTY = 10.0  # weight of the gradient penalty


class Wasserstein(Adversarial):
    """A critic that tells points from those of a reference distribution by a Wasserstein distance with penalty.

    A model calls `compete` in its constructor, beside what `Adversarial` needs.

    Reference:
        I. Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017: eq. 3.
    """

    def compete(self, critic_steps):
        """Keep how many steps the critic makes for each of the others, and give both sides optimizers."""
        self.critic_steps = positive("critic_steps", critic_steps)
        self.compile(optimizer=FusedAdam(self.learning_rate, *BETAS), jit_compile=False)
        self.critic_optimizer = self.new_optimizer(FusedAdam(self.learning_rate, *BETAS))

    def critic_loss(self, points, reference):
        """The critic's loss, a scalar, for points and draws of the reference (b, ...): high scores for the latter."""
        n = ops.shape(points)[0]
        axes = (1,) * (len(points.shape) - 1)
        share = drawn(lambda m: keras.random.uniform((m, *axes), seed=self.noise), n)
        between = share * reference + (1.0 - share) * points
        with tf.GradientTape() as tape:
            tape.watch(between)
            height = ops.sum(self.critic(between, training=True))
        penalty = gradient_penalty(ops.reshape(tape.gradient(height, between), (n, -1)))
        scores, reference_scores = self.critic(points, training=True), self.critic(reference, training=True)
        return ops.mean(wasserstein_critic_loss(scores, reference_scores) + PENALTY * penalty)

    def train_critic(self, points, reference):
        """One step of the critic on points and draws of the reference (b, ...); returns its loss before."""
        with tf.GradientTape() as tape:
            loss = self.critic_loss(points, reference)
            share = scaled(self.critic_optimizer, loss)
        self.descend_critic(tape, share)
        return loss
