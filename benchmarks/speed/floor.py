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
    """The matrix products and convolutions that a graph needs for its results, in the order in which it was traced.

    What a tape recorded and nobody asks for is left out, and of equal operations on the same tensors all but the first:
    TensorFlow does not run them either.

    Raises:
        InputError: some are inside of a function, a branch or a loop, where nothing tells how often they run.
    """
    library = graph.as_graph_def().library.function
    if any(node.op in HEAVY for function in library for node in function.node_def):
        raise InputError(
            "This step has matrix products in a function, a branch or a loop: its graph does not tell its floor."
        )
    needed = _needed(graph)
    found = [operation for operation in graph.get_operations() if operation.type in HEAVY and operation in needed]
    return list({_identity(operation): operation for operation in reversed(found)}.values())[::-1]


def _needed(graph):
    """Operations that the results of a graph depend on."""
    waiting = [*(tensor.op for tensor in graph.outputs), *graph.control_outputs]
    needed = set()
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting += [*(tensor.op for tensor in operation.inputs), *operation.control_inputs]
    return needed


def _identity(operation):
    """What equal operations on the same tensors have in common."""
    settings = (str(operation.get_attr(attribute.name)) for attribute in operation.op_def.attr)
    return operation.type, tuple(tensor.name for tensor in operation.inputs), tuple(settings)


def again(operation):
    """An operation anew, on random tensors of the same shapes and types.

    Args:
        operation: one of `heavy_operations`.

    Returns:
        Function () -> the tensor that it makes.
    """
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
    """A training step without all but its matrix products and convolutions, which run one after the other.

    Args:
        step: function of the tensors of a batch, not compiled yet.
        batch: its tensors, in their order.
    """

    def __init__(self, step, batch):
        runs = [again(operation) for operation in heavy_operations(step_graph(step, batch))]

        @tf.function
        def many(n):
            used = tf.constant(0.0)
            for _ in tf.range(n):
                for run in runs:
                    with tf.control_dependencies([used]):
                        result = run()
                    # A number of each result goes on to the next: what only has to be waited for is optimized away.
                    used += tf.cast(tf.reshape(result, [-1])[0], tf.float32)
            return used

        self.n_operations = len(runs)
        self.many = many

    def seconds(self, n_steps):
        """Seconds a step, over a number of steps in one call."""
        self.many(tf.constant(1)).numpy()
        started = time.perf_counter()
        self.many(tf.constant(n_steps)).numpy()
        return (time.perf_counter() - started) / n_steps
