"""One training as the command does it: everything into a run directory, and nothing lost when it is interrupted."""

import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kerasclust.errors import InputError, TrainingDiverged
from kerasclust.inspection.drift import reference_of
from kerasclust.reports import write_report
from kerasclust.reports.figures import plot_places
from kerasclust.reports.network_map import plot_network_map
from kerasclust.reports.tensorboard.dashboard import ClusterDashboard
from kerasclust.runs import RunDirectory, write_labels
from kerasclust.system.files import complete_file
from kerasclust.system.signals import undisturbed
from kerasclust.system.versions import versions

HISTORY = {str: [(int, float, str, type(None))]}  # what history.json is like


@dataclass(frozen=True)
class Trained:
    """What a training found.

    Args:
        q: soft assignments (n, k) of the samples.
        scores: against known groups, {"acc": ..., "nmi": ..., "ari": ...}, or None.
        warnings: sentences about what makes the clustering doubtful.
    """

    q: np.ndarray
    scores: dict | None
    warnings: list[str]


def train(model, data, run: RunDirectory, source: dict, verbose: int = 1) -> Trained:
    """Fit a model and write the run, all but its report.

    Args:
        model: a `DeepClusteringModel` that is not fitted yet.
        data: a `DataSet`.
        run: where to.
        source: what the data was loaded from: {"data": name or path, "options": of the loader}.
        verbose: 0 is silent.

    Returns:
        Trained.

    Raises:
        KeyboardInterrupt: the user interrupted; the model as far as it was trained is written, if there is one.
        TrainingDiverged: a loss became NaN or infinite; the model from before that is written.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    clock = time.perf_counter()
    dashboard = ClusterDashboard(run.file("logs"), data)
    about = {"method": model.method_name, "settings": model.get_config(), **source, "started": started}
    about["channel_names"] = data.channel_names

    def settings(**more):
        samples = model.training_samples and model.training_samples.as_dict()
        seconds = time.perf_counter() - clock if model.result_ is None else model.result_.seconds  # of all processes
        return {**about, "training_samples": samples, "seconds": round(seconds, 1), "versions": versions(), **more}

    def write_unfinished():
        with undisturbed():
            _write_model_somewhere(model, run)
            run.write_json("settings", settings(interrupted=model.phase, has_clusters=model.has_clusters))

    try:
        history = model.fit(data, callbacks=[dashboard], verbose=verbose, backup_dir=run.file("backup"))
    except KeyboardInterrupt:
        if getattr(model, "phase", None) is not None:  # before the first phase there is nothing but random weights
            write_unfinished()
        raise
    except TrainingDiverged as error:
        if not error.is_trained:
            raise
        write_unfinished()
        raise TrainingDiverged(f"{error} The model from before that is in {run.file('model')}.") from error
    with undisturbed():
        _write_model_somewhere(model, run)
        run.write_json("settings", settings())
    run.write_json("history", history.history)
    trained = _write_results(model, data, run)
    shutil.rmtree(run.file("backup"), ignore_errors=True)
    return trained


def _write_model_somewhere(model, run):
    """Write the model to a run, or, where that fails, to a directory for temporary files; the error says so."""
    try:
        run.write_model(model)
    except InputError as error:
        elsewhere = Path(tempfile.mkdtemp(prefix="kerasclust-"), run.file("model").name)
        with complete_file(elsewhere) as partial:
            model.save(partial)
        raise InputError(f"{error} The trained model is in {elsewhere}: move it to where it is safe.") from error


def write_run_report(run: RunDirectory, model, data) -> None:
    """Write a run's report.

    Args:
        run: a run whose model is written.
        model: that model.
        data: the `DataSet` to report on.
    """
    history = run.read_json("history", HISTORY)
    write_report(run.file("report"), model, data, history=history, extra_figures=_context_figures(model, data))


def _context_figures(model, data) -> dict:
    """Figures {title: figure} of what a data set knows about its samples beside the channels."""
    context = data.context
    if "street_nodes" in context:
        return {"The simulated network": plot_network_map(data)}
    if "latitude" in context and "longitude" in context:
        labels = model.predict_clusters(data)
        places = plot_places(
            context["latitude"], context["longitude"], labels, context.get("speed"), model.cluster_names
        )
        return {"Places and speeds, which the model does not see": places}
    return {}


def _write_results(model, data, run: RunDirectory) -> Trained:
    q = model.predict(data)
    write_labels(run.file("labels"), q, data)
    scores = None if data.y is None else model.evaluate(data, data.y)
    found = model.diagnostics()["warnings"]
    kept = model.result_.kept.evidence
    evidence = {"kept": kept, "runs": model.runs_, "chosen_run": model.chosen_run_, "warnings": found}
    run.write_json("scores", {"external": scores, **evidence})
    run.write_json("reference", reference_of(model, data.x))
    model.export(run.file("saved_model"))
    return Trained(q, scores, found)
