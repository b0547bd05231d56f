"""Loaders: every data set, simulated, public or from a file, as one `DataSet`."""

from importlib import import_module

# A function with the name of its own module has to be bound here at once: bound on first use, it would be hidden by
# the module as soon as anything imported that. These modules import numpy and nothing larger.
from kerasclust.datasets.irish_5g import irish_5g
from kerasclust.datasets.mnist import mnist
from kerasclust.datasets.mobile_network import mobile_network

__all__ = ["DataSet", "from_file", "from_tfds", "irish_5g", "load", "mnist", "mobile_network"]

_HOMES = {"DataSet": "dataset", "from_file": "files", "from_tfds": "tfds", "load": "loading"}


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return sorted(__all__)
