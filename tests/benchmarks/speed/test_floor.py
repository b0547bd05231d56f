"""The floor of a step holds its matrix products and convolutions, all of them and nothing else."""

import numpy as np
import pytest
import tensorflow as tf

from benchmarks.speed.floor import Floor, again, heavy_operations, step_graph
from kerasclust.compute.precision import precision
from kerasclust.errors import InputError
from kerasclust.networks import build_autoencoder


def training_step(networks):
    variables = [variable.value for network in networks for variable in network.trainable_variables]

    def step(x):
        with tf.GradientTape() as tape:
            restored = x
            for network in networks:
                restored = network(restored, training=True)
            loss = tf.reduce_mean((x - tf.cast(restored, x.dtype)) ** 2)
        for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(0.01 * gradient)
        return loss

    return step


def flops(operation):
    """Multiplications of a matrix product."""
    a = operation.inputs[0]
    return int(np.prod(operation.outputs[0].shape)) * a.shape[0 if operation.get_attr("transpose_a") else 1]


def test_a_dense_step_has_three_products_a_layer_but_the_first():
    networks = build_autoencoder((30,), 4, "dense", (16, 8))
    found = heavy_operations(step_graph(training_step(networks), [tf.zeros((5, 30))]))
    weights = [30 * 16, 16 * 8, 8 * 4, 4 * 8, 8 * 16, 16 * 30]
    assert len(found) == 3 * len(weights) - 1  # nobody asks for the gradient of the samples
    assert sum(map(flops, found)) == 5 * (3 * sum(weights) - weights[0])


@pytest.mark.parametrize(("shape", "network"), [((12,), "dense"), ((32, 3), "conv1d"), ((28, 28, 1), "conv2d")])
@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_an_operation_runs_again_on_the_same_shapes(shape, network, policy):
    with precision(policy):
        networks = build_autoencoder(shape, 3, network)
    found = heavy_operations(step_graph(training_step(networks), [tf.zeros((4, *shape))]))
    assert len(found) >= 11
    for operation in found:
        result, original = again(operation)(), operation.outputs[0]
        assert result.dtype == original.dtype
        assert original.shape.is_compatible_with(result.shape)


def test_the_floor_computes_what_it_times():
    """The optimizer would drop what nothing needs, so a number of every product is in what the function returns."""

    def step(x):
        return tf.matmul(x, x), tf.matmul(x, x, transpose_b=True)

    floor = Floor(step, [tf.ones((6, 6))])
    assert floor.n_operations == 2
    once, thrice = (float(floor.many(tf.constant(n))) for n in (1, 3))
    assert once != 0.0
    assert thrice == pytest.approx(3 * once, rel=1e-5)
    assert floor.seconds(3) > 0.0


def test_what_a_step_does_not_run_is_not_in_its_floor():
    def step(x):
        tf.matmul(x, x)  # which nobody needs
        same = tf.matmul(x, x, transpose_b=True) + tf.matmul(x, x, transpose_b=True)
        return same + tf.matmul(x, x, transpose_a=True)

    found = heavy_operations(step_graph(step, [tf.ones((4, 4))]))
    assert [operation.get_attr("transpose_b") for operation in found] == [True, False]


def test_products_in_a_loop_are_refused():
    def step(x):
        return tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf.matmul(h, x)), (0, x))[1]

    with pytest.raises(InputError, match="a branch or a loop"):
        heavy_operations(step_graph(step, [tf.ones((4, 4))]))
