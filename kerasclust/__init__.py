"""Deep clustering for Keras 3 on TensorFlow.

Importing this package is cheap: TensorFlow loads when something first needs it.
"""

import importlib

__version__ = "0.1.0"
_SUBPACKAGES = (
    "augmentations",
    "callbacks",
    "choosing",
    "datasets",
    "frontends",
    "initializers",
    "inspection",
    "layers",
    "losses",
    "metrics",
    "models",
    "networks",
    "reports",
)
_MODULES = {  # public names, and where they are defined
    "DeepClustering": "estimator",
    "compare": "choosing.comparison",
    "estimate_n_clusters": "choosing.number",
    "load_model": "runs.saved",
}
__all__ = ["__version__", *_MODULES, *_SUBPACKAGES]


def __getattr__(name):
    if name in _SUBPACKAGES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _MODULES:
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return __all__
