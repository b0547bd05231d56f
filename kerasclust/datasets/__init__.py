"""Loaders of named data sets, public and simulated. Each but `cells_table` returns a `DataSet`."""

from importlib import import_module
from typing import Any

# Functions with the name of their module are imported at once: an import of the module would hide a lazy attribute of
# the same name. These modules import nothing larger than NumPy.
from kerasclust.datasets.cells import cells
from kerasclust.datasets.cicv5g import cicv5g
from kerasclust.datasets.cifar10 import cifar10
from kerasclust.datasets.fashion_mnist import fashion_mnist
from kerasclust.datasets.gtsrb import gtsrb
from kerasclust.datasets.irish_5g import irish_5g
from kerasclust.datasets.mnist import mnist
from kerasclust.datasets.mobile_network import mobile_network
from kerasclust.datasets.objects import objects
from kerasclust.datasets.reuters10k import reuters10k
from kerasclust.datasets.stl10 import stl10
from kerasclust.datasets.synth_25 import synth_25
from kerasclust.datasets.time_series import time_series
from kerasclust.datasets.tractor import tractor
from kerasclust.datasets.usps import usps

__all__ = [
    "DataSet",
    "cells",
    "cells_table",
    "cicv5g",
    "cifar10",
    "fashion_mnist",
    "from_tfds",
    "gtsrb",
    "irish_5g",
    "load",
    "mnist",
    "mobile_network",
    "objects",
    "reuters10k",
    "stl10",
    "synth_25",
    "time_series",
    "tractor",
    "usps",
]

_HOMES = {
    "DataSet": "kerasclust.data.dataset",
    "cells_table": "kerasclust.datasets.cells.table",
    "from_tfds": "kerasclust.datasets.tfds",
    "load": "kerasclust.datasets.loading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
