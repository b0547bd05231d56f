"""Measurements as rows of a results file, made once."""

import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf

from benchmarks.types import FilePath, Record, Report, Settings
from kerasclust.records import results


def kept(
    out: FilePath,
    experiment: str,
    method: str,
    data: Any,
    settings: Settings,
    measure: Callable[[], Record],
    report: Report,
    seed: int = 0,
) -> list[Record]:
    """Return the rows of a measurement; make and append it first if the file lacks it.

    Args:
        out: results file.
        experiment: name of the kind of measurement.
        method: name of the measured method, as in `kerasclust methods`, or of another subject.
        data: name of the samples.
        settings: {name: value}.
        measure: function () -> {name: value} of the row, with "seconds" and, if there are any, "scores".
        report: called with a line of text after a measurement.
        seed: seed of the run.
    """
    key = {"experiment": experiment, "method": method, "data": data, "seed": seed, "settings": settings}
    if not results.done(out, **key):
        measured = measure()
        row = results.new_row(key, measured.pop("scores", {}), **measured, machine=machine())
        results.append(out, row)
        where = " ".join(map(str, [method, data, *settings.values()]))
        report(f"{experiment}: {where}: {row['seconds']:.3g} s")
    return results.find(out, **key)


def machine() -> Record:
    """Return {"processor", "cores", "gpus"} of this machine."""
    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]
    return {"processor": _processor(), "cores": os.cpu_count(), "gpus": names}


def _processor() -> str:
    """Return the name of the processor and, on Linux, its widest vectors, in which equal names may differ."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    parts = (line.partition(":") for line in lines if ":" in line)
    told = {name.strip(): value.strip() for name, _, value in parts}
    widest = next((name for name in ("avx512f", "avx2") if name in told.get("flags", "").split()), None)
    return " ".join(filter(None, (told.get("model name", platform.processor()), widest)))
