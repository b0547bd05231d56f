"""Critic that measures a Wasserstein distance."""

import keras
import tensorflow as tf
from keras import ops

from kerasclust.compute.draws import uniform
from kerasclust.compute.gradients import Tape
from kerasclust.compute.optimizers import FusedAdam
from kerasclust.losses import gradient_penalty, wasserstein_critic_loss
from kerasclust.models.parts.critic import Critic
from kerasclust.types import Tensor

BETAS = 0.5, 0.9  # of Adam: with more momentum, both sides chase each other
PENALTY = 10.0  # weight of the gradient penalty


def adversarial_adam(learning_rate: float) -> FusedAdam:
    """Return Adam for the model or for the critic, with little momentum."""
    return FusedAdam(learning_rate, *BETAS)


class WassersteinCritic(Critic):
    """Critic of points against a reference distribution.

    It measures a Wasserstein distance, with gradient penalty.

    Reference:
        I. Gulrajani et al., "Improved training of Wasserstein GANs", NIPS 2017: eq. 3.
    """

    def loss(self, points: Tensor, reference: Tensor, noise: keras.random.SeedGenerator) -> Tensor:
        """Return the critic's loss, a scalar; draws of the reference get high scores.

        Args:
            points: tensor (b, ...).
            reference: draws of the reference distribution (b, ...).
            noise: `keras.random.SeedGenerator`.
        """
        n = ops.shape(points)[0]
        mixed = uniform((n, *(1,) * (len(points.shape) - 1)), noise)
        between = mixed * reference + (1.0 - mixed) * points
        with tf.GradientTape() as tape:
            tape.watch(between)
            height = ops.sum(self(between, training=True))
        penalty = gradient_penalty(ops.reshape(tape.gradient(height, between), (n, -1)))
        scores, reference_scores = self(points, training=True), self(reference, training=True)
        return ops.mean(wasserstein_critic_loss(scores, reference_scores) + PENALTY * penalty)

    def train(self, points: Tensor, reference: Tensor, noise: keras.random.SeedGenerator) -> Tensor:
        """Make one step of the critic and return its loss before the step.

        Args:
            points: as in `loss`.
            reference: as in `loss`.
            noise: as in `loss`.
        """
        with Tape() as tape:
            loss = self.loss(points, reference, noise)
        tape.minimize(self.objective({"critic_loss": loss}))
        return loss
