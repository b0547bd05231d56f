"""LiteRT, formerly TensorFlow Lite: one small file for phones, microprocessors and browsers."""

import os
import struct
import tempfile
from typing import Any

import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.python.convert import ConverterError
from tensorflow.lite.tools import flatbuffer_utils

from kerasclust.compute.portable import portable_operations
from kerasclust.deployment.metadata import NAME, as_text, metadata_of, parsed
from kerasclust.deployment.signatures import ALL_OUTPUTS, OUTPUTS, archive, check_precision
from kerasclust.errors import InputError
from kerasclust.inspection.fitted import FittedModel
from kerasclust.system.files import open_file
from kerasclust.system.memory import memory


def convert(model: FittedModel) -> bytes:
    """Convert a fitted model to LiteRT.

    The file has no operations of TensorFlow (the Flex delegate), because the package ai-edge-litert does not run them.

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        Content of the file: the signatures of the SavedModel, and the metadata in a separate entry.

    Raises:
        InputError: the model computes in half precision, uses operations that LiteRT does not have, or was fitted to
            samples that float32 cannot hold.
    """
    check_precision(model)
    if model.entry.has_origin:
        raise InputError(
            "The channels of this model are so far from 0, compared to their variation, that they need float64, which "
            "LiteRT does not have: export a SavedModel or ONNX, or subtract a constant from each channel before `fit`."
        )
    with tempfile.TemporaryDirectory() as folder:
        with portable_operations():
            archive(model).write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[ALL_OUTPUTS, *OUTPUTS])
        converter.experimental_enable_resource_variables = False  # interpreters lack some of their types
        try:
            content = converter.convert()
        except ConverterError as error:
            raise InputError(
                f"This model cannot be written as LiteRT ({_lacking(error)}): export a SavedModel, or use other layers."
            ) from error
    return _with_metadata(content, as_text(metadata_of(model)))


def _lacking(error: Exception) -> str:
    """Return the line of the converter's message that names the missing operations, or the first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return next((line for line in lines if line.startswith(("Custom ops:", "TF Select ops:"))), lines[0])


def _with_metadata(content: bytes, text: str) -> bytes:
    model = flatbuffer_utils.read_model_from_bytearray(content)
    model.buffers.append(schema.BufferT())
    model.buffers[-1].data = list(text.encode())
    model.metadata = [*(model.metadata or ()), schema.MetadataT()]
    model.metadata[-1].name, model.metadata[-1].buffer = NAME, len(model.buffers) - 1
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def read_metadata(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the metadata of a .tflite file, or None if kerasclust did not write it.

    Raises:
        ValueError: the file is not a LiteRT file, or damaged.
        OSError: the file cannot be read, or is larger than memory.
    """
    with open_file(path, memory()) as file:
        content = file.read()
    try:
        if not schema.Model.ModelBufferHasIdentifier(content, 0):
            raise ValueError("it is no LiteRT file")
        model = schema.Model.GetRootAs(content)
        for entry in map(model.Metadata, range(model.MetadataLength())):
            if entry.Name() == NAME.encode():
                return parsed(model.Buffers(entry.Buffer()).DataAsNumpy().tobytes())
    except (struct.error, TypeError, IndexError, AttributeError) as error:  # offsets beyond the end of the file
        raise ValueError("it is damaged") from error
    return None
