"""Deep clustering for Keras 3 on TensorFlow.

Importing this package is cheap: TensorFlow loads when something first needs it.
"""

import importlib

__version__ = "0.1.0"
_SUBPACKAGES = (
    "augmentations",
    "callbacks",
    "datasets",
    "experiments",
    "frontends",
    "initializers",
    "interpretation",
    "layers",
    "losses",
    "metrics",
    "models",
    "networks",
    "reports",
)
__all__ = ["__version__", "load_model", *_SUBPACKAGES]


def __getattr__(name):
    if name in _SUBPACKAGES:
        return importlib.import_module(f"{__name__}.{name}")
    if name == "load_model":
        return importlib.import_module(f"{__name__}.saved").load_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
