"""Critic: a network with its own loss and optimizer, trained in the steps of a model."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import keras

from kerasclust.training.phase import Steered
from kerasclust.types import Tensor

Objective: TypeAlias = tuple[keras.optimizers.Optimizer, Tensor, Sequence[keras.Variable]]  # see `Tape.minimize`

CRITIC_SEED = 500  # between the seeds of the weights of an autoencoder and of its critic


class Critic(keras.layers.Layer):
    """Network that competes with its model.

    Args:
        new_network: function (seed) -> Keras model with the starting weights of the seed.
        optimizer: Keras optimizer of the critic alone.
        learning_rate: highest learning rate.
    """

    def __init__(
        self, new_network: Callable[[int], keras.Model], optimizer: keras.optimizers.Optimizer, learning_rate: float
    ) -> None:
        super().__init__(name="critic")
        self.new_network, self.optimizer, self.learning_rate = new_network, optimizer, learning_rate

    def create(self) -> None:
        """Create the network."""
        self.network = self.new_network(0)
        self.optimizer.build(self.network.trainable_variables)
        self.built = True

    def reset(self, seed: int) -> None:
        """Reset the network to the weights of a seed."""
        self.network.set_weights(self.new_network(seed + CRITIC_SEED).get_weights())

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        """Return the network's output for points x (b, ...)."""
        return self.network(x, training=training)

    def steered(self, share: float, rise: float) -> Steered:
        """Return the critic's optimizer and the course of its learning rate in a phase.

        Args:
            share: highest learning rate of the phase, as a share of the critic's.
            rise: share of the phase over which the rate rises first.
        """
        return Steered(self.optimizer, share * self.learning_rate, "critic_learning_rate", rise=rise)

    def objective(self, losses: dict[str, Tensor]) -> Objective:
        """Return the objective of the critic for `Tape.minimize`, from losses {name: scalar}."""
        return self.optimizer, losses["critic_loss"], self.network.trainable_variables
