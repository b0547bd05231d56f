"""Floor of a training step: its matrix products and convolutions alone, as one compiled function."""

import time
from collections.abc import Callable, Sequence
from typing import Any

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


def step_graph(step: Callable[..., Any], batch: Sequence[tf.Tensor]) -> tf.Graph:
    """Trace a training step for one batch.

    Args:
        step: function of the tensors of a batch, not compiled.
        batch: the tensors, in order.

    Returns:
        tf.Graph with known shapes.
    """
    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in batch]
    return tf.function(step).get_concrete_function(*specs).graph


def heavy_operations(graph: tf.Graph) -> list[tf.Operation]:
    """Return the matrix products and convolutions that a graph needs for its results, in the order of tracing.

    Operations without effect on the results are left out, and so are repetitions of an operation on the same tensors:
    TensorFlow does not run them either.

    Raises:
        InputError: some of them are in a function, a branch or a loop, so the graph does not tell how often they run.
    """
    library = graph.as_graph_def().library.function
    if any(node.op in HEAVY for function in library for node in function.node_def):
        raise InputError(
            "This step has matrix products in a function, a branch or a loop: its graph does not tell its floor."
        )
    needed = _needed(graph)
    found = [operation for operation in graph.get_operations() if operation.type in HEAVY and operation in needed]
    return list({_identity(operation): operation for operation in reversed(found)}.values())[::-1]


def _needed(graph: tf.Graph) -> set[tf.Operation]:
    """Return the operations that the results of a graph depend on."""
    waiting = [*(tensor.op for tensor in graph.outputs), *graph.control_outputs]
    needed = set()
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting += [*(tensor.op for tensor in operation.inputs), *operation.control_inputs]
    return needed


def _identity(operation: tf.Operation) -> tuple[Any, ...]:
    """Return a key that is equal for equal operations on the same tensors."""
    settings = (str(operation.get_attr(attribute.name)) for attribute in operation.op_def.attr)
    return operation.type, tuple(tensor.name for tensor in operation.inputs), tuple(settings)


def again(operation: tf.Operation) -> Callable[[], tf.Tensor]:
    """Return a function () -> tensor that runs an operation on random tensors of the same shapes and types.

    Args:
        operation: one of `heavy_operations`.
    """
    definition = operation.op_def
    arguments = [_like(tensor, operation) for tensor in operation.inputs]
    if operation.type == "Einsum":  # its inputs are a list
        given = {"inputs": arguments}
    else:
        given = {argument.name: value for argument, value in zip(definition.input_arg, arguments, strict=True)}
    of_inputs = {name for argument in definition.input_arg for name in (argument.type_attr, argument.number_attr)}
    given |= {a.name: _text(operation.get_attr(a.name)) for a in definition.attr if a.name not in of_inputs}
    run = getattr(tf.raw_ops, operation.type)
    return lambda: run(**given)


def _like(tensor: tf.Tensor, operation: tf.Operation) -> tf.Tensor:
    """Return small random numbers in the shape of a tensor; an integer tensor is a shape: that of the result."""
    if tensor.dtype.is_integer:
        return tf.constant(operation.outputs[0].shape, tensor.dtype)
    return tf.cast(tf.random.normal(tensor.shape, stddev=0.1), tensor.dtype)


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


class Floor:
    """Matrix products and convolutions of a training step, run one after the other.

    Args:
        step: function of the tensors of a batch, not compiled.
        batch: the tensors, in order.
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
                    # Each operation depends on a number of the last result, or TensorFlow would optimize it away.
                    used += tf.cast(tf.reshape(result, [-1])[0], tf.float32)
            return used

        self.n_operations = len(runs)
        self.many = many

    def seconds(self, n_steps: int) -> float:
        """Return the seconds of a step, over a number of steps in one call."""
        self.many(tf.constant(1)).numpy()
        started = time.perf_counter()
        self.many(tf.constant(n_steps)).numpy()
        return (time.perf_counter() - started) / n_steps
