"""Saved models of any kind: a run directory, a Keras file, an export."""

import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.deployment import SAVED_MODEL, format_of
from kerasclust.errors import InputError
from kerasclust.inspection.clustered_space import check_finite
from kerasclust.inspection.diagnostics import JUDGED
from kerasclust.models.catalog import methods
from kerasclust.runs.directory import RunDirectory
from kerasclust.system.archives import UnreadableFile
from kerasclust.system.json_files import has_form
from kerasclust.system.signals import undisturbed
from kerasclust.types import Array

if TYPE_CHECKING:
    from kerasclust.models import DeepClusteringModel
    from kerasclust.training.selection import FitResult

SIGNATURE = "soft_assignment"
MOST_SAMPLES = 2**62
NUMBER = (int, float, type(None))
EVIDENCE = {"cluster_sizes": [int], "seconds": (int, float)}
SCORES = {"runs": [EVIDENCE], "chosen_run": int, "kept": EVIDENCE}  # form of the parts of scores.json that are read


def load_model(path: str | os.PathLike[str]) -> "DeepClusteringModel":
    """Load the model of a run or of a .keras file.

    That of a run has the measurements of its training.

    Args:
        path: a run directory or a .keras file.

    Returns:
        DeepClusteringModel.

    Raises:
        InputError: there is no model, it is damaged, or it is not a model of kerasclust.
    """
    path = Path(path).expanduser()
    if not path.is_dir():
        return _load_keras(path)
    run = RunDirectory(path)
    if not run.has("model"):
        raise InputError(f"{path} holds no model.keras: give the directory of a finished run.")
    model = _load_keras(run.file("model"))
    model.result_ = read_result(run)  # the file of the model has weights alone, no measurements
    return model


def read_result(run: RunDirectory) -> "FitResult | None":
    """Return the result of `fit`, as far as a run directory keeps it.

    It is None if the run has no scores.

    Raises:
        InputError: scores.json is damaged.
    """
    scores = run.read_json("scores", SCORES)
    if scores is None:
        return None
    fits = 0 <= scores["chosen_run"] < len(scores["runs"])
    if not fits or not all(map(is_evidence, [*scores["runs"], scores["kept"]])):
        raise InputError(f"{run.file('scores')} is not what a run writes: was it changed?")
    return result_of(scores["runs"], scores["chosen_run"], scores["kept"])


def result_of(runs: list[dict[str, Any]], chosen: int, kept: dict[str, Any]) -> "FitResult":
    """Return the result of a `fit` from measurements that files keep, without weights and labels.

    Args:
        runs: measurements {name: value} of each run; None is a value that was no number.
        chosen: index of the chosen run.
        kept: measurements of the finished model.
    """
    from kerasclust.training.selection import Candidate, FitResult

    def candidate(run: dict[str, Any]) -> Candidate:
        return Candidate([], np.empty(0, int), {name: value for name, value in run.items() if value is not None})

    return FitResult([candidate(run) for run in runs], chosen, candidate(kept))


def is_evidence(found: dict[str, Any]) -> bool:
    """Return whether measurements of a run can be judged.

    They are of the form `EVIDENCE`, and have to be numbers and lists of numbers.
    """
    sizes = found["cluster_sizes"]
    return (
        0 <= min(sizes, default=-1) <= max(sizes) <= MOST_SAMPLES
        and all(has_form(found.get(name), NUMBER) for name in JUDGED)
        and all(has_form(value, NUMBER) or has_form(value, [NUMBER]) for value in found.values())
    )


