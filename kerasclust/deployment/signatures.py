"""What a deployed model computes, in whatever format."""

import keras
import tensorflow as tf

from kerasclust.errors import InputError

OUTPUTS = ("soft_assignment", "labels", "embedding")
ALL_OUTPUTS = "serving_default"  # the signature with all of them, by the name that TensorFlow Serving looks for


def input_signature(model):
    """The arguments of `serving_function`: raw samples x (b, ...), for batches of any size b."""
    return [tf.TensorSpec((None, *model.sample_shape), tf.float32, name="x")]


def check_precision(model):
    """Refuse a model whose networks compute in half precision.

    Other runtimes round its products in other ways, so that labels differ, or have no such operations.

    Args:
        model: a fitted `DeepClusteringModel`.

    Raises:
        InputError: with what to do.
    """
    if model.dtype_policy.compute_dtype != "float32":
        raise InputError(
            f"The networks of this model compute in {model.dtype_policy.compute_dtype}, which SavedModels alone do as "
            'it does: export one, or train with dtype="float32".'
        )


def serving_function(model):
    """A function of raw samples x (b, ...).

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        Function x -> {"soft_assignment": (b, k) float32, "labels": (b,) int64, "embedding": (b, d) float32}.
    """

    def serve(x):
        z = model.latent(x)
        q = model.soft_assignment(z)
        return {"soft_assignment": q, "labels": tf.argmax(q, axis=1), "embedding": z}

    return serve


def signatures(model):
    """What a fitted model serves, by the name of the signature: {name: function as `serving_function` gives one}."""
    serve = serving_function(model)

    def single(output):
        return lambda x: {output: serve(x)[output]}

    return {ALL_OUTPUTS: serve} | {output: single(output) for output in OUTPUTS}


def archive(model):
    """The model with its signatures, as `keras.export.ExportArchive`."""
    archive = keras.export.ExportArchive()
    archive.track(model)
    for name, function in signatures(model).items():
        archive.add_endpoint(name, function, input_signature(model))
    return archive
