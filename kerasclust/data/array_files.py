"""Data sets in NumPy files: reading and writing."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from kerasclust.data.array_findings import array_findings
from kerasclust.data.dataset import DataSet
from kerasclust.data.findings import most_serious_first
from kerasclust.data.large_arrays import is_large
from kerasclust.data.origin import origin_of
from kerasclust.data.validation import as_float, check_finite_numbers, check_shape
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, check_array_header, read_npz
from kerasclust.system.files import complete_file
from kerasclust.types import Array

NAMES_OF_CHANNELS = ("channel_names", "channel_units")


def from_arrays(path: Path) -> DataSet:
    """Read a data set from an `.npy` or `.npz` file.

    Args:
        path: path of the file. In an archive, `x` (or the only array) holds the samples; `y`, `label_names`, `groups`,
            `channel_names`, `channel_units` and `step_seconds` are attributes of the `DataSet`; every other array is
            context. A label of -1 is unknown where the labels have names.

    Raises:
        InputError: The file is damaged, holds Python objects or no samples, or its other arrays do not fit the samples.
    """
    arrays = _read(path)
    x = _samples(arrays.pop("x"), path)
    y, label_names = _known_groups(arrays.pop("y", None), arrays.pop("label_names", None), x, path)
    channel_names, channel_units = (_names(name, arrays.pop(name, None), x, path) for name in NAMES_OF_CHANNELS)
    return DataSet(
        name=path.stem,
        x=x,
        y=y,
        label_names=label_names,
        groups=_one_for_each("groups", arrays.pop("groups", None), len(x), "samples", path),
        channel_names=channel_names,
        channel_units=channel_units,
        step_seconds=_step_seconds(arrays.pop("step_seconds", None), path),
        context=arrays,
        findings=most_serious_first(array_findings(x, path.name, channel_names)),
    )


def write_archive(path: str | os.PathLike[str], data: DataSet) -> None:
    """Write a data set to an `.npz` file for `from_arrays`.

    Args:
        path: path of the file.
        data: a `DataSet`. Each array of its context keeps its own name.

    Raises:
        InputError: The file cannot be written.
    """
    about: dict[str, Any] = {
        "y": data.y,
        "label_names": np.array(data.label_names) if data.label_names else None,
        "groups": data.groups,
        **{name: np.array(getattr(data, name)) if getattr(data, name) else None for name in NAMES_OF_CHANNELS},
        "step_seconds": data.step_seconds,
    }
    present = {**data.context, "x": data.x, **{name: value for name, value in about.items() if value is not None}}
    with complete_file(path) as partial, open(partial, "wb") as file:
        np.savez_compressed(file, **present)


def _samples(x: Array, path: Path) -> Array:
    """Return samples as float32, or as float64 where float32 would merge values."""
    check_shape(x, path.name)
    if x.dtype.kind not in "biuf":
        raise InputError(f"{path.name} must hold numbers; its samples have the type {x.dtype}.")
    check_finite_numbers(x, path.name, (), "keep")
    return as_float(x, "float64" if origin_of(x).any() else "float32")


def _read(path: Path) -> dict[str, Array]:
    """Read all arrays of a file by name, the samples as "x"."""
    try:
        arrays = {"x": _read_array(path)} if path.suffix.lower() == ".npy" else read_npz(path)
    except (OSError, UnreadableFile) as error:
        raise InputError(
            f"{path} cannot be read as an array ({error}): write it again, with numpy.save or numpy.savez, as numbers."
        ) from error
    if len(arrays) == 1:
        return {"x": next(iter(arrays.values()))}
    if "x" not in arrays:
        raise InputError(
            f"{path.name} holds {', '.join(arrays) or 'no array'}: name the samples 'x' and the labels 'y'."
        )
    return arrays


def _read_array(path: Path) -> Array:
    """Read an `.npy` file, mapped from the disk if it is large."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        check_array_header(file, size)
    array: Array = np.load(path, mmap_mode="r" if is_large(size) else None, allow_pickle=False)
    return array


def _known_groups(
    y: Array | None, label_names: Array | None, x: Array, path: Path
) -> tuple[Array | None, tuple[str, ...]]:
    """Return labels as 0, 1, ... and their names."""
    if y is None:
        return None, ()
    _one_for_each("y", y, len(x), "samples", path)
    if label_names is not None and label_names.ndim != 1:
        raise InputError(f"{path.name} has label_names of shape {label_names.shape}: give one name for each label.")
    if label_names is not None and len(label_names):
        if not np.issubdtype(y.dtype, np.integer) or y.min() < -1 or y.max() >= len(label_names):
            raise InputError(
                f"{path.name} names {len(label_names)} labels, but y is not made of the numbers 0 to "
                f"{len(label_names) - 1}."
            )
        return y, tuple(map(str, label_names.tolist()))
    names, numbers = np.unique(y, return_inverse=True)
    return numbers, tuple(map(str, names.tolist()))


def _step_seconds(found: Array | None, path: Path) -> float | None:
    if found is not None and (found.shape != () or found.dtype.kind not in "iuf" or not 0 < found < np.inf):
        raise InputError(f"{path.name} has step_seconds that are not one number above 0, but {found}.")
    return None if found is None else float(found)


def _names(name: str, found: Array | None, x: Array, path: Path) -> tuple[str, ...]:
    found = _one_for_each(name, found, x.shape[-1], "channels", path)
    return () if found is None else tuple(map(str, found.tolist()))


def _one_for_each(name: str, found: Array | None, n: int, what: str, path: Path) -> Array | None:
    """Check that an array, if there is one, has one entry for each sample or channel."""
    if found is not None and found.shape != (n,):
        raise InputError(
            f"{path.name} has {n:,} {what}, but {name} has shape {found.shape}: it needs one entry for each, "
            "or must be left out."
        )
    return found