def metadata(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the method, settings, training data and versions of a saved model.

    Args:
        path: an export of `model.export` (a SavedModel directory, a .tflite or an .onnx file), a run directory or a
            .keras file.

    Returns:
        {"method", "n_clusters", "cluster_names", "sample_shape", "training_samples": {"count", "sha256",
        "channel_names", "categories", "reading"}, "settings", "versions", "exported"}, with None for unknown values;
        None for a model that kerasclust did not write.

    Raises:
        InputError: there is no model, or it is damaged.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise InputError(f"There is no model {path}.")
    format = format_of(path)
    if format is None:
        from kerasclust.deployment.metadata import metadata_of

        return metadata_of(load_model(path)) | {"exported": None}
    try:
        return importlib.import_module(f"kerasclust.deployment.{format}").read_metadata(path)
    except (OSError, ValueError) as error:
        raise InputError(f"The metadata of {path} cannot be read ({error}).") from error


def soft_assignments(path: str | os.PathLike[str], data: DataSet, trust: bool = False) -> tuple[Array, dict[int, str]]:
    """Assign samples to the clusters of a saved model.

    Args:
        path: a run directory, a .keras file or a SavedModel directory.
        data: the samples.
        trust: run a SavedModel, which is code.

    Returns:
        Soft assignments (n, k), and {number: name} of the named clusters.

    Raises:
        InputError: there is no model, it is damaged, it was fitted to samples of another shape, it has no finite
            answer, or it is a SavedModel without `trust=True`.
    """
    if format_of(path) == SAVED_MODEL:
        names = (metadata(path) or {}).get("cluster_names") or {}
        q, names = _serve(path, data, trust), {int(cluster): name for cluster, name in names.items()}
    else:
        model = load_model(path)
        model.check_clusters()
        q, names = model.predict(data), model.cluster_names
    check_finite(q)
    return q, names


def _load_keras(path: Path) -> "DeepClusteringModel":
    from kerasclust.deployment.keras_files import load_keras_file
    from kerasclust.models import DeepClusteringModel

    if not path.exists():
        raise InputError(f"There is no model {path}.")
    if path.suffix != ".keras":
        raise InputError(f"{path} is no model: give a run directory, a .keras file or a SavedModel directory.")
    methods()  # registers every method with Keras
    try:
        with undisturbed():  # Keras takes an interruption for a layer that cannot be built, and goes on
            return load_keras_file(path, DeepClusteringModel)
    except (OSError, UnreadableFile) as error:
        raise InputError(f"{path} cannot be loaded ({error}): was it written completely, by `model.save`?") from error


def load_saved_model(path: str | os.PathLike[str], trust: bool) -> Any:
    """Load a SavedModel directory with TensorFlow.

    Args:
        path: the directory.
        trust: confirmation that the SavedModel, which is code, may be run.

    Returns:
        The loaded object, with its `signatures`.

    Raises:
        InputError: the SavedModel is damaged, or `trust` is False.
    """
    if not trust:
        raise InputError(
            f"{path} is a SavedModel, which is code: TensorFlow runs its graph, which can read and write files. Give a "
            "run or a .keras file instead, which hold no code. If you trust the SavedModel, give trust=True."
        )
    import tensorflow as tf

    try:
        return tf.saved_model.load(os.fspath(Path(path).expanduser()))
    except (OSError, ValueError, tf.errors.OpError) as error:
        raise InputError(f"{path} cannot be loaded as a SavedModel ({str(error).splitlines()[0]}).") from error


def _serve(path: str | os.PathLike[str], data: DataSet, trust: bool) -> Array:
    import tensorflow as tf

    from kerasclust.data.pipeline import in_batches

    loaded = load_saved_model(path, trust)
    if SIGNATURE not in loaded.signatures:
        raise InputError(f"{path} has no signature {SIGNATURE!r}: give an export of `model.export`.")
    serve = loaded.signatures[SIGNATURE]
    expected = serve.structured_input_signature[1]["x"]
    if not expected.shape.is_compatible_with(data.x.shape):
        raise InputError(
            f"The samples have shape {data.x.shape[1:]}, but the model was fitted to {tuple(expected.shape[1:])}."
        )
    return in_batches(lambda x: serve(x=tf.constant(x, expected.dtype))[SIGNATURE], data.x)
