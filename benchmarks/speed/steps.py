"""Training steps against their floors, for every method, phase, network, batch size and precision."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.speed.choices import BATCHES, DEFAULT_POLICIES, SHAPES
from benchmarks.speed.models import random_samples, small_model, trained_methods
from benchmarks.speed.phases import PhaseTime, TimedTrainer
from benchmarks.speed.rows import kept
from benchmarks.types import FilePath, Record, Report
from kerasclust.system.lines import aligned

STEPS, SAMPLES = 16, 4096  # of an execution, at most each
EXECUTIONS = 4  # timed, after one that traces
HEADER = ("method", "phase", "network", "batch", "precision", "step (ms)", "floor (ms)", "step / floor")


def time_steps(method: str, network: str, batch_size: int, policy: str) -> list[PhaseTime]:
    """Time a step of each phase of a method on random samples.

    Args:
        method: name, as in `kerasclust methods`.
        network: a key of `SHAPES`.
        batch_size: samples in a step.
        policy: Keras dtype policy.

    Returns:
        List of `PhaseTime`.
    """
    model = small_model(method, network, policy, batch_size, EXECUTIONS + 1)
    n_steps = max(2, min(STEPS, SAMPLES // batch_size))
    trainer = TimedTrainer(model, model.trainer(random_samples(network, n_steps * batch_size)).samples, EXECUTIONS)
    trainer.run()
    return trainer.times


def run_steps(
    out: FilePath,
    names: Sequence[str] = (),
    networks: Iterable[str] = SHAPES,
    batches: Iterable[int] = BATCHES,
    policies: Iterable[str] = DEFAULT_POLICIES,
    report: Report = print,
) -> list[Record]:
    """Measure and append a row for each method, network, batch size and precision to a results file.

    Args:
        out: results file; measurements in it are not repeated.
        names: names of methods; none for all methods that train in phases.
        networks: keys of `SHAPES`.
        batches: batch sizes.
        policies: Keras dtype policies.
        report: called with a line of text after each measurement.

    Returns:
        The rows, including rows that the file had.

    Raises:
        InputError: a method has no phases to time, or does not exist.
    """
    rows: list[Record] = []
    varied: Iterable[Iterable[Any]] = map(
        dict.fromkeys, (networks, policies, batches, trained_methods(names))
    )  # each once
    for network, policy, batch_size, name in itertools.product(*varied):

        def measure(where=(name, network, batch_size, policy)):
            times = time_steps(*where)
            phases = [asdict(time) | {"ratio": time.ratio} for time in times]
            return {"seconds": sum(time.step_seconds for time in times), "phases": phases}

        rows += kept(out, "steps", name, network, {"batch_size": batch_size, "precision": policy}, measure, report)
    return rows


def steps_table(rows: list[Record]) -> str:
    """Return rows of `run_steps` as text, one line for each phase."""
    lines = [
        (
            row["method"],
            phase["phase"],
            row["data"],
            str(phase["batch_size"]),
            row["settings"]["precision"],
            f"{1000 * phase['step_seconds']:.1f}",
            f"{1000 * phase['floor_seconds']:.1f}",
            f"{phase['ratio']:.2f}",
        )
        for row in rows
        for phase in row["phases"]
    ]
    return "\n".join(aligned([HEADER, *lines]))


def steps_picture(rows: list[Record]) -> bytes:
    """Return rows of `run_steps` as a PNG file.

    Raises:
        InputError: matplotlib is not installed.
    """
    from benchmarks.speed.figure import plot_ratios
    from kerasclust.reports.figures.style import to_png

    def kind(row):
        return f"batch {row['settings']['batch_size']}, {row['settings']['precision']}"

    ratios = {
        (f"{row['method']}: {phase['phase']}", row["data"], kind(row)): phase["ratio"]
        for row in rows
        for phase in row["phases"]
    }
    kinds, networks = dict.fromkeys(map(kind, rows)), dict.fromkeys(row["data"] for row in rows)
    return to_png(plot_ratios(ratios, list(kinds), list(networks), "Training steps"))
