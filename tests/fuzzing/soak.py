"""Hours of bad input.

Run by a developer: `make soak-fuzz`, or `python tests/fuzzing/soak.py --inputs 1000000 --folder fuzz`. Each target of
`targets.py` gets its share of the inputs, in a process of its own. With atheris installed, inputs that reach new code
are kept and changed further. Of what a target must not do, the first input for each place in the code is kept in the
folder, with the traceback. A soak that is started again goes on where it was.
"""

import argparse
import faulthandler
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback
from contextlib import nullcontext
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("KERASCLUST_MEMORY_GB", "1")  # what memory bounds is bounded early

from checking import check
from targets import TARGETS

try:
    import atheris
except ImportError:  # there is no wheel for some systems
    atheris = None

PATIENCE = 20  # seconds for one input
EVERY = 1000  # inputs after which is written how many there were
RECENT = 500  # inputs that are changed further, where nothing says which are worth it
MOST = 2**20  # bytes of an input
GUIDED = ("kerasclust", "zipfile", "numpy.lib", "h5py", "ast", "click")  # code that is worth reaching
ENGINE = (
    "-handle_segv=0",
    "-detect_leaks=0",
    "-rss_limit_mb=8000",
    "-verbosity=0",
    f"-max_len={MOST}",
)


class Soak:
    """Inputs for one target, and what they find.

    Args:
        name: of the target.
        folder: with what earlier soaks found.
        seconds: most seconds, those of earlier soaks included.
    """

    def __init__(self, name, folder, seconds):
        self.name, self.target, self.folder, self.seconds = name, TARGETS[name], folder, seconds
        self.counts = counts(folder, name)
        self.began = time.monotonic() - self.counts["seconds"]
        self.place = folder / f"{name}.place"
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()

    def run(self, n, plain):
        """Try inputs until there were n of them.

        Plain inputs are not guided, and many more fit in the same time.
        """
        guided = atheris and self.target.guided and not plain
        with (
            atheris.instrument_imports(include=GUIDED) if guided else nullcontext()
        ):  # good inputs import what is guided by
            good = self.target.good()
            for content in good:
                check(self.target, content, self.place)
        (self.guided if guided else self.unguided)(good, n)

    def guided(self, good, n):
        """Inputs that reach new code are kept in a folder and changed further."""
        corpus = self.folder / f"{self.name}.corpus"
        corpus.mkdir(exist_ok=True)
        for i, content in enumerate(good):
            (corpus / f"good-{i}").write_bytes(content)

        def mutate(data, most, seed):
            return self.target.mutate(data or random.choice(good), random.Random(seed))[:most]

        atheris.Setup([self.name, *ENGINE, str(corpus)], lambda data: self.one(data, n), custom_mutator=mutate)
        atheris.Fuzz()

    def unguided(self, good, n):
        """Changes of good inputs and of what came of them."""
        recent, choose = [], random.Random(f"{self.name} {self.counts['inputs']}")
        while True:
            content = self.target.mutate(choose.choice([*good, *recent] if choose.random() < 0.5 else good), choose)
            recent = [*recent[-RECENT:], content[:MOST]]
            self.one(content, n)

    def one(self, content, n):
        """Try an input, the last one if there were n."""
        signal.alarm(PATIENCE)
        if self.counts["inputs"] % 100 == 0:  # where no signal helps: the process ends, and its input is kept
            faulthandler.dump_traceback_later(5 * PATIENCE, exit=True)
        try:
            self.counts["read"] += check(self.target, content, self.place)
        except Exception as error:  # which is what is looked for
            self.keep(content, error)
        finally:
            signal.alarm(0)
        self.counts["inputs"] += 1
        seconds = time.monotonic() - self.began
        ends = self.counts["inputs"] >= n or seconds >= self.seconds
        if ends or self.counts["inputs"] % EVERY == 0:
            self.counts["seconds"] = round(seconds, 1)
            counts_file(self.folder, self.name).write_text(json.dumps(self.counts))
        if ends:
            os._exit(0)  # the engine knows no other end

    def keep(self, content, error):
        """Keep the first input of each place in the code."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/kerasclust/" in frame.filename]
        where = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "targets"
        path = self.folder / f"crash-{self.name}-{type(error).__name__}-{where}{self.target.suffix}"
        if not path.exists():
            path.write_bytes(content)
            path.with_name(path.name + ".txt").write_text("".join(traceback.format_exception(error)))
        shutil.rmtree(self.place)
        self.place.mkdir()


def counts_file(folder, name):
    """Where the counts of a target are."""
    return folder / f"{name}.counts"


def counts(folder, name):
    """{"inputs", "read": those that were no bad input, "seconds"} of a target so far."""
    path = counts_file(folder, name)
    return json.loads(path.read_text()) if path.exists() else {"inputs": 0, "read": 0, "seconds": 0.0}


def soak(n, minutes, folder, names, plain):
    """Give targets n inputs in all, or inputs for so many minutes, and print what came of it."""
    shares = sum((1.0 if minutes else TARGETS[name].share) for name in names)
    for name in names:
        aim = sys.maxsize if minutes else round(n * TARGETS[name].share / shares)
        most = 60.0 * minutes / shares if minutes else float("inf")
        while counts(folder, name)["inputs"] < aim and counts(folder, name)["seconds"] < most:
            command = [sys.executable, __file__, "--target", name, "--inputs", str(aim), "--folder", folder]
            command += [*["--plain"] * plain, "--seconds", str(most)]
            with open(folder / f"{name}.log", "w") as log:
                done = subprocess.run(command, stdout=log, stderr=log)
            if done.returncode and not keep_last(folder, name, done.returncode):
                break
        print(name, *(f"{what} {value:,}" for what, value in counts(folder, name).items()), flush=True)
    print("in all", f"{sum(counts(folder, name)['inputs'] for name in names):,} inputs")
    found = sorted(path.name for path in folder.glob("crash-*.txt"))
    print("\n".join(found) or "nothing found")
    return 1 if found else 0


def keep_last(folder, name, status):
    """Keep the input that a process has died of.

    Returns whether it is a new one.
    """
    last = next((folder / f"{name}.place").glob("input*"), None)
    kept = folder / f"crash-{name}-died-{status}{TARGETS[name].suffix}"
    if last is None or kept.exists():
        return False
    shutil.copy(last, kept)
    kept.with_name(kept.name + ".txt").write_text(f"status {status}")
    return True


def _too_long(*_):
    raise TimeoutError(f"no answer within {PATIENCE} s")


def main():
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="in all, those of earlier soaks included")
    parser.add_argument(
        "--minutes", type=float, help="in place of --inputs: for all targets, each as long as the others"
    )
    parser.add_argument("--folder", type=Path, default=Path("fuzz"), help="for the counts and what is found")
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS), help="some of them only")
    parser.add_argument("--plain", action="store_true", help="not guided by the code that is reached")
    parser.add_argument("--target", choices=TARGETS, help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.target is None:
        sys.exit(soak(given.inputs, given.minutes, given.folder, given.targets, given.plain))
    signal.signal(signal.SIGALRM, _too_long)
    Soak(given.target, given.folder, given.seconds).run(given.inputs, given.plain)


if __name__ == "__main__":
    main()
