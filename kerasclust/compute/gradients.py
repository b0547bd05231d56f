"""Computation and application of gradients."""

from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import n_replicas
from kerasclust.types import Tensor


class Tape(tf.GradientTape):
    """Gradient tape that records the losses of a training step and minimizes them.

    Keras sums the gradients of all replicas, so the tape divides each loss by the number of replicas. With half
    precision, the optimizer also scales the loss.

    Example:
        >>> import keras
        >>> x = keras.Variable(3.0)
        >>> with Tape() as tape:
        ...     loss = x**2
        >>> tape.minimize((keras.optimizers.SGD(0.1), loss, [x]))
        >>> round(float(x), 3)
        2.4
    """

    def __init__(self) -> None:
        super().__init__(persistent=True)

    def minimize(self, *objectives: tuple[Any, Tensor, Sequence[Any]]) -> None:
        """Make one step of each optimizer.

        All gradients are computed before any variable changes. Several objectives of the same optimizer share one step.

        Args:
            *objectives: (optimizer, loss, variables). A loss with several entries counts as their sum.
        """
        steps: dict[int, tuple[Any, list[tuple[Tensor, Any]]]] = {}
        for optimizer, loss, variables in objectives:
            scale = optimizer.scale_loss(ops.ones_like(loss) / n_replicas())
            gradients = self.gradient(loss, variables, output_gradients=scale)
            _, pairs = steps.setdefault(id(optimizer), (optimizer, []))
            pairs += zip(gradients, variables, strict=True)
        for optimizer, pairs in steps.values():
            optimizer.apply(*zip(*pairs, strict=True))
