"""Measurements as rows of a results file, each made once."""

import os
import platform
from pathlib import Path

import tensorflow as tf

from kerasclust.records import results


def kept(out, experiment, method, data, settings, measure, report, seed=0):
    """The rows of a measurement, which is made and appended first where the file lacks it.

    Args:
        out: the results file.
        experiment: what is measured.
        method: name, as in `kerasclust methods`, or what else it is measured of.
        data: what the samples are.
        settings: {name: value}.
        measure: function () -> {name: value}, what the row keeps, with "seconds", and "scores" where there are some.
        report: called with a line of text after a measurement.
        seed: of what is measured.
    """
    key = {"experiment": experiment, "method": method, "data": data, "seed": seed, "settings": settings}
    if not results.done(out, **key):
        measured = measure()
        row = results.new_row(key, measured.pop("scores", {}), **measured, machine=machine())
        results.append(out, row)
        where = " ".join(map(str, [method, data, *settings.values()]))
        report(f"{experiment}: {where}: {row['seconds']:.3g} s")
    return results.find(out, **key)


def machine():
    """{"processor", "cores", "gpus"}: what measures here."""
    gpus = tf.config.list_physical_devices("GPU")
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]
    return {"processor": _processor(), "cores": os.cpu_count(), "gpus": names}


def _processor():
    """Its name, with its widest vectors where Linux tells: other machines of that name may not have them."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    told = dict((part.strip() for part in line.split(":", 1)) for line in lines if ":" in line)
    widest = next((name for name in ("avx512f", "avx2") if name in told.get("flags", "").split()), None)
    return " ".join(filter(None, (told.get("model name", platform.processor()), widest)))
