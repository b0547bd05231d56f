"""Kill trainings of every method (kill -9) at random moments.

They go on afterwards, and are compared with one left alone. Run by a developer: `make soak-kill`. Each comparison is a
line of a results file; a file that is there is gone on with. At least half of the kills of trainings with batches have
to come after a checkpoint of their phase and further batches.
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

SETTINGS = {"units": (16,), "pretrain_epochs": 30, "epochs": 30, "batch_size": 32, "random_state": 3, "tolerance": 0.0}
FEW = {"n_tries": 3, "n_runs": 2, "n_init": 2}
N = 300  # samples
SECONDS = 0.1  # between checkpoints: some epochs
BY_BATCH, AFTER_CHECKPOINT = 0.8, 0.85  # shares of the kills, and of those by batch
SHAPES = {"table": (5,), "sequences": (16, 2), "images": (8, 8, 1)}
SPAWN = multiprocessing.get_context("spawn")


def samples(kind):
    """Samples (N, ...) in three groups."""
    random, y = np.random.default_rng(0), np.arange(N) % 3
    x = random.normal(size=(N, *SHAPES[kind]))
    return (x + 4.0 * random.normal(size=(3, *SHAPES[kind]))[y]).astype("float32")


def new_model(method):
    """A small model of a method, with what it takes of the settings."""
    cls = methods()[method]
    settings = SETTINGS | FEW
    return cls(n_clusters=3, **{name: settings[name] for name in settings if name in settings_of(cls)})


def checkpoints(folder):
    """Name and inode of the checkpoints in a backup; another checkpoint has another inode."""
    return [(path.name, path.stat().st_ino) for path in Path(folder).glob("phase-*.npz")] if folder else []


class Batches(keras.callbacks.Callback):
    """Counts the batches of a training, and ends the process when there were so many.

    Args:
        folder: the backup.
        since: shared number of batches since the checkpoint of the running phase; 0 without a checkpoint.
        end: number of batches to die after; None for never.
        after_checkpoint: die in a phase with a checkpoint, some batches after it.
    """

    def __init__(self, folder, since, end, after_checkpoint):
        super().__init__()
        self.folder, self.since, self.end, self.after_checkpoint = folder, since, end, after_checkpoint
        self.seen, self.last = 0, checkpoints(folder)

    def on_train_batch_end(self, batch, logs=None):
        """One more."""
        self.seen += 1
        found = checkpoints(self.folder)
        self.since.value = self.since.value + 1 if found and found == self.last else len(found)
        self.last = found
        if self.end and self.seen >= self.end and (self.since.value or not self.after_checkpoint):
            os.kill(os.getpid(), signal.SIGKILL)


def fit(method, kind, folder, since, result=None, end=None, after_checkpoint=False, seconds=None):
    """Train, and write what came of it to `result`.

    The process dies before, after `end` batches or so many seconds, if asked to.
    """
    checkpoint.SECONDS, checkpoint.SHARE = SECONDS, 1e9
    batches, started = Batches(folder, since, end, after_checkpoint), time.perf_counter()
    if seconds is not None:
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
    model, x = new_model(method), samples(kind)
    model.fit(x, verbose=0, callbacks=[batches], backup_dir=folder)
    if result is not None:
        taken = time.perf_counter() - started
        np.savez(result, *model.get_weights(), q=model.predict(x), batches=batches.seen, seconds=taken)
    os._exit(0)  # a timer may be waiting


def run(method, kind, folder, **options):
    """Exit code of a process that trains, and its number of batches since a checkpoint."""
    since = SPAWN.Value("i", 0, lock=False)
    process = SPAWN.Process(target=fit, args=(method, kind, folder, since), kwargs=options)
    process.start()
    process.join()
    return process.exitcode, since.value


def new_moment(whole, kills, random):
    """A moment to kill a training at.

    As many as `kills` spread over the training.
    """
    if whole["batches"] and random.random() < BY_BATCH:
        end = int(random.integers(1, max(2, whole["batches"] // kills)))
        return {"end": end, "after_checkpoint": bool(random.random() < AFTER_CHECKPOINT)}
    return {"seconds": float(random.uniform(0.0, whole["seconds"] / kills))}


def epochs_kept(folder):
    """Number of epochs in the checkpoint of a backup, 0 without a checkpoint."""
    found = 0
    for path in folder.glob("phase-*.npz"):
        with np.load(path) as kept:
            found = len(json.loads(str(kept["progress"]))["epochs"])
    return found


def compare(method, kind, kills, random):
    """Kill a training so many times and let it go on.

    Returns how it ends beside one that was left alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        assert run(method, kind, None, result=folder / "whole.npz")[0] == 0
        whole = np.load(folder / "whole.npz")
        moments = []
        for _ in range(kills):
            moment = new_moment(whole, kills, random)
            code, since = run(method, kind, folder / "backup", **moment)
            moment |= {"killed": code == -signal.SIGKILL}  # what is left may be over before
            moment |= {"epochs_kept": epochs_kept(folder / "backup"), "batches_since": since}
            moments.append(moment)
        assert run(method, kind, folder / "backup", result=folder / "resumed.npz")[0] == 0
        resumed = np.load(folder / "resumed.npz")
        weights = [name for name in whole if name.startswith("arr_")]
        return {
            "method": method,
            "data": kind,
            "batches": int(whole["batches"]),
            "moments": moments,
            "kills": sum(moment["killed"] for moment in moments),
            "after_checkpoint": sum(m["killed"] and m["epochs_kept"] > 0 < m["batches_since"] for m in moments),
            "same_labels": bool((whole["q"].argmax(axis=1) == resumed["q"].argmax(axis=1)).all()),
            "same_bits": all(np.array_equal(whole[name], resumed[name]) for name in [*weights, "q"]),
        }


