"""Command lines of `kerasclust`: right ones, changed ones, and what becomes of them before anything is trained."""

import json
import os
import tempfile
from contextlib import ExitStack, chdir
from pathlib import Path
from unittest import mock

from checking import Misbehavior

from kerasclust.errors import InputError

SERIES = "user,time,rsrp,label\na,2,-81,u\na,1,-80.5,u\nb,1,-95,v\nb,2,1e3,v\n"
COMMANDS = ("fit", "predict", "report", "monitor", "estimate-k", "compare", "simulate", "methods", "--help", "nothing")
ARGUMENTS = (
    "FILE",
    "MODEL",
    "none.npy",
    "mnits",
    "tfds:",
    "3",
    "-1",
    "0",
    "1e9",
    "",
    "--",
    "-",
    "a=b",
    "units=",
    "\0",
    "é",
)
OPTIONS = (
    *("--clusters", "--method", "--out", "--set", "--seed", "--epochs", "--frontend", "--window", "--stride", "--json"),
    *("--id-column", "--time-column", "--channel", "--samples", "--threshold", "--runs", "--overwrite", "--resume"),
    *("--min", "--max", "--budget", "--methods", "--quiet", "--part", "--worker", "--unknown", "-h"),
)


def lines():
    """Command lines that are right, as JSON lists."""
    return [
        json.dumps(line).encode()
        for line in (
            ["fit", "FILE", "--clusters", "3", "--out", "OUT", "--quiet"],
            ["predict", "MODEL", "FILE", "--out", "OUT/a.csv"],
            ["monitor", "OUT", "FILE", "--threshold", "0.5", "--json"],
            ["compare", "FILE", "--clusters", "3", "--methods", "dec,kmeans", "--set", "units=8"],
            ["simulate", "--users", "0", "--out", "a.txt"],
        )
    ]


def changed_line(data, random):
    """A command line with other arguments."""
    try:
        line = json.loads(data)
    except ValueError:
        return json.dumps([random.choice(COMMANDS)]).encode()
    place = random.randrange(len(line) + 1)
    match random.randrange(4):
        case 0:
            line[place : place + 1] = [random.choice(OPTIONS)]
        case 1:
            line[place : place + 1] = [random.choice(ARGUMENTS)]
        case 2:
            line[place:place] = [random.choice(OPTIONS), random.choice(ARGUMENTS)]
        case 3:
            del line[place : place + 1]
    return json.dumps(line).encode()


def run_line(path):
    """The command up to where it would train: what it is asked for is checked before."""
    from click.testing import CliRunner

    from kerasclust.cli import main

    stop = InputError("trained up to here")
    try:
        line = [str(argument) for argument in json.loads(path.read_bytes())]
    except (ValueError, TypeError):  # no list: not a line that a shell could give
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "x.csv"
        data.write_text(SERIES)
        places = {"FILE": str(data), "MODEL": str(data), "OUT": f"{folder}/out", "OUT/a.csv": f"{folder}/out/a.csv"}
        stopped = (
            *("runs.training.train", "datasets.mobile_network"),
            *("choosing.estimate_n_clusters", "choosing.comparison.compare", "choosing.automatic.judging_spaces"),
        )
        environment = os.environ | {"KERASCLUST_DATA": folder, "KERASCLUST_CACHE": folder}
        with mock.patch.multiple("os", environ=environment), ExitStack() as patched, chdir(folder):
            for name in stopped:
                patched.enter_context(mock.patch(f"kerasclust.{name}", side_effect=stop))
            result = CliRunner().invoke(main, [places.get(argument, argument) for argument in line])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code not in (0, 1, 2, 3):
        raise Misbehavior(f"status {result.exit_code}")
