"""Time of a prediction by `predict` and by the exported SavedModel, against the bare encoder."""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import tensorflow as tf

from benchmarks.speed.choices import DEFAULT_POLICIES, SHAPES
from benchmarks.speed.models import random_samples, small_model, trained_methods
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.system.lines import aligned
from kerasclust.types import Array

BATCH = 1024
BATCHES = 8
ROUNDS = 5
WAYS = ("encoder", "predict", "saved_model")
HEADER = (
    *("method", "network", "precision", "encoder (samples/s)", "predict (samples/s)", "SavedModel (samples/s)"),
    *("predict / encoder", "SavedModel / encoder"),
)


def bare_encoder(model: Any, x: Array) -> Callable[[], list[Array]]:
    """Return a function that encodes features x (n, ...) batch by batch, by the encoder alone."""
    encode = tf.function(lambda features: model.encoder(features, training=False))
    features = [tf.constant(x[start : start + BATCH]) for start in range(0, len(x), BATCH)]
    return lambda: [encode(batch).numpy() for batch in features]


def saved_model(model: Any, x: Array) -> Callable[[], list[Array]]:
    """Return a function that predicts samples x (n, ...) batch by batch, by the exported model."""
    with tempfile.TemporaryDirectory() as folder:
        model.export(Path(folder, "model"))
        serve = tf.saved_model.load(Path(folder, "model")).signatures["soft_assignment"]
    return lambda: [serve(x=tf.constant(x[i : i + BATCH]))["soft_assignment"].numpy() for i in range(0, len(x), BATCH)]


def time_prediction(method: str, network: str, policy: str) -> Record:
    """Measure the seconds of a sample in each way, the median of several rounds.

    Args:
        method: name, as in `kerasclust methods`.
        network: a key of `benchmarks.speed.choices.SHAPES`.
        policy: Keras dtype policy.

    Returns:
        {"encoder", "predict", "saved_model": seconds, "seconds": those of "predict"}
    """
    x = random_samples(network, BATCHES * BATCH)
    model = small_model(method, network, policy, BATCH, epochs=1)
    model.fit(x, verbose=0)
    ways = {
        "encoder": bare_encoder(model, model.features(x).numpy()),
        "predict": lambda: model.predict(x, batch_size=BATCH),
        "saved_model": saved_model(model, x),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            if number:  # the first round traces
                seconds[name].append((time.perf_counter() - started) / len(x))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return medians | {"seconds": medians["predict"]}


def run_prediction(
    out: FilePath,
    names: Sequence[str] = (),
    networks: Iterable[str] = SHAPES,
    policies: Iterable[str] = DEFAULT_POLICIES,
    report: Report = print,
) -> list[Record]:
    """Measure and append a row for each method, network and precision to a results file.

    Args:
        out: results file; measurements in it are not repeated.
        names: names of methods; none for all methods that train in phases.
        networks: keys of `SHAPES`.
        policies: Keras dtype policies.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.
    """
    rows, varied = [], map(dict.fromkeys, (networks, policies, trained_methods(names)))  # each once
    for network, policy, name in itertools.product(*varied):

        def measure(where=(name, network, policy)):
            return time_prediction(*where)

        rows += kept(out, "prediction", name, network, {"precision": policy}, measure, report)
    return rows


def prediction_table(rows: list[Record]) -> str:
    """Return rows of `run_prediction` as text: samples a second, and times in those of the bare encoder."""
    lines = [
        (
            row["method"],
            row["data"],
            row["settings"]["precision"],
            *(f"{1 / row[way]:,.0f}" for way in WAYS),
            *(f"{row[way] / row['encoder']:.2f}" for way in WAYS[1:]),
        )
        for row in rows
    ]
    return "\n".join(aligned([HEADER, *lines]))
