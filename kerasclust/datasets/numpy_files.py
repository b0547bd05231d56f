"""NumPy files as data sets, and data sets as NumPy files."""

import os
from pathlib import Path

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.large_arrays import is_large
from kerasclust.data.validation import check_array
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, check_array_header, read_npz
from kerasclust.system.files import complete_file

NAMES_OF_CHANNELS = ("channel_names", "channel_units")


def from_arrays(path: Path) -> DataSet:
    """The samples of an `.npy` file, or of an `.npz` file with what else it says about them.

    Args:
        path: the file. Of an archive, `x` are the samples (or its only array); `y`, `label_names`, `groups`,
            `channel_names`, `channel_units` and `step_seconds` mean what they mean in `DataSet`, and every other array
            is context.

    Raises:
        InputError: the file is damaged, holds Python objects or no samples, or what it says does not fit the samples.
    """
    arrays = _read(path)
    x = check_array(arrays.pop("x"), name=path.name)
    return DataSet(
        name=path.stem,
        x=x,
        **_known_groups(arrays.pop("y", None), arrays.pop("label_names", ()), x, path),
        groups=_one_for_each("groups", arrays.pop("groups", None), len(x), "samples", path),
        **{name: _names(name, arrays.pop(name, None), x, path) for name in NAMES_OF_CHANNELS},
        step_seconds=_step_seconds(arrays.pop("step_seconds", None), path),
        context=arrays,
    )


def write_archive(path: str | os.PathLike, data: DataSet) -> None:
    """Write a data set to an `.npz` file, which `from_arrays` reads again.

    Args:
        path: of the file.
        data: a `DataSet`. What it does not have is left out; context goes under its own names.

    Raises:
        InputError: the file cannot be written.
    """
    about = {
        "y": data.y,
        "label_names": np.array(data.label_names) if data.label_names else None,
        "groups": data.groups,
        **{name: np.array(getattr(data, name)) if getattr(data, name) else None for name in NAMES_OF_CHANNELS},
        "step_seconds": data.step_seconds,
    }
    present = {name: value for name, value in about.items() if value is not None}
    with complete_file(path) as partial, open(partial, "wb") as file:
        np.savez_compressed(file, **{**data.context, "x": data.x, **present})


def _read(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a file by name; the samples are "x"."""
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


def _read_array(path: Path) -> np.ndarray:
    size = path.stat().st_size
    with open(path, "rb") as file:
        check_array_header(file, size)
    return np.load(path, mmap_mode="r" if is_large(size) else None, allow_pickle=False)


def _known_groups(y, label_names, x, path: Path) -> dict:
    """Labels as 0, 1, ... with their names, as arguments of `DataSet`."""
    if y is None:
        return {}
    _one_for_each("y", y, len(x), "samples", path)
    if np.ndim(label_names) != 1:
        raise InputError(f"{path.name} has label_names of shape {label_names.shape}: give one name for each label.")
    if len(label_names):
        if not np.issubdtype(y.dtype, np.integer) or y.min() < 0 or y.max() >= len(label_names):
            raise InputError(
                f"{path.name} names {len(label_names)} labels, but y is not made of the numbers 0 to "
                f"{len(label_names) - 1}."
            )
        return {"y": y, "label_names": tuple(map(str, label_names.tolist()))}
    names, numbers = np.unique(y, return_inverse=True)
    return {"y": numbers, "label_names": tuple(map(str, names.tolist()))}


def _step_seconds(found, path: Path) -> float | None:
    if found is not None and (found.shape != () or found.dtype.kind not in "iuf" or not 0 < found < np.inf):
        raise InputError(f"{path.name} has step_seconds that are not one number above 0, but {found}.")
    return None if found is None else float(found)


def _names(name: str, found, x, path: Path) -> tuple[str, ...]:
    if found is None:
        return ()
    return tuple(map(str, _one_for_each(name, found, x.shape[-1], "channels", path).tolist()))


def _one_for_each(name: str, found, n: int, what: str, path: Path):
    if found is not None and found.shape != (n,):
        raise InputError(
            f"{path.name} has {n:,} {what}, but {name} has shape {found.shape}: it needs one entry for each, "
            "or must be left out."
        )
    return found
