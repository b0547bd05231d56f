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


def archive(model):
    """The model with a signature for all outputs and one for each, as `keras.export.ExportArchive`."""
    serve, signature = serving_function(model), input_signature(model)
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(ALL_OUTPUTS, serve, signature)
    for output in OUTPUTS:
        archive.add_endpoint(output, lambda x, output=output: {output: serve(x)[output]}, signature)
    return archive
