"""Results files: one JSON line a run, so that an interrupted table continues and a later table reads them all."""

import json
import math
import os
import statistics
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile
from kerasclust.system.json_files import parse_json, plain
from kerasclust.system.versions import versions

try:
    import fcntl
except ImportError:  # Windows: no lock, so one process a results file there
    fcntl = None

KEY = ("experiment", "method", "data", "seed", "settings")
SCORES = ("acc", "nmi")  # what a summary shows
COLUMNS = ("mean ± sd", "min", "max")


def new_row(key: dict, scores: dict, seconds: float, **extra) -> dict:
    """A row of a results file, with the versions and the peak memory of this process added.

    Args:
        key: which run it is: experiment, method, data, seed, settings.
        scores: {"acc": ..., "nmi": ..., "ari": ...}; empty where there are no labels.
        seconds: wall-clock time of the run.
        **extra: anything else worth keeping, such as evidence.

    Returns:
        Dictionary, as `append` takes it.
    """
    lacking = [name for name in KEY if name not in key]
    if lacking:
        raise InputError(f"A result needs {', '.join(KEY)}; {', '.join(lacking)} not given.")
    measured = {"scores": scores, "seconds": seconds, "peak_memory_mb": peak_memory_mb(), "versions": versions()}
    return {**key, **measured, **extra}


