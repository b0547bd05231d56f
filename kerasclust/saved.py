"""Saved models of any kind: a run directory, a Keras file, a SavedModel."""

import os
from pathlib import Path

import numpy as np

from kerasclust.archives import UnreadableFile
from kerasclust.errors import InputError
from kerasclust.registry import methods
from kerasclust.runs import RunDirectory

SIGNATURE = "soft_assignment"
SCORES = {"runs": [{str: object}], "chosen_run": int, "kept": {str: object}}  # what is read of scores.json


def load_model(path: str | os.PathLike):
    """The model of a run, with what its training measured, or of a .keras file.

    Args:
        path: a run directory or a .keras file.

    Returns:
        DeepClusteringModel.

    Raises:
        InputError: there is no model, it is damaged, or it is not one of kerasclust's.
    """
    path = Path(path).expanduser()
    if not path.is_dir():
        return _load_keras(path)
    run = RunDirectory(path)
    if not run.has("model"):
        raise InputError(f"{path} holds no model.keras: give the directory that `kerasclust fit --out` wrote.")
    model = _load_keras(run.file("model"))
    scores = run.read_json("scores", SCORES)
    if scores is not None:  # measurements are no weights, so the file of the model does not have them
        model.result_ = _fit_result(scores)
    return model


def _fit_result(scores: dict):
    """What `fit` left in the model, as far as a run directory keeps it."""
    from kerasclust.models.selection import Candidate, FitResult

    def candidate(run):
        return Candidate([], np.empty(0, int), {name: value for name, value in run.items() if value is not None})

    return FitResult([candidate(run) for run in scores["runs"]], scores["chosen_run"], candidate(scores["kept"]))


def soft_assignments(path: str | os.PathLike, data):
    """Soft assignments of samples by a saved model.

    Args:
        path: a run directory, a .keras file or a SavedModel directory.
        data: a `DataSet`.

    Returns:
        Array (n, k).

    Raises:
        InputError: there is no model, it is damaged, or the samples have another shape than it was fitted to.
    """
    if (Path(path).expanduser() / "saved_model.pb").exists():
        return _serve(Path(path).expanduser(), data)
    return load_model(path).predict(data)


def _load_keras(path: Path):
    from kerasclust.keras_files import load_keras_file
    from kerasclust.models import DeepClusteringModel

    if not path.exists():
        raise InputError(f"There is no model {path}.")
    if path.suffix != ".keras":
        raise InputError(f"{path} is no model: give a run directory, a .keras file or a SavedModel directory.")
    methods()  # makes every method known to Keras
    try:
        return load_keras_file(path, DeepClusteringModel)
    except (OSError, UnreadableFile) as error:
        raise InputError(f"{path} cannot be loaded ({error}): was it written completely, by `model.save`?") from error


def _serve(path: Path, data):
    import tensorflow as tf

    from kerasclust.datasets.pipeline import in_batches

    try:
        loaded = tf.saved_model.load(os.fspath(path))
    except (OSError, ValueError, tf.errors.OpError) as error:
        raise InputError(f"{path} cannot be loaded as a SavedModel ({str(error).splitlines()[0]}).") from error
    if SIGNATURE not in loaded.signatures:
        raise InputError(f"{path} has no signature {SIGNATURE!r}: `kerasclust fit` and `model.export` write it.")
    serve = loaded.signatures[SIGNATURE]
    expected = serve.structured_input_signature[1]["x"].shape
    if not expected.is_compatible_with(data.x.shape):
        raise InputError(
            f"The samples have shape {data.x.shape[1:]}, but the model was fitted to {tuple(expected[1:])}."
        )
    return in_batches(lambda x: serve(x=tf.constant(x))[SIGNATURE], data.x)
