"""Loaders: every data set, simulated, public or from a file, as one `DataSet`."""

from importlib import import_module

# A function with the name of its own module has to be bound here at once: bound on first use, it would be hidden by
# the module as soon as anything imported that. These modules import numpy and nothing larger.
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
from kerasclust.datasets.usps import usps

__all__ = [
    "DataSet",
    "cifar10",
    "fashion_mnist",
    "from_file",
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
    "usps",
]

_HOMES = {
    "DataSet": "kerasclust.data.dataset",
    "from_file": "kerasclust.datasets.files",
    "from_tfds": "kerasclust.datasets.tfds",
    "load": "kerasclust.datasets.loading",
}


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__():
    return sorted(__all__)
