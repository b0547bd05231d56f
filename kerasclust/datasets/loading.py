"""Loading by name or path: named data sets, TensorFlow Datasets and files."""

import difflib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kerasclust import datasets
from kerasclust.data.dataset import DataSet
from kerasclust.datasets.files import SUFFIXES, from_file
from kerasclust.datasets.time_series import SETS
from kerasclust.errors import InputError

NAMES = (  # functions of kerasclust.datasets
    "cells",
    "cicv5g",
    "cifar10",
    "fashion_mnist",
    "gtsrb",
    "irish_5g",
    "mnist",
    "mobile_network",
    "objects",
    "reuters10k",
    "stl10",
    "synth_25",
    "tractor",
    "usps",
)
COLLECTIONS = {"tfds:": "from_tfds", "time_series:": "time_series"}  # prefix -> function that takes the rest of a name
NOT_DOWNLOADED = ("cells", "cicv5g", "mobile_network", "objects", "synth_25", "tractor")


def load(name_or_path: str | os.PathLike[str], **options: Any) -> DataSet:
    """Load a data set by name, from TensorFlow Datasets, or from a file.

    Args:
        name_or_path: "mnist", "mobile_network" or another of `NAMES`; "tfds:NAME"; "time_series:NAME"; or the path of a
            file or folder that `kerasclust.data.from_file` reads.
        **options: arguments of the loader: the function of this name in `kerasclust.datasets`, `from_tfds`,
            `time_series` or `kerasclust.data.from_file`.

    Returns:
        A `DataSet`.

    Raises:
        InputError: There is no such data set or file, the loader has no such option, or the loader raises the error.

    Example:
        >>> load("irish5g")
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: There is no data set 'irish5g'; did you mean 'irish_5g'? There are cells, \
cicv5g, cifar10, fashion_mnist, gtsrb, irish_5g, mnist, mobile_network, objects, reuters10k, stl10, synth_25, \
tractor, usps, tfds:NAME, time_series:NAME, and files (.npy, .npz, .csv, .tsv, .csv.gz, .parquet).
    """
    loader, arguments = _loader(os.fspath(name_or_path))
    known = _options(loader, len(arguments))
    unknown = [option for option in options if option not in known]
    if unknown:
        raise InputError(
            f"{loader.__name__} has no option {', '.join(map(repr, unknown))}: it takes {', '.join(known)}."
        )
    return loader(*arguments, **options)


def options_of(name_or_path: str | os.PathLike[str]) -> list[str]:
    """Return the names of the options of `load` for a data set.

    Raises:
        InputError: There is no such data set.

    Example:
        >>> options_of("synth_25")
        ['n_samples', 'n_extra', 'seed']
    """
    loader, arguments = _loader(os.fspath(name_or_path))
    return _options(loader, len(arguments))


def may_download(name_or_path: str | os.PathLike[str]) -> bool:
    """Return whether `load` may download the data set.

    It does so for data sets with a name that are neither simulated nor read from the user's archives only.

    Raises:
        InputError: There is no such data set.

    Example:
        >>> may_download("mnist"), may_download("mobile_network"), may_download("x.csv")
        (True, False, False)
    """
    loader, _ = _loader(os.fspath(name_or_path))
    return loader is not from_file and loader.__name__ not in NOT_DOWNLOADED


def has_name(name_or_path: str) -> bool:
    """Return whether `load` takes this for the name of a data set, not for a path.

    Example:
        >>> has_name("mnist"), has_name("tfds:mnist"), has_name("mnist.csv")
        (True, True, False)
    """
    return name_or_path in NAMES or name_or_path.startswith(tuple(COLLECTIONS))


def _loader(name: str) -> tuple[Callable[..., DataSet], tuple[str | Path, ...]]:
    """Return the function that loads `name`, and its positional arguments."""
    if name in NAMES:
        return getattr(datasets, name), ()
    for prefix, function in COLLECTIONS.items():
        if name.startswith(prefix):
            return getattr(datasets, function), (name.removeprefix(prefix),)
    path = Path(name)
    if path.exists() or path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        return from_file, (path,)
    near = _near(name)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
    names = (*NAMES, *(f"{prefix}NAME" for prefix in COLLECTIONS))
    raise InputError(
        f"There is no data set {name!r}{hint} There are {', '.join(names)}, and files ({', '.join(SUFFIXES)})."
    )


def _near(name: str) -> list[str]:
    """Return the names of data sets that are most like a misspelt one."""
    series = {f"time_series:{one}": one for one in SETS}
    meant = {other: other for other in NAMES}
    meant |= {spelled.lower(): full for full, short in series.items() for spelled in (full, short)}
    return list(dict.fromkeys(meant[found] for found in difflib.get_close_matches(name.lower(), meant, n=2)))


def _options(loader: Callable[..., DataSet], n_positional: int) -> list[str]:
    return list(inspect.signature(loader).parameters)[n_positional:]
