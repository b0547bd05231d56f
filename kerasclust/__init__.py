"""Deep clustering for Keras 3 on TensorFlow.

Importing this package is cheap: TensorFlow is imported on first use.
"""

import importlib
from typing import Any

__version__ = "0.1.0"
_SUBPACKAGES = (
    "augmentations",
    "callbacks",
    "choosing",
    "data",
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
_MODULES = {  # public names, and the modules that define them
    "DeepClustering": "estimator",
    "compare": "choosing.comparison",
    "estimate_n_clusters": "choosing.number",
    "load_model": "runs.saved",
}
__all__ = ["__version__", *_MODULES, *_SUBPACKAGES]


def __getattr__(name: str) -> Any:
    if name in _SUBPACKAGES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _MODULES:
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