def append(path: str | os.PathLike, row: dict) -> None:
    """Add a row: the whole line in one write, on the disk when this returns.

    What an interrupted write left, a last line without its end, is removed first. Processes may share a file.

    Args:
        path: the file; made, with its directories, where it does not exist.
        row: a dictionary of plain, numpy or nested values; a number that is not finite is stored as null.

    Raises:
        InputError: a value that JSON cannot hold.
    """
    line = (json.dumps(plain(row), ensure_ascii=False, allow_nan=False) + "\n").encode()
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as file, _locked(file):
        file.truncate(_complete(file))
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def check_writable(path: str | os.PathLike) -> None:
    """Make sure, before anything is measured, that rows can be added to a results file; it is made where it is missing.

    Raises:
        InputError: they cannot.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        open(path, "ab").close()
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): choose another results file.") from error


def read(path: str | os.PathLike) -> list[dict]:
    """All rows in the order in which they were added; none where the file does not exist yet.

    Raises:
        InputError: a line is damaged. (A last line without its end is an interrupted write, and passed over.)
    """
    path = Path(path)
    if not path.exists():
        return []
    *lines, _half = path.read_bytes().split(b"\n")
    return [_parsed(line, number, path) for number, line in enumerate(lines, start=1)]


def find(path: str | os.PathLike, **key) -> list[dict]:
    """The rows of some runs.

    Args:
        path: the results file.
        **key: what identifies the runs: some or all of experiment, method, data, seed and settings.

    Raises:
        InputError: a name that identifies no run, or the file is damaged.
    """
    unknown = [name for name in key if name not in KEY]
    if unknown:
        raise InputError(f"Runs are identified by {', '.join(KEY)}; found {', '.join(unknown)}.")
    # Through JSON, because the rows went that way: a tuple came back as a list.
    wanted = json.loads(json.dumps(plain(key)))
    return [row for row in read(path) if all(row.get(name) == value for name, value in wanted.items())]


def done(path: str | os.PathLike, **key) -> bool:
    """Whether a run is in the file, so that an interrupted table continues where it stopped; arguments as `find`.

    Example:
        >>> done("no_such_file.jsonl", experiment="picks", method="kmeans_raw", data="irish_5g", seed=0)
        False
    """
    return bool(find(path, **key))


def identity(row: dict, without=()) -> str:
    """Text that is the same for the rows of one run, however they were read or made.

    Args:
        row: of a results file, or the key of one.
        without: names that do not count; without "seed" it is the same for all runs of a method.

    Example:
        >>> key = {"experiment": "e", "method": "m", "data": "d", "seed": 0, "settings": {"units": (8, 4)}}
        >>> identity(key) == identity({**key, "settings": {"units": [8, 4]}, "scores": {}})
        True
    """
    return json.dumps([plain(row.get(name)) for name in KEY if name not in without], sort_keys=True)


def summary(rows, by: str = "method") -> dict[str, dict]:
    """Mean, standard deviation, least and largest ACC and NMI over the seeds of each method.

    Args:
        rows: of one data set and experiment, as `read` gives them; those without scores are left out, and of two rows
            of the same run the later one counts.
        by: the key that tells the lines of the table apart.

    Returns:
        {value of `by`: {"seeds": number, "acc": {"mean", "std", "min", "max"}, "nmi": the same}}. The standard
        deviation is that of a sample (n - 1), NaN for a single seed.

    Raises:
        InputError: one line of the table would mix runs that differ in more than the seed.
    """
    groups = {}
    for row in rows:
        if row.get("scores"):
            groups.setdefault(row[by], {})[identity(row)] = row
    for name, runs in groups.items():
        if len({row["seed"] for row in runs.values()}) < len(runs):
            raise InputError(
                f"{by} {name!r} has several runs of one seed, which differ in data, experiment or settings. "
                "Choose the rows of one table before summarizing them."
            )
    return {name: _spread(list(runs.values())) for name, runs in groups.items()}


def table(summary: dict[str, dict], by: str = "method") -> str:
    """A summary as a Markdown table, in the order of the rows.

    Example:
        >>> spread = {"mean": 0.5, "std": 0.1, "min": 0.4, "max": 0.6}
        >>> print(table({"dance": {"seeds": 2, "acc": spread, "nmi": spread}}))
        | method | seeds | ACC mean ± sd | ACC min | ACC max | NMI mean ± sd | NMI min | NMI max |
        |---|---|---|---|---|---|---|---|
        | dance | 2 | 0.500 ± 0.100 | 0.400 | 0.600 | 0.500 ± 0.100 | 0.400 | 0.600 |
    """
    header = [by, "seeds", *(f"{score.upper()} {column}" for score in SCORES for column in COLUMNS)]
    lines = [f"| {' | '.join(header)} |", "|" + "---|" * len(header)]
    for name, line in summary.items():
        cells = [str(name), str(line["seeds"]), *(cell for score in SCORES for cell in _cells(line[score]))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def mean_and_deviation(spread: dict) -> str:
    """A score of a line of `summary` in words; a single run has no deviation.

    Example:
        >>> mean_and_deviation({"mean": 0.5, "std": 0.1, "min": 0.4, "max": 0.6})
        '0.500 ± 0.100'
    """
    deviation = "" if math.isnan(spread["std"]) else f" ± {spread['std']:.3f}"
    return f"{spread['mean']:.3f}{deviation}"


def peak_memory_mb() -> float | None:
    """The most memory that this process has had in use so far, in MB; None where the system does not say.

    One process that makes several runs reports the largest of them up to now.
    """
    with suppress(OSError, StopIteration):  # Linux; what `resource` says there, a process has from its parent
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return round(int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 2**10, 1)
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 2**20 if sys.platform == "darwin" else peak / 2**10, 1)


@contextmanager
def _locked(file):
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX)
    yield
    # Closing the file releases the lock.


def _complete(file) -> int:
    """How many bytes at the start of the file are whole lines."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - 4096)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _parsed(line: bytes, number: int, path: Path) -> dict:
    try:
        row = parse_json(line)
    except UnreadableFile as error:
        raise InputError(f"{path}, line {number}, is damaged ({error}): correct or remove that line.") from error
    if not isinstance(row, dict):
        raise InputError(f"{path}, line {number}, is not a result: expected one JSON object a line.")
    return row


def _spread(rows: list[dict]) -> dict:
    spread = {"seeds": len(rows)}
    for score in SCORES:
        values = [row["scores"][score] for row in rows]
        spread[score] = {
            "mean": statistics.fmean(values),
            "std": statistics.stdev(values) if len(values) > 1 else math.nan,
            "min": min(values),
            "max": max(values),
        }
    return spread


def _cells(spread: dict) -> list[str]:
    return [mean_and_deviation(spread), f"{spread['min']:.3f}", f"{spread['max']:.3f}"]
