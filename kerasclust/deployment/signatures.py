"""Signatures of a deployed model, equal in all formats."""

from collections.abc import Callable

import keras
import tensorflow as tf

from kerasclust.data.labels import UNKNOWN
from kerasclust.errors import InputError
from kerasclust.inspection.fitted import FittedModel
from kerasclust.types import Tensor

OUTPUTS = ("soft_assignment", "labels", "embedding")
ALL_OUTPUTS = "serving_default"  # name of the signature with all outputs, which TensorFlow Serving expects

Serving = Callable[[Tensor], dict[str, Tensor]]  # function of raw samples (b, ...) that returns outputs by name


def input_signature(model: FittedModel) -> list[tf.TensorSpec]:
    """Return the arguments of `serving_function`: raw samples x (b, ...) in batches of any size b.

    They are float32; float64 for a model with an origin of its channels, whose variation float32 would lose.
    """
    kind = tf.float64 if model.entry.has_origin else tf.float32
    return [tf.TensorSpec((None, *model.sample_shape), kind, name="x")]


def check_precision(model: FittedModel) -> None:
    """Refuse a model whose networks compute in half precision.

    Other runtimes round its products differently, so that labels differ, or do not have its operations.

    Args:
        model: a fitted `DeepClusteringModel`.

    Raises:
        InputError: the networks do not compute in float32.
    """
    if model.dtype_policy.compute_dtype != "float32":
        raise InputError(
            f"The networks of this model compute in {model.dtype_policy.compute_dtype}, which only a SavedModel "
            'reproduces: export a SavedModel, or train with dtype="float32".'
        )


def serving_function(model: FittedModel) -> Serving:
    """Return a function of raw samples x (b, ...) with all outputs.

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        Function x -> {"soft_assignment": (b, k) float32, "labels": (b,) int64, "embedding": (b, d) float32}. A sample
        that the model cannot use has the label -1, and NaN in the other outputs.
    """

    def serve(x: Tensor) -> dict[str, Tensor]:
        z, q = model.assigned(x)
        known = tf.logical_not(tf.math.is_nan(q[:, 0]))
        labels = tf.where(known, tf.argmax(q, axis=1), tf.constant(UNKNOWN, "int64"))
        return {"soft_assignment": q, "labels": labels, "embedding": z}

    return serve


def signatures(model: FittedModel) -> dict[str, Serving]:
    """Return the functions that a fitted model serves, by the name of the signature."""
    serve = serving_function(model)

    def single(output: str) -> Serving:
        return lambda x: {output: serve(x)[output]}

    return {ALL_OUTPUTS: serve} | {output: single(output) for output in OUTPUTS}


def archive(model: FittedModel) -> keras.export.ExportArchive:
    """Return the model with its signatures as a `keras.export.ExportArchive`."""
    archive = keras.export.ExportArchive()
    archive.track(model)
    for name, function in signatures(model).items():
        archive.add_endpoint(name, function, input_signature(model))
    return archive
