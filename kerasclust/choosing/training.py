"""Runs of a comparison, trained cheapest first within a time limit."""

import gc
import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from kerasclust.choosing.number_text import in_ranges
from kerasclust.choosing.planned import (
    AUTOENCODER,
    SHARED,
    Planned,
    costs,
    in_words,
    settings_for,
    starts_from_autoencoder,
)
from kerasclust.choosing.ranking import ComparedRun
from kerasclust.errors import InputError, TrainingDiverged
from kerasclust.models.catalog import find_method, new_model
from kerasclust.records import results
from kerasclust.records.shared_autoencoders import SharedAutoencoders
from kerasclust.reports.words import duration
from kerasclust.runs.saved import EVIDENCE, is_evidence, load_model, result_of
from kerasclust.system.files import complete_file
from kerasclust.system.json_files import has_form, plain
from kerasclust.system.progress import progress_of

if TYPE_CHECKING:
    from kerasclust.models.base import DeepClusteringModel

ROW = {  # form of the parts of a row that are read
    "labels": [int],
    "warnings": [str],
    "seconds": (int, float),
    "evidence": EVIDENCE,
    "model": str,
    "history": {str: [(int, float, str, type(None))]},
}
RESULTS, MODELS, AUTOENCODERS = "results.jsonl", "models", "autoencoders"


class ComparisonRuns:
    """Training of methods on samples. Runs are saved in a directory, and not trained again.

    Args:
        x: samples (n, ...), as models take them.
        n_clusters: number of clusters.
        directory: directory for results.jsonl, the models, and the autoencoders that runs share.
        about: {name: value} that identifies this comparison in the results, such as the data.
        settings: {name: value} for all methods that have the setting.
    """

    def __init__(
        self,
        x: Any,
        n_clusters: int,
        directory: str | os.PathLike,
        about: Mapping[str, str],
        settings: Mapping[str, Any],
    ):
        self.x, self.n_clusters, self.settings, self.about = x, n_clusters, dict(settings), about
        self.directory = Path(directory)
        self.results_path = self.directory / RESULTS
        self.autoencoders = SharedAutoencoders(self.directory / AUTOENCODERS, self.results_path)

    def make(
        self,
        planned: Sequence[Planned],
        seconds: float | None = None,
        verbose: int = 1,
        autoencoder_seconds: float = 0.0,
    ) -> tuple[list[ComparedRun], list[str]]:
        """Train the runs that are missing.

        Args:
            planned: the runs, in their order.
            seconds: time limit. No run but the first begins if it is expected to end later; None for no limit. A run
                is expected to take as long as earlier runs of its method, or else as its relative cost says.
            verbose: 0 is silent, anything else shows a bar.
            autoencoder_seconds: duration of the training of the autoencoder that judges runs on the first front end.
                The durations of runs follow from it, and each other front end with a run needs one as well.

        Returns:
            (list of `ComparedRun`, sentences about the runs that were not trained).
        """
        clock = time.perf_counter()
        found: list[ComparedRun] = []
        late: list[tuple[Planned, float]] = []
        refused: dict[tuple, str] = {}
        with progress_of("comparing methods", "run", items=planned, shown=bool(verbose)) as bar:
            for run in bar:
                bar.set_postfix_str(in_words(run))
                if (run.method, run.frontend) in refused:
                    continue
                row = self.kept(run)
                used = time.perf_counter() - clock
                if row is None and seconds is not None and found:
                    expected = _expected(run, found, autoencoder_seconds)
                    judged = len({other.frontend for other in [*found, run]} - {planned[0].frontend})
                    if used + expected + judged * autoencoder_seconds > seconds:
                        late.append((run, expected))
                        continue
                try:
                    row = row or self.train(run)
                except InputError as error:  # such as too many features for this method: others may work
                    of_frontend = "" if run.frontend is None else f" on {run.frontend}"
                    reason = f"{run.method}{of_frontend} was left out: {str(error).rstrip('.')}."
                    refused[run.method, run.frontend] = reason
                    continue
                except TrainingDiverged as error:  # with this seed: others may work
                    refused[run] = f"{in_words(run)} was left out: {str(error).rstrip('.')}."
                    continue
                found.append(_run_of(row, run.frontend))
        return found, [*refused.values(), *_late_in_words(late)]

    def kept(self, run: Planned) -> dict[str, Any] | None:
        """Return the row of a run that is saved with its model, or None.

        Raises:
            InputError: the row is damaged.
        """
        rows = results.find(self.results_path, **self.key(run))
        if not rows or not Path(self.directory, MODELS, self.model_name(run)).exists():
            return None
        row = rows[-1]
        is_ours = has_form(row, ROW) and is_evidence(row["evidence"]) and row["model"] == self.model_name(run)
        if not is_ours or len(row["labels"]) != len(self.x):
            raise InputError(f"{self.results_path} is not what a comparison writes: was it changed?")
        return row

    def train(self, run: Planned) -> dict[str, Any]:
        """Train a run, save it, and return its row."""
        settings = settings_for(run.method, self.settings_of(run))
        started = time.perf_counter()
        if starts_from_autoencoder(run.method):
            settings["autoencoder"] = self.autoencoder(run)
        model = new_model(run.method, self.n_clusters, settings | {"random_state": run.seed})
        history = model.fit(self.x, verbose=0).history
        labels = model.predict_clusters(self.x)
        evidence = model.diagnostics()
        name = self.model_name(run)
        with complete_file(self.directory / MODELS / name) as partial:
            model.save(partial)
        row = results.new_row(
            self.key(run),
            {},
            time.perf_counter() - started,
            labels=labels,
            warnings=evidence.pop("warnings"),
            evidence=evidence,
            model=name,
            history=history,
        )
        results.append(self.results_path, row)
        del model, settings
        keras.utils.clear_session()
        gc.collect()
        return plain(row)

    def settings_of(self, run: Planned) -> dict[str, Any]:
        """Return the settings that all runs share, with the front end of a run."""
        return self.settings if run.frontend is None else {**self.settings, "frontend": run.frontend}

    def autoencoder(self, run: Planned) -> Any:
        """Return the autoencoder that runs of the same seed and front end start from."""
        settings = {name: value for name, value in self.settings_of(run).items() if name in SHARED}
        key = self._key("autoencoders", "Autoencoder", run.seed, settings)
        return self.autoencoders.get(key, settings, self.x, report=lambda text: None)

    def key(self, run: Planned) -> dict[str, Any]:
        """Return the key of a run in the results."""
        settings = {"n_clusters": self.n_clusters, **self.settings_of(run)}
        return self._key("compare", run.method, run.seed, settings)

    def _key(self, experiment: str, method: str, seed: int, settings: dict[str, Any]) -> dict[str, Any]:
        key = {"experiment": experiment, "method": method, "data": self.about["data"], "seed": seed}
        return key | {"settings": settings | {"about": self.about}}

    def model_name(self, run: Planned) -> str:
        """Return the name of a model's file, which depends on data and settings."""
        digest = hashlib.sha256(results.identity(self.key(run)).encode()).hexdigest()[:12]
        return f"{run.method}-seed{run.seed}-{digest}.keras"


