"""Adam with one kernel per variable."""

from typing import Any

import keras
import tensorflow as tf
from keras import ops

from kerasclust.errors import InputError
from kerasclust.types import Tensor


@keras.saving.register_keras_serializable(package="kerasclust")
class FusedAdam(keras.optimizers.Adam):
    """Adam optimizer that updates a variable in one TensorFlow kernel instead of a dozen.

    Equations and state are the same as in Keras. Small networks on a CPU spend more time between operations than in
    operations, so fewer kernels make a training step faster.

    Args:
        *args: arguments of `keras.optimizers.Adam`.
        amsgrad: has to be False.
        **kwargs: further arguments of `keras.optimizers.Adam`.

    Raises:
        InputError: amsgrad is True.
    """

    def __init__(self, *args: Any, amsgrad: bool = False, **kwargs: Any) -> None:
        if amsgrad:
            raise InputError("FusedAdam has no AMSGrad; use keras.optimizers.Adam.")
        super().__init__(*args, **kwargs)

    def update_step(self, gradient: Tensor, variable: keras.Variable, learning_rate: Tensor) -> None:
        """Update a variable and its moments in place."""
        step = ops.cast(self.iterations + 1, variable.dtype)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=ops.power(ops.cast(self.beta_1, variable.dtype), step),
            beta2_power=ops.power(ops.cast(self.beta_2, variable.dtype), step),
            lr=ops.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=ops.cast(gradient, variable.dtype),
        )


def reset(optimizer: keras.optimizers.Optimizer) -> None:
    """Reset the moments, counters and loss scale of an optimizer. Its learning rate stays."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    for variable in inner.variables:
        if variable is not inner._learning_rate:
            variable.assign(ops.zeros_like(variable))
    if inner is not optimizer:
        optimizer.step_counter.assign(0)
        optimizer.dynamic_scale.assign(optimizer.initial_scale)
