"""The floor of a step holds its matrix products and convolutions, all of them and nothing else."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.networks import build_autoencoder
from kerasclust.speed.floor import Floor, again, heavy_operations, step_graph


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
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        networks = build_autoencoder(shape, 3, network)
    finally:
        keras.config.set_dtype_policy(before)
    found = heavy_operations(step_graph(training_step(networks), [tf.zeros((4, *shape))]))
    assert len(found) >= 11
    for operation in found:
        result, original = again(operation)(), operation.outputs[0]
        assert result.dtype == original.dtype
        assert original.shape.is_compatible_with(result.shape)


def test_the_floor_computes_what_it_times():
    traced = []

    def step(x):
        traced.append(x.shape)
        return tf.matmul(x, x, transpose_b=True)

    floor = Floor(step, [tf.ones((6, 7))])
    assert traced == [(6, 7)]
    assert floor.n_operations == 1
    graph = floor.many.get_concrete_function(tf.constant(1)).graph.as_graph_def()
    nodes = [node for function in graph.library.function for node in function.node_def]
    (product,) = [node for node in nodes if node.op == "MatMul"]
    assert any(f"^{product.name}" in node.input for node in nodes)
    assert int(floor.many(tf.constant(3))) == 3
    assert floor.seconds(3) > 0.0


def test_products_in_a_loop_are_refused():
    def step(x):
        return tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf.matmul(h, x)), (0, x))[1]

    with pytest.raises(InputError, match="in a branch or a loop"):
        heavy_operations(step_graph(step, [tf.ones((4, 4))]))
