"""The table of training steps against their floors: every method and phase, network, batch size and precision."""

from contextlib import contextmanager
from dataclasses import asdict

import numpy as np

from kerasclust.console import aligned
from kerasclust.errors import InputError
from kerasclust.experiments import results
from kerasclust.models.centroid import CentroidModel
from kerasclust.registry import methods
from kerasclust.speed.phases import TimedRunner

SHAPES = {"dec": (784,), "conv1d": (128, 8), "conv2d": (28, 28, 1)}  # features of a sample, by the network for it
BATCHES = (256, 1024)
POLICIES = ("float32", "mixed_bfloat16")
STEPS = 16  # of an execution
EXECUTIONS = 4  # that are timed, after one that traces
N_CLUSTERS = 10
HEADER = ("method", "phase", "network", "batch", "precision", "step (ms)", "floor (ms)", "step / floor")


def trained_methods():
    """Names of the methods that train networks in several phases of their own."""
    return [name for name, cls in methods().items() if issubclass(cls, CentroidModel)]


@contextmanager
def precision(policy):
    """Models that are built inside have this Keras dtype policy."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def time_steps(method, network, batch_size, policy):
    """Train a method on random samples for a moment and time a step of each phase.

    Args:
        method: name, as in `kerasclust methods`.
        network: a key of `SHAPES`.
        batch_size: samples a step.
        policy: Keras dtype policy.

    Returns:
        List of `PhaseTime`.
    """
    x = np.random.default_rng(0).random((STEPS * batch_size, *SHAPES[network]), "float32")
    epochs = EXECUTIONS + 1
    settings = {"batch_size": batch_size, "pretrain_epochs": epochs, "epochs": epochs, "tolerance": 0.0, "n_runs": 1}
    with precision(policy):
        model = methods()[method](
            N_CLUSTERS, network=network, frontend="raw", augmentation=None, random_state=0, **settings
        )
        runner = TimedRunner(model, model.runner(x).samples)
        runner.run(model.phase_names)
    return runner.times


def run_steps(out, names=None, networks=SHAPES, batches=BATCHES, policies=POLICIES, report=print):
    """Measure and append a row for each method, network, batch size and precision to a results file.

    Args:
        out: the results file; what it has is not measured again.
        names: of methods; None for all that train in phases.
        networks: keys of `SHAPES`.
        batches: batch sizes.
        policies: Keras dtype policies.
        report: called with a line of text after each measurement.

    Returns:
        The rows, those found in the file included.

    Raises:
        InputError: a method that has no phases to time, or that does not exist.
    """
    known, rows = trained_methods(), []
    names = list(names or known)
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"{unknown[0]!r} is none of the methods with phases to time: {', '.join(known)}.")
    for network in networks:
        for policy in policies:
            for batch_size in batches:
                for name in names:
                    settings = {"batch_size": batch_size, "precision": policy}
                    key = {"experiment": "steps", "method": name, "data": network, "seed": 0, "settings": settings}
                    if not results.done(out, **key):
                        times = time_steps(name, network, batch_size, policy)
                        seconds = sum(time.step_seconds for time in times)
                        phases = [asdict(time) | {"ratio": time.ratio} for time in times]
                        results.append(out, results.new_row(key, {}, seconds, phases=phases))
                        ratios = ", ".join(f"{time.phase} {time.ratio:.2f}" for time in times)
                        report(f"{name}, {network}, batch {batch_size}, {policy}: {ratios}")
                    rows += results.find(out, **key)
    return rows


def steps_table(rows):
    """Rows of `run_steps` as text, one line a phase."""
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
