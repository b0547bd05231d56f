"""ONNX: one file for ONNX Runtime and many other runtimes."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from kerasclust.compute.portable import portable_operations
from kerasclust.deployment.metadata import NAME, as_text, metadata_of, parsed
from kerasclust.deployment.signatures import check_precision, input_signature, serving_function
from kerasclust.errors import InputError
from kerasclust.inspection.fitted import FittedModel
from kerasclust.system.files import open_file
from kerasclust.system.memory import memory
from kerasclust.system.optional import require

OPSET = 18  # newest version of the operations that tf2onnx 1.17 writes
BATCH = "batch"  # name of the first axis


def convert(model: FittedModel) -> bytes:
    """Convert a fitted model to ONNX.

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        Content of the file: a graph from x to all outputs, and the metadata as a property.

    Raises:
        InputError: the model computes in half precision, uses operations that ONNX does not have, or tf2onnx is not
            installed.
    """
    check_precision(model)
    tf2onnx, checker = require("tf2onnx.convert"), require("onnx.checker")
    with portable_operations(), _quiet():
        found, _ = tf2onnx.from_function(
            tf.function(serving_function(model)),
            input_signature(model),
            opset=OPSET,
            custom_op_handlers={"Log1p": (_log1p, [])},
        )
    try:
        checker.check_model(found)  # tf2onnx leaves unknown operations unchanged
    except checker.ValidationError as error:
        raise InputError(
            f"This model cannot be written as ONNX ({str(error).splitlines()[0]}): export a SavedModel, or use other "
            "layers."
        ) from error
    for tensor in (*found.graph.input, *found.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = BATCH
    found.metadata_props.add(key=NAME, value=as_text(metadata_of(model)))
    return found.SerializeToString()


def _log1p(context: Any, node: Any, name: str, args: Any) -> None:
    """Replace a node of log(1 + x), which ONNX does not have; tf2onnx calls this handler."""
    one = context.make_const(f"{name}/one", np.ones((), "float32"))
    total = context.make_node("Add", [node.input[0], one.output[0]])
    node.type = "Log"
    context.replace_inputs(node, [total.output[0]])


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the logs of tf2onnx.

    It reports unknown operations there, which `check_model` finds afterwards.
    """
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def read_metadata(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the metadata of an .onnx file, or None if kerasclust did not write it.

    Raises:
        ValueError: the file is not an ONNX file, or damaged.
        OSError: the file cannot be read, or is larger than memory.
    """
    onnx = require("onnx")
    try:
        with open_file(path, memory()) as file:
            properties = onnx.load_model_from_string(file.read()).metadata_props
    except DecodeError as error:
        raise ValueError("it is no ONNX file, or damaged") from error
    return next((parsed(entry.value) for entry in properties if entry.key == NAME), None)
