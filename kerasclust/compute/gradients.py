"""The place where gradients are taken and applied."""

import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import n_replicas


class Tape(tf.GradientTape):
    """Records the losses of a training step and lowers them.

    The gradients of all replicas are summed, so each replica contributes its loss divided by their number. An optimizer
    with loss scaling (half precision) scales it.

    Example:
        >>> import keras
        >>> x = keras.Variable(3.0)
        >>> with Tape() as tape:
        ...     loss = x**2
        >>> tape.minimize((keras.optimizers.SGD(0.1), loss, [x]))
        >>> round(float(x), 3)
        2.4
    """

    def __init__(self):
        super().__init__(persistent=True)

    def minimize(self, *objectives):
        """Lower losses, each by an optimizer and for some variables.

        All gradients are taken at the same point, before any variable changes. Pairs of one optimizer are applied
        together, as one step of it.

        Args:
            *objectives: (optimizer, loss, variables); a loss with several entries counts as their sum.
        """
        steps = {}
        for optimizer, loss, variables in objectives:
            scale = optimizer.scale_loss(ops.ones_like(loss) / n_replicas())
            gradients = self.gradient(loss, variables, output_gradients=scale)
            _, pairs = steps.setdefault(id(optimizer), (optimizer, []))
            pairs += zip(gradients, variables, strict=True)
        for optimizer, pairs in steps.values():
            optimizer.apply(*zip(*pairs, strict=True))
