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
from kerasclust.errors import InputError

NAMES = (  # functions of kerasclust.datasets
    "cells",
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
    "usps",
)
SIMULATED = ("cells", "mobile_network", "objects", "synth_25")
TFDS_PREFIX = "tfds:"


def load(name_or_path: str | os.PathLike[str], **options: Any) -> DataSet:
    """Load a data set by name, from TensorFlow Datasets, or from a file.

    Args:
        name_or_path: "mnist", "mobile_network" or another of `NAMES`; "tfds:NAME"; or the path of a file or folder
            that `kerasclust.data.from_file` reads.
        **options: arguments of the loader: the function of this name in `kerasclust.datasets`, `from_tfds` or
            `kerasclust.data.from_file`.

    Returns:
        A `DataSet`.

    Raises:
        InputError: There is no such data set or file, the loader has no such option, or the loader raises the error.

    Example:
        >>> load("irish5g")
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: There is no data set 'irish5g'; did you mean 'irish_5g'? There are cells, \
cifar10, fashion_mnist, gtsrb, irish_5g, mnist, mobile_network, objects, reuters10k, stl10, synth_25, usps, tfds:NAME, \
and files (.npy, .npz, .csv, .tsv, .csv.gz, .parquet).
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

    It does so for data sets that are neither files nor simulated.

    Raises:
        InputError: There is no such data set.

    Example:
        >>> may_download("mnist"), may_download("mobile_network"), may_download("x.csv")
        (True, False, False)
    """
    loader, _ = _loader(os.fspath(name_or_path))
    return loader is not from_file and loader.__name__ not in SIMULATED


def _loader(name: str) -> tuple[Callable[..., DataSet], tuple[str | Path, ...]]:
    """Return the function that loads `name`, and its positional arguments."""
    if name in NAMES:
        return getattr(datasets, name), ()
    if name.startswith(TFDS_PREFIX):
        return datasets.from_tfds, (name.removeprefix(TFDS_PREFIX),)
    path = Path(name)
    if path.exists() or path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        return from_file, (path,)
    near = difflib.get_close_matches(name.lower(), NAMES, n=2)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
    raise InputError(
        f"There is no data set {name!r}{hint} There are {', '.join(NAMES)}, {TFDS_PREFIX}NAME, "
        f"and files ({', '.join(SUFFIXES)})."
    )


def _options(loader: Callable[..., DataSet], n_positional: int) -> list[str]:
    return list(inspect.signature(loader).parameters)[n_positional:]
