"""SavedModel export with named signatures."""

import os
import shutil
from pathlib import Path

import keras
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.runs import partial_path

MARK = "saved_model.pb"  # the file that makes a directory a SavedModel


def export_model(model, path):
    """Write a fitted model as a SavedModel; `DeepClusteringModel.export` documents the signatures.

    It is written beside `path` first, so that a failure leaves what was there untouched.

    Args:
        model: a fitted `DeepClusteringModel`.
        path: directory to write.

    Raises:
        InputError: the model is not fitted, `path` holds anything but a SavedModel, or it cannot be written.
    """
    if not model.built:
        raise InputError(f"This {type(model).__name__} is not fitted yet; call fit first.")
    path = Path(path).expanduser().resolve()
    try:
        _check_replaceable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(path)
        try:
            _archive(model).write_out(os.fspath(partial), verbose=False)
            _put_in_place(partial, path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except (OSError, tf.errors.OpError) as error:
        reason = getattr(error, "strerror", None) or getattr(error, "message", None) or str(error)
        raise InputError(f"{path} cannot be written ({reason}): choose another directory.") from error


def serving_functions(model):
    """What a fitted model serves.

    Returns:
        {name of a signature: function of samples x (n, ...) -> {name of an output: tensor (n, ...)}}
    """

    def serve(x):
        z = model.latent(x)
        q = model.soft_assignment(z)
        return {"soft_assignment": q, "labels": tf.argmax(q, axis=1), "embedding": z}

    def single(output):
        return lambda x: {output: serve(x)[output]}

    return {"serving_default": serve} | {name: single(name) for name in ("soft_assignment", "labels", "embedding")}


def _archive(model):
    """The model with its signatures, ready to be written."""
    signature = [tf.TensorSpec((None, *model.sample_shape), tf.float32, name="x")]
    archive = keras.export.ExportArchive()
    archive.track(model)
    for name, function in serving_functions(model).items():
        archive.add_endpoint(name, function, signature)
    return archive


def _check_replaceable(path):
    """Raise InputError if something would be lost that no export wrote."""
    if not path.exists():
        return
    if not path.is_dir():
        raise InputError(f"{path} is a file, and an export is a directory: choose another name.")
    names = sorted(os.listdir(path))
    if names and MARK not in names:
        raise InputError(
            f"{path} holds {', '.join(names[:3])}, but no {MARK}: only an earlier export is replaced. Choose another "
            "directory."
        )


def _put_in_place(partial, path):
    """Move a directory to its name; what was there goes when the new one is in its place."""
    if not path.exists():
        os.replace(partial, path)
        return
    previous = partial_path(path)
    os.replace(path, previous)
    try:
        os.replace(partial, path)
    except OSError:
        os.replace(previous, path)
        raise
    shutil.rmtree(previous, ignore_errors=True)
