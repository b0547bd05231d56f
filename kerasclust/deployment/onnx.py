"""ONNX: one file for ONNX Runtime and the many other runtimes that read the format."""

import json
import logging
from contextlib import contextmanager

import numpy as np
import tensorflow as tf
from google.protobuf.message import DecodeError

from kerasclust.deployment.metadata import NAME, as_text, metadata_of
from kerasclust.deployment.portable import portable_operations
from kerasclust.deployment.signatures import check_precision, input_signature, serving_function
from kerasclust.errors import InputError
from kerasclust.system.optional import require

OPSET = 18  # version of the operations: the newest that tf2onnx 1.17 writes
BATCH = "batch"  # what the first axis is called


def convert(model) -> bytes:
    """A fitted model as ONNX.

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        Content of the file: a graph from x to all outputs, and the metadata as a property.

    Raises:
        InputError: it computes what ONNX has no operation for, or in half precision, or tf2onnx is not installed.
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
        checker.check_model(found)  # what tf2onnx does not know it leaves as it is
    except checker.ValidationError as error:
        raise InputError(
            f"This model cannot be written as ONNX ({str(error).splitlines()[0]}): export a SavedModel, or use other "
            "layers."
        ) from error
    for tensor in (*found.graph.input, *found.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = BATCH
    found.metadata_props.add(key=NAME, value=as_text(metadata_of(model)))
    return found.SerializeToString()


def _log1p(context, node, name, args):
    """log(1 + x), which ONNX has no operation for: tf2onnx calls it with a node to change in its graph."""
    one = context.make_const(f"{name}/one", np.ones((), "float32"))
    total = context.make_node("Add", [node.input[0], one.output[0]])
    node.type = "Log"
    context.replace_inputs(node, [total.output[0]])


@contextmanager
def _quiet():
    """Without what tf2onnx logs, which does not raise for what it cannot convert."""
    logger = logging.getLogger("tf2onnx")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def read_metadata(path):
    """What `metadata_of` said of the model of an .onnx file, or None where kerasclust did not write it.

    Raises:
        ValueError: it is no such file, or damaged.
    """
    onnx = require("onnx")
    try:
        properties = onnx.load(path, load_external_data=False).metadata_props
    except DecodeError as error:
        raise ValueError("it is no ONNX file, or damaged") from error
    return next((json.loads(entry.value) for entry in properties if entry.key == NAME), None)
