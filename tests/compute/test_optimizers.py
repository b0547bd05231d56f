"""The fused Adam is Keras's Adam, and forgets everything but its learning rate."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.compute.optimizers import FusedAdam, reset

SHAPES = ((4, 3), (3,), (), (2, 2, 5))
GRADIENTS = [
    [
        (scale * np.random.default_rng(10 * step + i).normal(size=shape)).astype("float32")
        for i, shape in enumerate(SHAPES)
    ]
    for step, scale in enumerate(np.geomspace(1e-4, 1e2, 20))
]
WRAPPINGS = pytest.mark.parametrize("wrap", [lambda adam: adam, keras.optimizers.LossScaleOptimizer])


def new_variables():
    return [keras.Variable(np.linspace(-1.0, 1.0, int(np.prod(shape))).reshape(shape)) for shape in SHAPES]


def path(optimizer, variables=None):
    """Values of variables after each of twenty steps along the same gradients, in a compiled function."""
    variables = new_variables() if variables is None else variables
    optimizer.build(variables)

    @tf.function
    def step(*gradients):
        optimizer.apply([optimizer.scale_loss(gradient) for gradient in gradients], variables)

    values = []
    for gradients in GRADIENTS:
        step(*gradients)
        values.append(np.concatenate([np.ravel(variable) for variable in variables]))
    return np.array(values)


@WRAPPINGS
@pytest.mark.parametrize("settings", [{}, {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}, {"weight_decay": 0.1}])
def test_fused_adam_follows_adam(wrap, settings):
    fused, adam = (wrap(kind(0.01, **settings)) for kind in (FusedAdam, keras.optimizers.Adam))
    np.testing.assert_allclose(path(fused), path(adam), rtol=0, atol=1e-6)


def test_a_changed_learning_rate_counts_from_the_next_step():
    ends = []
    for kind in (FusedAdam, keras.optimizers.Adam):
        optimizer, variables = kind(0.01), new_variables()
        path(optimizer, variables)
        optimizer.learning_rate = 0.003
        ends.append(path(optimizer, variables))
    np.testing.assert_allclose(*ends, rtol=0, atol=1e-6)


def test_a_gradient_that_overflowed_moves_nothing():
    optimizer, variables = keras.optimizers.LossScaleOptimizer(FusedAdam(0.01)), new_variables()
    optimizer.build(variables)
    before = [variable.numpy() for variable in variables]
    optimizer.apply([tf.fill(shape, np.inf) for shape in SHAPES], variables)
    for old, variable in zip(before, variables, strict=True):
        np.testing.assert_array_equal(variable, old)
    np.testing.assert_allclose(path(optimizer, variables), path(FusedAdam(0.01)), rtol=0, atol=1e-6)


@WRAPPINGS
def test_reset_takes_the_path_of_a_new_optimizer_and_leaves_the_learning_rate(wrap):
    optimizer, variables = wrap(FusedAdam(0.01)), new_variables()
    first = path(optimizer, variables)
    optimizer.learning_rate = 0.02
    for variable, start in zip(variables, new_variables(), strict=True):
        variable.assign(start)
    reset(optimizer)
    assert float(optimizer.learning_rate) == pytest.approx(0.02)
    again = path(optimizer, variables)
    np.testing.assert_array_equal(again, path(wrap(FusedAdam(0.02))))
    assert np.abs(again - first).max() > 1e-3
