"""The runs of a comparison: trained cheapest first until the time is used up, each kept as soon as it is finished."""

import gc
import hashlib
import time
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from kerasclust.choosing.planned import SHARED, SHARING, settings_for
from kerasclust.choosing.ranking import ComparedRun
from kerasclust.errors import InputError, TrainingDiverged
from kerasclust.models.catalog import new_model
from kerasclust.records import results
from kerasclust.records.shared_autoencoders import SharedAutoencoders
from kerasclust.system.files import complete_file
from kerasclust.system.json_files import plain

RESULTS, MODELS, AUTOENCODERS = "results.jsonl", "models", "autoencoders"


class ComparisonRuns:
    """Trains methods on samples and keeps the runs in a directory; those that it has are not trained again.

    Args:
        x: samples (n, ...), checked.
        n_clusters: number of clusters.
        directory: for results.jsonl, the models and the autoencoders that runs share.
        about: {name: value} that tells this comparison from others in the results, such as the data.
        settings: {name: value} for all methods that have the setting.
    """

    def __init__(self, x, n_clusters, directory, about, settings):
        self.x, self.n_clusters, self.settings, self.about = x, n_clusters, dict(settings), about
        self.directory = Path(directory)
        self.results_path = self.directory / RESULTS
        self.autoencoders = SharedAutoencoders(self.directory / AUTOENCODERS, self.results_path)

    def make(self, methods, seeds, seconds=None, verbose=1):
        """Train what is not there yet: all methods with the first seed, then with the next one.

        Args:
            methods: names, cheapest first.
            seeds: whole numbers.
            seconds: that may be used; a run that has begun is finished.
            verbose: 0 is silent, anything else shows a bar.

        Returns:
            (list of `ComparedRun`, sentences about what was not trained).
        """
        planned = [(method, seed) for seed in seeds for method in methods]
        clock, found, late, refused = time.perf_counter(), [], [], {}
        with tqdm(planned, desc=f"{'comparing methods':<24}", unit="run", disable=not verbose) as bar:
            for method, seed in bar:
                bar.set_postfix_str(f"{method}, seed {seed}")
                if method in refused:
                    continue
                row = self.kept(method, seed)
                used = time.perf_counter() - clock
                if row is None and seconds is not None and found and used + _expected(method, found) > seconds:
                    late.append(f"{method} {seed}")
                    continue
                try:
                    row = row or self.train(method, seed)
                except InputError as error:  # of this method, such as too many features for it: others may do
                    refused[method] = f"{method} was left out: {str(error).rstrip('.')}."
                    continue
                except TrainingDiverged as error:  # with this seed: others may do
                    refused[method, seed] = f"{method} {seed} was left out: {str(error).rstrip('.')}."
                    continue
                found.append(_run_of(row))
        return found, [*refused.values(), *_late_in_words(late)]

    def kept(self, method, seed):
        """The row of a run that is there with its model, or None."""
        rows = results.find(self.results_path, **self.key(method, seed))
        return rows[-1] if rows and Path(self.directory, MODELS, rows[-1]["model"]).exists() else None

    def train(self, method, seed):
        """Train a run and keep it; returns its row."""
        settings = settings_for(method, self.settings, has_autoencoder=method in SHARING)
        started = time.perf_counter()
        if method in SHARING:
            settings["autoencoder"] = self.autoencoder(seed)
        model = new_model(method, self.n_clusters, settings | {"random_state": seed})
        model.fit(self.x, verbose=0)
        labels = model.predict_clusters(self.x)
        evidence = model.diagnostics()
        name = self.model_name(method, seed)
        with complete_file(self.directory / MODELS / name) as partial:
            model.save(partial)
        row = results.new_row(
            self.key(method, seed),
            {},
            time.perf_counter() - started,
            labels=labels,
            warnings=evidence.pop("warnings"),
            evidence=evidence,
            model=name,
        )
        results.append(self.results_path, row)
        del model, settings
        keras.utils.clear_session()
        gc.collect()
        return plain(row)

    def autoencoder(self, seed):
        """The autoencoder that the runs of a seed start from."""
        settings = {name: value for name, value in self.settings.items() if name in SHARED}
        key = self._key("autoencoders", "Autoencoder", seed, settings)
        return self.autoencoders.get(key, settings, self.x, report=lambda text: None)

    def key(self, method, seed):
        """Which run it is, in the results."""
        return self._key("compare", method, seed, {"n_clusters": self.n_clusters, **self.settings})

    def _key(self, experiment, method, seed, settings):
        key = {"experiment": experiment, "method": method, "data": self.about["data"], "seed": seed}
        return key | {"settings": settings | {"about": self.about}}

    def model_name(self, method, seed):
        """File of a run's model, below `MODELS`: another one for other data and settings."""
        digest = hashlib.sha256(results.identity(self.key(method, seed)).encode()).hexdigest()[:12]
        return f"{method}-seed{seed}-{digest}.keras"


def _run_of(row):
    labels = np.asarray(row["labels"])
    found = {name: row[name] for name in ("method", "seed", "warnings", "seconds", "evidence", "model")}
    return ComparedRun(labels=labels, **found)


def _expected(method, runs):
    """Seconds that a run of a method takes, by its earlier ones; 0 where there are none."""
    earlier = [run.seconds for run in runs if run.method == method]
    return float(np.mean(earlier)) if earlier else 0.0


def _late_in_words(late):
    if not late:
        return []
    return [f"Not trained, as the time was used up: {', '.join(late)} (method and seed)."]