def pairs(chosen, kinds):
    """Pairs of a method and a kind of data, each method once before any comes again.

    So a soak that ends early has seen all methods.
    """
    for shift in range(len(kinds)):
        for place, method in enumerate(chosen):
            yield method, kinds[(place + shift) % len(kinds)]


@click.command()
@click.option("--kills", default=3, show_default=True, help="Of each method on each kind of data.")
@click.option("--seed", default=0, show_default=True)
@click.option("--data", "kinds", type=click.Choice(list(SHAPES)), multiple=True, help="By default all; repeat.")
@click.option("--minutes", type=float, help="Begin no further training after so many; by default all are made.")
@click.option("--out", default="runs/soak_kill.jsonl", show_default=True)
@click.argument("chosen", nargs=-1)
def main(kills, seed, kinds, minutes, out, chosen):
    """Soak the methods CHOSEN, by default all."""
    started = time.monotonic()
    out = Path(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    done = {(row["method"], row["data"]) for row in rows}
    for method, kind in pairs(chosen or list(methods()), kinds or list(SHAPES)):
        if (method, kind) in done or (minutes and time.monotonic() - started > 60 * minutes):
            continue
        rows.append(compare(method, kind, kills, np.random.default_rng([seed, len(rows)])))
        with open(out, "a") as file:
            file.write(json.dumps(rows[-1]) + "\n")
        click.echo(json.dumps(rows[-1]))
    failed = [f"{row['method']} on {row['data']}" for row in rows if not (row["same_labels"] and row["same_bits"])]
    by_batch = sum(row["kills"] for row in rows if row["batches"])
    after = sum(row["after_checkpoint"] for row in rows)
    click.echo(
        f"{sum(row['kills'] for row in rows)} kills in {len(rows)} trainings. Of {by_batch} kills of trainings with "
        f"batches, {after} came after a checkpoint of their phase and further batches."
    )
    if failed:
        raise click.ClickException(f"Another result after going on: {', '.join(failed)}.")
    if 2 * after < by_batch:
        raise click.ClickException("Fewer than half of these kills came after a checkpoint.")


if __name__ == "__main__":
    main()
