"""What models share that train a critic against their autoencoder."""

import tensorflow as tf

from kerasclust.callbacks import LearningRateDecay
from kerasclust.compute.distribution import scaled
from kerasclust.compute.precision import precision

CRITIC_SEED = 500  # between the seeds of the weights of an autoencoder and of its critic


class Adversarial:
    """A critic that learns in the same steps as the autoencoder, by its own loss: a mixin before the model's class.

    A model sets `critic_optimizer` (a `new_optimizer`) in its constructor and defines `new_critic(seed)`; its
    `autoencode` has a "critic_loss" among the losses.
    """

    has_critic = True
    critic_rate = 1.0  # the critic's learning rate, in those of the autoencoder

    def new_critic(self, seed):
        """A critic (Keras model) with the starting weights of a seed."""
        raise NotImplementedError(f"{type(self).__name__} does not define new_critic.")

    def build(self, input_shape):
        """Create the networks for samples of a shape (None, ...)."""
        super().build(input_shape)
        if self.has_critic:
            with precision(self.dtype_policy):
                self.critic = self.new_critic(seed=0)
            self.critic_optimizer.build(self.critic.trainable_variables)

    def reset_networks(self, seed):
        """Start anew from the weights of a seed."""
        super().reset_networks(seed)
        if self.has_critic:
            self.critic.set_weights(self.new_critic(seed + CRITIC_SEED).get_weights())

    @property
    def optimizers(self):
        """All optimizers of the model, the critic's among them."""
        return [*super().optimizers, *([self.critic_optimizer] if self.has_critic else [])]

    def steering(self, samples, epochs, rate=1.0, rise=0.0):
        """Callbacks that lower the learning rates of both sides alike."""
        steering = super().steering(samples, epochs, rate, rise)
        if self.has_critic:
            critic_rate = self.critic_rate * rate * self.learning_rate
            name = "critic_learning_rate"
            steering.append(LearningRateDecay(self.critic_optimizer, critic_rate, epochs, name, rise=rise))
        return steering

    def pretrain_step(self, index, x, view):
        """One iteration of pretraining: the critic by its loss, encoder and decoder by L (`pretrain_objective`)."""
        with tf.GradientTape(persistent=True) as tape:
            _, losses = self.autoencode(index, x, view)
            losses["loss"] = self.pretrain_objective(losses)
            shares = self.minimized(losses)
        return self.update(tape, losses, shares, self.autoencoder_variables)

    def minimized(self, losses):
        """The losses that are minimized, `scaled` for their optimizers: L, and the critic's where there is one."""
        shares = [scaled(self.optimizer, losses["loss"])]
        return [*shares, scaled(self.critic_optimizer, losses["critic_loss"])] if self.has_critic else shares

    def update(self, tape, losses, shares, variables):
        """Update the critic by its loss, then variables by L, each with its own optimizer, and return the logs.

        Both gradients are taken at the same point, from one pass through the networks.
        """
        if self.has_critic:
            self.descend_critic(tape, shares[1])
        return self.descend(tape, shares[0], variables, losses)

    def descend_critic(self, tape, share):
        """Update the critic by the gradient of its `scaled` loss."""
        of_critic = self.critic.trainable_variables
        self.critic_optimizer.apply(tape.gradient(share, of_critic), of_critic)
