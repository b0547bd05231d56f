"""One name or path for any data: the registered data sets, TensorFlow Datasets and files."""

import difflib
import inspect
import os
from pathlib import Path

from kerasclust import datasets
from kerasclust.datasets.dataset import DataSet
from kerasclust.datasets.files import SUFFIXES
from kerasclust.errors import InputError

NAMES = ("irish_5g", "mnist", "mobile_network")  # each a function of kerasclust.datasets
TFDS_PREFIX = "tfds:"


def load(name_or_path: str | os.PathLike, **options) -> DataSet:
    """A data set by name, from TensorFlow Datasets, or from a file.

    Args:
        name_or_path: "irish_5g", "mnist" or "mobile_network"; "tfds:NAME"; or the path of a .npy, .npz, .csv or
            .parquet file.
        **options: arguments of that loader: `irish_5g`, `mnist`, `mobile_network`, `from_tfds` or `from_file`.

    Returns:
        A `DataSet`.

    Raises:
        InputError: there is no such data set or file, the loader has no such option, or the loader's own errors.

    Example:
        >>> load("irish5g")
        Traceback (most recent call last):
            ...
        kerasclust.errors.InputError: There is no data set 'irish5g'; did you mean 'irish_5g'? There are irish_5g, \
mnist, mobile_network, tfds:NAME, and files (.npy, .npz, .csv, .parquet).
    """
    loader, arguments = _loader(os.fspath(name_or_path))
    _check_options(loader, len(arguments), options)
    return loader(*arguments, **options)


def _loader(name: str):
    """The function that loads `name`, and the positional arguments to call it with."""
    if name in NAMES:
        return getattr(datasets, name), ()
    if name.startswith(TFDS_PREFIX):
        return datasets.from_tfds, (name.removeprefix(TFDS_PREFIX),)
    path = Path(name)
    if path.exists() or path.suffix.lower() in SUFFIXES or len(path.parts) > 1:
        return datasets.from_file, (path,)
    near = difflib.get_close_matches(name.lower(), NAMES, n=2)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
    raise InputError(
        f"There is no data set {name!r}{hint} There are {', '.join(NAMES)}, {TFDS_PREFIX}NAME, "
        f"and files ({', '.join(SUFFIXES)})."
    )


def _check_options(loader, n_positional: int, options: dict):
    known = list(inspect.signature(loader).parameters)[n_positional:]
    unknown = [option for option in options if option not in known]
    if unknown:
        raise InputError(
            f"{loader.__name__} has no option {', '.join(map(repr, unknown))}: it takes {', '.join(known)}."
        )
