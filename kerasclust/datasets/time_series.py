"""Time series of the UEA and UCR archive: seven small sets, by name."""

import difflib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.datasets.sources import find_file
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, read_npz
from kerasclust.system.optional import require
from kerasclust.types import Array


class Series(NamedTuple):
    """What the archive says about a set: the names of its channels, and the seconds of a step or None."""

    channels: tuple[str, ...]
    step_seconds: float | None = None


SETS = {
    "ACSF1": Series(("power",)),
    "ArrowHead": Series(("outline",)),
    "BasicMotions": Series((*(f"acceleration {a}" for a in "xyz"), *(f"rotation {a}" for a in "xyz")), 0.1),
    "GunPoint": Series(("hand position",)),
    "ItalyPowerDemand": Series(("power demand",), 3600.0),
    "JapaneseVowels": Series(tuple(f"cepstrum {i}" for i in range(1, 13))),
    "OSULeaf": Series(("outline",)),
}


class _Parts(NamedTuple):
    """A set as it is stored: x (n, steps, channels), NaN after the end of a sequence, and the training part first."""

    x: Array
    y: Array
    lengths: Array
    label_names: tuple[str, ...]
    n_train: int


def time_series(name: str, data_dir: str | Path | None = None) -> DataSet:
    """Load a set of the UEA and UCR archive of labeled time series.

    | name | samples | steps | channels | groups |
    |---|---|---|---|---|
    | ACSF1 | 200 | 1460 | power of an appliance | 10 kinds of appliance |
    | ArrowHead | 211 | 251 | outline of an arrowhead | 3 shapes |
    | BasicMotions | 80 | 100 | 6, acceleration and rotation of a watch | 4 activities |
    | GunPoint | 200 | 150 | position of a hand | 2, with a gun or a finger |
    | ItalyPowerDemand | 1,096 | 24 | power demand of a day | 2, winter or summer |
    | JapaneseVowels | 640 | 7 to 29 | 12 cepstrum coefficients | 9 speakers |
    | OSULeaf | 442 | 427 | outline of a leaf | 6 species |

    Both parts of the archive, training and test, are loaded.

    Args:
        name: name of the set in the archive.
        data_dir: directory with `time_series/NAME.npz`, or with the file itself. It holds the arrays x
            (n, steps, channels), NaN after the end of a sequence, y (n,) from 0, lengths (n,), label_names (groups,)
            and n_train, the number of training samples, which come first. None: the environment variable
            `KERASCLUST_DATA`. Without the file, the package aeon provides the set; it has most with it and downloads
            the others.

    Returns:
        A `DataSet`: x float32 (n, steps, channels), as scaled by the archive; y (n,) with `label_names`, the archive's;
        `lengths` (n,) of JapaneseVowels, whose sequences are padded with NaN. Its context: "part" (n,), train or test.

    Raises:
        InputError: There is no such set, the file is damaged, or there is no file and aeon is not installed or cannot
            provide the set.

    Source:
        A. Bagnall, H. A. Dau, J. Lines, M. Flynn, J. Large, A. Bostrom, P. Southam, E. Keogh, "The UEA multivariate
        time series classification archive, 2018"; H. A. Dau et al., "The UCR time series archive", 2019;
        https://timeseriesclassification.com.

    Example:
        >>> time_series("GunPoint")  # doctest: +SKIP
        DataSet('GunPoint', 200 samples of shape (150, 1), 2 groups)
        >>> time_series("Gunpoint")
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: There is no time series set 'Gunpoint'; did you mean 'GunPoint'? There are \
ACSF1, ArrowHead, BasicMotions, GunPoint, ItalyPowerDemand, JapaneseVowels, OSULeaf.
    """
    if name not in SETS:
        known = {other.lower(): other for other in SETS}
        near = difflib.get_close_matches(str(name).lower(), known, n=1)
        hint = f"; did you mean {known[near[0]]!r}?" if near else "."
        raise InputError(f"There is no time series set {name!r}{hint} There are {', '.join(SETS)}.")
    path = find_file("time_series", f"{name}.npz", data_dir)
    found = _from_aeon(name) if path is None else _from_file(path, name)
    series, n, steps = SETS[name], *found.x.shape[:2]
    return DataSet(
        name=name,
        x=found.x,
        y=found.y,
        label_names=found.label_names,
        channel_names=series.channels,
        channel_units=("",) * len(series.channels),
        step_seconds=series.step_seconds,
        context={"part": np.repeat(["train", "test"], [found.n_train, n - found.n_train])},
        lengths=None if (found.lengths == steps).all() else found.lengths,
    )


def _from_file(path: Path, name: str) -> _Parts:
    try:
        arrays = read_npz(path)
    except (OSError, UnreadableFile) as error:
        raise InputError(f"{path} is damaged ({error}).") from error
    lacking = [key for key in _Parts._fields if key not in arrays]
    if lacking:
        raise InputError(f"{path} has no array {', '.join(lacking)}: it needs {', '.join(_Parts._fields)}.")
    x, y, lengths, label_names, n_train = (arrays[key] for key in _Parts._fields)
    shapes = (x.shape[2:], y.shape, lengths.shape, label_names.ndim, n_train.ndim)
    whole = all(array.dtype.kind in "iu" for array in (y, lengths, n_train))
    if shapes != ((len(SETS[name].channels),), x.shape[:1], x.shape[:1], 1, 0) or not whole or x.dtype.kind != "f":
        raise InputError(f"{path} is no set {name}: its arrays have other shapes or types.")
    if not x.size or y.min() < 0 or y.max() >= len(label_names) or not 0 <= n_train <= len(y):
        raise InputError(f"{path} is no set {name}: y or n_train counts beyond label_names or the samples.")
    if (np.isfinite(x) != (np.arange(x.shape[1]) < lengths[:, None])[..., None]).any():
        raise InputError(f"{path} is no set {name}: its values end elsewhere than lengths says.")
    names = tuple(str(label) for label in label_names)
    return _Parts(x.astype("float32"), y.astype("int64"), lengths.astype("int64"), names, int(n_train))


def _from_aeon(name: str) -> _Parts:
    aeon: Any = require("aeon.datasets")
    try:
        parts = [aeon.load_classification(name, split=part) for part in ("train", "test")]
    except (OSError, ValueError) as error:  # a failed download is an OSError
        raise InputError(f"aeon cannot provide the time series set {name} ({error}).") from error
    samples = [np.asarray(sample, "float32").T for x, _ in parts for sample in x]
    lengths = np.array([len(sample) for sample in samples])
    x = np.full((len(samples), lengths.max(), samples[0].shape[1]), np.nan, "float32")
    for row, sample in zip(x, samples, strict=True):
        row[: len(sample)] = sample
    label_names, y = np.unique(np.concatenate([y for _, y in parts]), return_inverse=True)
    return _Parts(x, y, lengths, tuple(map(str, label_names)), len(parts[0][0]))
