"""Results files with one JSON line a run, so that an interrupted table can continue."""

import json
import math
import os
import statistics
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile
from kerasclust.system.json_files import parse_json, plain
from kerasclust.system.versions import versions

try:
    import fcntl
except ImportError:  # Windows has no lock: there a results file must have one writer
    fcntl = None  # type: ignore[assignment]

KEY = ("experiment", "method", "data", "seed", "settings")
SCORES = ("acc", "nmi")  # scores of a summary
COLUMNS = ("mean ± sd", "min", "max")


def new_row(key: Mapping[str, Any], scores: Mapping[str, float], seconds: float, **extra: Any) -> dict[str, Any]:
    """Return a row of a results file, with the versions and the peak memory of this process.

    Args:
        key: identity of the run: experiment, method, data, seed, settings.
        scores: {"acc": ..., "nmi": ..., "ari": ...}; empty without labels.
        seconds: wall-clock time of the run.
        **extra: further values to keep, such as evidence.

    Returns:
        Row for `append`.

    Raises:
        InputError: the key is incomplete.
    """
    lacking = [name for name in KEY if name not in key]
    if lacking:
        raise InputError(f"A result needs {', '.join(KEY)}; {', '.join(lacking)} not given.")
    measured = {"scores": scores, "seconds": seconds, "peak_memory_mb": peak_memory_mb(), "versions": versions()}
    return {**key, **measured, **extra}


def append(path: str | os.PathLike[str], row: Mapping[str, Any]) -> None:
    """Add a row to a results file in one write that is on the disk when this returns.

    The incomplete last line of an interrupted write is removed first. Several processes may write to one file.

    Args:
        path: the file; created, with its directories, if it does not exist.
        row: plain, numpy or nested values by name; a number that is not finite is stored as null.

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


def check_writable(path: str | os.PathLike[str]) -> None:
    """Check that rows can be added to a results file, and create it if it does not exist.

    Raises:
        InputError: the file cannot be written.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        open(path, "ab").close()
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): choose another results file.") from error


def read(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Return all rows in the order of their addition; no rows if the file does not exist yet.

    The incomplete last line of an interrupted write is ignored.

    Raises:
        InputError: a line is damaged.
    """
    path = Path(path)
    if not path.exists():
        return []
    *lines, _incomplete = path.read_bytes().split(b"\n")
    return [_parsed(line, number, path) for number, line in enumerate(lines, start=1)]


def find(path: str | os.PathLike[str], **key: Any) -> list[dict[str, Any]]:
    """Return the rows of some runs.

    Args:
        path: the results file.
        **key: identity of the runs: some or all of experiment, method, data, seed and settings.

    Raises:
        InputError: the key has another name, or the file is damaged.
    """
    unknown = [name for name in key if name not in KEY]
    if unknown:
        raise InputError(f"Runs are identified by {', '.join(KEY)}; found {', '.join(unknown)}.")
    # Through JSON like the rows, which turns tuples into lists.
    wanted = json.loads(json.dumps(plain(key)))
    return [row for row in read(path) if all(row.get(name) == value for name, value in wanted.items())]


def done(path: str | os.PathLike[str], **key: Any) -> bool:
    """Return whether a run is in the file; arguments as `find`.

    Example:
        >>> done("no_such_file.jsonl", experiment="picks", method="kmeans_raw", data="irish_5g", seed=0)
        False
    """
    return bool(find(path, **key))


def identity(row: Mapping[str, Any], without: Collection[str] = ()) -> str:
    """Return a text that identifies the run of a row, equal for new rows and rows from a file.

    Args:
        row: row of a results file, or its key.
        without: names that are left out; without "seed" the text is equal for all seeds of a method.

    Example:
        >>> key = {"experiment": "e", "method": "m", "data": "d", "seed": 0, "settings": {"units": (8, 4)}}
        >>> identity(key) == identity({**key, "settings": {"units": [8, 4]}, "scores": {}})
        True
    """
    return json.dumps([plain(row.get(name)) for name in KEY if name not in without], sort_keys=True)


def summary(rows: Iterable[Mapping[str, Any]], by: str = "method") -> dict[str, dict[str, Any]]:
    """Compute mean, standard deviation, minimum and maximum of ACC and NMI over the seeds of each method.

    Args:
        rows: rows of one data set and experiment. Rows without scores are left out, and of several rows of one run
            the last row counts.
        by: key of the lines of the table.

    Returns:
        {value of `by`: {"seeds": number, "acc": {"mean", "std", "min", "max"}, "nmi": the same}}. The standard
        deviation is that of a sample (n - 1), NaN for a single seed.

    Raises:
        InputError: the runs of one line differ in more than the seed.
    """
    groups: dict[str, dict[str, Mapping[str, Any]]] = {}
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


def table(summary: Mapping[str, Mapping[str, Any]], by: str = "method") -> str:
    """Return a summary as a Markdown table in the order of the rows.

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


def mean_and_deviation(spread: Mapping[str, float]) -> str:
    """Return a score of a line of `summary` as text; a single run has no deviation.

    Example:
        >>> mean_and_deviation({"mean": 0.5, "std": 0.1, "min": 0.4, "max": 0.6})
        '0.500 ± 0.100'
    """
    deviation = "" if math.isnan(spread["std"]) else f" ± {spread['std']:.3f}"
    return f"{spread['mean']:.3f}{deviation}"


def peak_memory_mb() -> float | None:
    """Return the peak memory of this process in MB, or None if the system does not tell.

    The peak of a process with several runs is that of the largest run so far.
    """
    with suppress(OSError, StopIteration):  # Linux, where the value of `resource` includes the parent process
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return round(int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 2**10, 1)
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 2**20 if sys.platform == "darwin" else peak / 2**10, 1)


@contextmanager
def _locked(file: IO[bytes]) -> Iterator[None]:
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX)
    yield
    # Closing the file releases the lock.


def _complete(file: IO[bytes]) -> int:
    """Return the number of bytes of the complete lines of a file."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - 4096)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _parsed(line: bytes, number: int, path: Path) -> dict[str, Any]:
    try:
        row = parse_json(line)
    except UnreadableFile as error:
        raise InputError(f"{path}, line {number}, is damaged ({error}): correct or remove that line.") from error
    if not isinstance(row, dict):
        raise InputError(f"{path}, line {number}, is not a result: expected one JSON object a line.")
    return row


def _spread(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    spread: dict[str, Any] = {"seeds": len(rows)}
    for score in SCORES:
        values = [row["scores"][score] for row in rows]
        spread[score] = {
            "mean": statistics.fmean(values),
            "std": statistics.stdev(values) if len(values) > 1 else math.nan,
            "min": min(values),
            "max": max(values),
        }
    return spread


def _cells(spread: Mapping[str, float]) -> list[str]:
    return [mean_and_deviation(spread), f"{spread['min']:.3f}", f"{spread['max']:.3f}"]
