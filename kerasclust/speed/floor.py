"""The floor of a training step: its matrix products and convolutions alone, as one compiled function."""

import time

import tensorflow as tf

from kerasclust.errors import InputError

HEAVY = (
    "MatMul",
    "BatchMatMulV2",
    "Einsum",
    "Conv2D",
    "Conv2DBackpropInput",
    "Conv2DBackpropFilter",
)


def step_graph(step, batch):
    """The graph of a training step for one batch.

    Args:
        step: function of the tensors of a batch, not compiled yet.
        batch: its tensors, in their order.

    Returns:
        tf.Graph, in which all shapes are known.
    """
    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in batch]
    return tf.function(step).get_concrete_function(*specs).graph


def heavy_operations(graph):
    """The matrix products and convolutions of a graph, in the order in which it was traced.

    Raises:
        InputError: some are inside of a branch or a loop, where nothing tells how often they run.
    """
    library = graph.as_graph_def().library.function
    if any(node.op in HEAVY for function in library for node in function.node_def):
        raise InputError(
            "This step has matrix products in a branch or a loop: its floor cannot be told from its graph."
        )
    return [operation for operation in graph.get_operations() if operation.type in HEAVY]


def again(operation):
    """A function without arguments that runs an operation anew, on random tensors of the same shapes and types."""
    definition = operation.op_def
    arguments = [_like(tensor, operation) for tensor in operation.inputs]
    if operation.type == "Einsum":  # which has a list of inputs
        given = {"inputs": arguments}
    else:
        given = {argument.name: value for argument, value in zip(definition.input_arg, arguments, strict=True)}
    of_inputs = {name for argument in definition.input_arg for name in (argument.type_attr, argument.number_attr)}
    given |= {a.name: _text(operation.get_attr(a.name)) for a in definition.attr if a.name not in of_inputs}
    run = getattr(tf.raw_ops, operation.type)
    return lambda: run(**given)


def _like(tensor, operation):
    """Small random numbers in the shape of a tensor; for whole numbers, which say a shape, that of the result."""
    if tensor.dtype.is_integer:
        return tf.constant(operation.outputs[0].shape, tensor.dtype)
    return tf.cast(tf.random.normal(tensor.shape, stddev=0.1), tensor.dtype)


def _text(value):
    return value.decode() if isinstance(value, bytes) else value


class Floor:
    """What a training step needs at least: its matrix products and convolutions, one after the other, and nothing else.

    Args:
        step: function of the tensors of a batch, not compiled yet.
        batch: its tensors, in their order.
    """

    def __init__(self, step, batch):
        runs = [again(operation) for operation in heavy_operations(step_graph(step, batch))]

        @tf.function
        def many(n):
            done = tf.constant(0)
            for _ in tf.range(n):
                last = [done]
                for run in runs:
                    with tf.control_dependencies(last):
                        last = [run()]
                with tf.control_dependencies(last):  # what nothing waits for would not be computed
                    done = done + 1
            return done

        self.n_operations = len(runs)
        self.many = many

    def seconds(self, n_steps):
        """Seconds a step, over a number of steps in one call."""
        self.many(tf.constant(1)).numpy()
        started = time.perf_counter()
        self.many(tf.constant(n_steps)).numpy()
        return (time.perf_counter() - started) / n_steps