def kept_model(directory: str | os.PathLike, run: ComparedRun) -> "DeepClusteringModel":
    """Return the fitted model of a run with its measurements.

    Args:
        directory: directory of the runs.
        run: one of them.
    """
    model = load_model(Path(directory, MODELS, run.model))
    model.result_ = result_of([run.evidence], 0, run.evidence)  # the file has weights alone
    return model


def _run_of(row: dict[str, Any], frontend: str | None) -> ComparedRun:
    labels = np.asarray(row["labels"])
    found = {name: row[name] for name in ("method", "seed", "warnings", "seconds", "evidence", "model", "history")}
    return ComparedRun(labels=labels, frontend=frontend, **found)


def _expected(run: Planned, runs: Sequence[ComparedRun], autoencoder_seconds: float) -> float:
    """Return the seconds that a run will take: the mean of its method's earlier runs, or else by its relative cost.

    A cost takes as long as with the earlier runs that trained networks, and with the earlier autoencoder.
    """
    earlier = [other.seconds for other in runs if other.method == run.method]
    if earlier:
        return float(np.mean(earlier))
    *paid, cost = costs([*(Planned(other.method, other.seed, other.frontend) for other in runs), run])
    known = [i for i, other in enumerate(runs) if find_method(other.method).cost >= AUTOENCODER]
    seconds = autoencoder_seconds + sum(runs[i].seconds for i in known)
    return cost * seconds / (AUTOENCODER + sum(paid[i] for i in known))


def _late_in_words(late: Sequence[tuple[Planned, float]]) -> list[str]:
    """Return a sentence about runs that were not begun, each with the seconds that it would have taken."""
    if not late:
        return []
    alike: dict[tuple[str, str | None], list[tuple[Planned, float]]] = {}
    for run, expected in late:
        alike.setdefault((run.method, run.frontend), []).append((run, expected))
    runs = (
        f"{method} {in_ranges(sorted(run.seed for run, _ in group))}{'' if frontend is None else f' on {frontend}'} "
        f"({duration(group[0][1])})"
        for (method, frontend), group in alike.items()
    )
    return [f"Not trained, to keep the time budget: {', '.join(runs)} (method, seed, expected time of a run)."]
