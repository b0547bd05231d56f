"""Kill trainings of every method (kill -9) at random moments, let them go on, and compare with one left alone.

Run by a developer: `make soak-kill`. Each comparison is a line of a results file; a file that is there is gone on with.
"""

import json
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import click
import keras
import numpy as np

from kerasclust.models.catalog import methods, settings_of
from kerasclust.training import checkpoint

SETTINGS = {"units": (8,), "pretrain_epochs": 12, "epochs": 12, "batch_size": 32, "random_state": 3, "tolerance": 0.0}
FEW = {"n_tries": 3, "n_runs": 2, "n_init": 2}
SHAPES = {"table": (5,), "sequences": (16, 2), "images": (8, 8, 1)}
SPAWN = multiprocessing.get_context("spawn")


def samples(kind):
    """Samples (120, ...) in three groups."""
    random, y = np.random.default_rng(0), np.arange(120) % 3
    x = random.normal(size=(120, *SHAPES[kind]))
    return (x + 4.0 * random.normal(size=(3, *SHAPES[kind]))[y]).astype("float32")


def new_model(method):
    """A small model of a method, with what it takes of the settings."""
    cls = methods()[method]
    settings = SETTINGS | FEW
    return cls(n_clusters=3, **{name: settings[name] for name in settings if name in settings_of(cls)})


class Batches(keras.callbacks.Callback):
    """Counts the batches of a training, and ends the process when there were so many."""

    def __init__(self, end=None):
        super().__init__()
        self.seen, self.end = 0, end

    def on_train_batch_end(self, batch, logs=None):
        """One more."""
        self.seen += 1
        if self.seen == self.end:
            os.kill(os.getpid(), signal.SIGKILL)


def fit(method, kind, folder, result=None, end=None, seconds=None):
    """Train, write what came of it to `result`, or die after `end` batches or so many seconds."""
    checkpoint.SECONDS, checkpoint.SHARE = 0.0, 1e9  # after every epoch
    batches, started = Batches(end), time.perf_counter()
    if seconds is not None:
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
    model, x = new_model(method), samples(kind)
    model.fit(x, verbose=0, callbacks=[batches], backup_dir=folder)
    if result is not None:
        taken = time.perf_counter() - started
        np.savez(result, *model.get_weights(), q=model.predict(x), batches=batches.seen, seconds=taken)
    os._exit(0)  # a timer may be waiting


def run(*arguments):
    """Exit code of a process that trains."""
    process = SPAWN.Process(target=fit, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def compare(method, kind, kills, random):
    """Kill a training so many times, let it go on, and say how it ends beside one that was left alone."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        assert run(method, kind, None, folder / "whole.npz") == 0
        whole = np.load(folder / "whole.npz")
        moments = []
        for _ in range(kills):
            by_batch = whole["batches"] and random.random() < 0.7
            moment = {"end": int(random.integers(1, whole["batches"] + 1))} if by_batch else {}
            moment = moment or {"seconds": float(random.uniform(0.0, whole["seconds"]))}
            code = run(method, kind, folder / "backup", None, moment.get("end"), moment.get("seconds"))
            moments.append(moment | {"killed": code == -signal.SIGKILL})  # what is left may be over before
        assert run(method, kind, folder / "backup", folder / "resumed.npz") == 0
        resumed = np.load(folder / "resumed.npz")
        weights = [name for name in whole if name.startswith("arr_")]
        return {
            "method": method,
            "data": kind,
            "moments": moments,
            "kills": sum(moment["killed"] for moment in moments),
            "same_labels": bool((whole["q"].argmax(axis=1) == resumed["q"].argmax(axis=1)).all()),
            "same_bits": all(np.array_equal(whole[name], resumed[name]) for name in [*weights, "q"]),
        }


@click.command()
@click.option("--kills", default=3, show_default=True, help="Of each method on each kind of data.")
@click.option("--seed", default=0, show_default=True)
@click.option("--data", "kinds", type=click.Choice(list(SHAPES)), multiple=True, help="By default all; repeat.")
@click.option("--out", default="runs/soak_kill.jsonl", show_default=True)
@click.argument("chosen", nargs=-1)
def main(kills, seed, kinds, out, chosen):
    """Soak the methods CHOSEN, by default all."""
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    done = {(row["method"], row["data"]) for row in rows}
    for method in chosen or methods():
        for kind in kinds or SHAPES:
            if (method, kind) in done:
                continue
            rows.append(compare(method, kind, kills, np.random.default_rng([seed, len(rows)])))
            with open(out, "a") as file:
                file.write(json.dumps(rows[-1]) + "\n")
            click.echo(json.dumps(rows[-1]))
    failed = [f"{row['method']} on {row['data']}" for row in rows if not (row["same_labels"] and row["same_bits"])]
    click.echo(f"{sum(row['kills'] for row in rows)} kills in {len(rows)} trainings.")
    if failed:
        raise click.ClickException(f"Another result after going on: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
