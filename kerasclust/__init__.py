"""Deep clustering for Keras 3 on TensorFlow.

Importing this package is cheap: TensorFlow is imported on first use. Keras runs on TensorFlow, whatever KERAS_BACKEND
says.
"""

import importlib
import os
import sys
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
    "cluster": "choosing.automatic",
    "compare": "choosing.comparison",
    "estimate_n_clusters": "choosing.number",
    "load_model": "runs.saved",
}
__all__ = ["__version__", *_MODULES, *_SUBPACKAGES]


def _use_tensorflow() -> None:
    """Make Keras run on TensorFlow.

    Raises:
        ImportError: Keras was imported before, and runs on something else.
    """
    keras = sys.modules.get("keras")
    if keras is None:
        os.environ["KERAS_BACKEND"] = "tensorflow"
    elif (backend := keras.config.backend()) != "tensorflow":
        raise ImportError(
            f"kerasclust needs Keras on TensorFlow, but Keras was imported before and runs on {backend}: "
            "set KERAS_BACKEND=tensorflow, or import kerasclust first."
        )


_use_tensorflow()


def __getattr__(name: str) -> Any:
    if name in _SUBPACKAGES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _MODULES:
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
