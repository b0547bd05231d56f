"""Complete training of a model into a run directory, so that an interruption loses nothing."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError, TrainingDiverged
from kerasclust.inspection.clustered_space import ClusteredSpace, clustered_space, known_part
from kerasclust.inspection.drift import reference_of
from kerasclust.metrics import external_scores
from kerasclust.reports.context import context_figures
from kerasclust.reports.report import check_installed, write_report
from kerasclust.reports.tensorboard.dashboard import ClusterDashboard
from kerasclust.runs.directory import RunDirectory
from kerasclust.runs.labels import write_labels
from kerasclust.system.clock import check_clock
from kerasclust.system.files import complete_file
from kerasclust.system.signals import interruption_kept, undisturbed
from kerasclust.system.versions import versions
from kerasclust.types import Array

if TYPE_CHECKING:
    from kerasclust.models import DeepClusteringModel

HISTORY: dict[Any, Any] = {str: [(int, float, str, type(None))]}  # form of history.json
CHOICES = [  # form of choices.json
    {"title": str, "sentences": [str], "header": [str], "rows": [[str]], "explained": str, "chosen": (int, type(None))}
]
TEXTS = ("phase",)  # its columns of text; the others are numbers


class ResultsNotWritten(InputError):
    """Results that could not be written after a training.

    The message says where the model is.
    """


@dataclass(frozen=True)
class Trained:
    """Result of a training.

    Args:
        space: latent points and clusters of the samples.
        scores: scores against known groups, {"acc": ..., "nmi": ..., "ari": ...}, or None.
        warnings: sentences about doubts.
    """

    space: ClusteredSpace
    scores: dict[str, float] | None
    warnings: list[str]

    @property
    def q(self) -> Array:
        """Soft assignments (n, k) of the samples."""
        return self.space.q


def train(
    model: "DeepClusteringModel",
    data: DataSet,
    run: RunDirectory,
    source: Mapping[str, Any],
    verbose: int = 1,
    *,
    raw_text: bool = False,
) -> Trained:
    """Fit a model and write all files of the run but its report.

    Args:
        model: a `DeepClusteringModel` that is not fitted yet.
        data: the samples.
        run: the run directory.
        source: source of the data: {"data": name or path, "options": options of the loader}.
        verbose: 0 is silent.
        raw_text: write texts to labels.csv as they are, see `write_labels`.

    Returns:
        Trained. Hand its `space` to `write_run_report`, so that the samples are not encoded again.

    Raises:
        InputError: before any training, as `fit` of the model, or the clock of the machine is wrong.
        KeyboardInterrupt: the user interrupted the training. The model is written as far as it was trained.
        ResultsNotWritten: the training has ended, and files of the run cannot be written.
        TrainingDiverged: a loss became NaN or infinite. The last good model is written.
    """
    check_clock()
    started = datetime.now(UTC).isoformat(timespec="seconds")
    clock = time.perf_counter()
    dashboard = ClusterDashboard(run.file("logs"), data)
    about = {"method": model.method_name, "settings": model.get_config(), **source, "started": started}
    about |= {"channel_names": data.channel_names, "reading": data.reading}

    def settings(**more: Any) -> dict[str, Any]:
        samples = model.training_samples and model.training_samples.as_dict()
        seconds = time.perf_counter() - clock if model.result_ is None else model.result_.seconds  # of all processes
        return {**about, "training_samples": samples, "seconds": round(seconds, 1), "versions": versions(), **more}

    def write_unfinished() -> None:
        with undisturbed():
            _write_model_somewhere(model, run)
            run.write_json("settings", settings(interrupted=model.phase, has_clusters=model.has_clusters))

    try:
        with interruption_kept():
            history = model.fit(data, callbacks=[dashboard], verbose=verbose, backup_dir=run.file("backup"))
    except KeyboardInterrupt:
        if getattr(model, "phase", None) is not None:  # before the first phase the weights are random
            write_unfinished()
        raise
    except TrainingDiverged as error:
        if not error.is_trained:
            raise
        write_unfinished()
        raise TrainingDiverged(f"{error} The model from before that is in {run.file('model')}.") from error
    with undisturbed():
        _write_model_somewhere(model, run)
        with _model_named(run):
            run.write_json("settings", settings())
    with _model_named(run):
        run.write_json("history", history.history)
        trained = _write_results(model, data, run, raw_text)
    if not run.has("model"):  # the directory was removed in the meantime
        _write_model_somewhere(model, run)
    shutil.rmtree(run.file("backup"), ignore_errors=True)
    return trained


@contextmanager
def _model_named(run: RunDirectory) -> Iterator[None]:
    """Raise `ResultsNotWritten`, which names the model, if results cannot be written."""
    try:
        yield
    except (InputError, OSError) as error:
        found = f"Results cannot be written ({error.strerror or error})." if isinstance(error, OSError) else error
        raise ResultsNotWritten(f"{found} The trained model is in {run.file('model')}.") from error


def _write_model_somewhere(model: "DeepClusteringModel", run: RunDirectory) -> None:
    """Write the model to a run, or else to a temporary directory that the error names."""
    try:
        run.write_model(model)
    except InputError as error:
        try:
            check_clock()
            elsewhere = Path(tempfile.mkdtemp(prefix="kerasclust-"), run.file("model").name)
            with complete_file(elsewhere) as partial:
                model.save(partial)
        except (InputError, OSError) as further:
            raise ResultsNotWritten(f"{error} Nor can it be written elsewhere: {further}") from further
        raise ResultsNotWritten(f"{error} The trained model is in {elsewhere}: move it to where it is safe.") from error


def write_run_report(
    run: RunDirectory, model: "DeepClusteringModel", data: DataSet, space: ClusteredSpace | None = None
) -> None:
    """Write the report of a run.

    Args:
        run: a run with a model.
        model: the model of the run.
        data: the samples to report on.
        space: `ClusteredSpace` of the samples, where it is already computed.

    Raises:
        InputError: as `kerasclust.reports.write_report`, report.html is a link, or history.json or choices.json is
            damaged.
    """
    check_installed()  # before the samples are encoded
    run.check_writable("report")
    history = read_history(run)
    choices = run.read_json("choices", CHOICES) or []
    data, space = known_part(data, clustered_space(model, data.x) if space is None else space)
    figures = context_figures(data, space.labels, model.cluster_names)
    write_report(run.file("report"), model, data, history, extra_figures=figures, space=space, choices=choices)


def read_history(run: RunDirectory) -> dict[str, list[Any]] | None:
    """Return the values {name: list} that a training logged at each epoch.

    They are None if the run has none.

    Raises:
        InputError: history.json is damaged.
    """
    history = run.read_json("history", HISTORY)
    columns = (history or {}).items()
    lengths = {len(values) for _, values in columns}
    fits = all(isinstance(value, str) == (name in TEXTS) for name, values in columns for value in values)
    if len(lengths) > 1 or not fits:
        raise InputError(f"{run.file('history')} is not what a run writes: was it changed?")
    return history


def _write_results(model: "DeepClusteringModel", data: DataSet, run: RunDirectory, raw_text: bool) -> Trained:
    """Write everything that depends on the samples, from one encoding of them."""
    space = clustered_space(model, data.x)
    write_labels(run.file("labels"), space.q, data, raw_text=raw_text)
    scores = None if data.y is None else external_scores(data.y, space.labels)
    found = model.diagnostics()["warnings"]
    assert model.result_ is not None  # training has set it
    kept = model.result_.kept.evidence
    evidence = {"kept": kept, "runs": model.runs_, "chosen_run": model.chosen_run_, "warnings": found}
    run.write_json("scores", {"external": scores, **evidence})
    run.write_json("reference", reference_of(model, data.x, space))
    model.export(run.file("saved_model"))
    return Trained(space, scores, found)
