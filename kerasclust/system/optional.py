"""Optional packages, imported only by the features that need them."""

import importlib
import importlib.util
from types import ModuleType
from typing import NamedTuple

from kerasclust.errors import InputError


class Optional(NamedTuple):
    """An optional package.

    Attributes:
        name: name of the package for pip.
        extra: extra of kerasclust that installs the package.
        users: features that need the package, as the start of a sentence.
    """

    name: str
    extra: str
    users: str


PACKAGES = {  # by name of the module
    "matplotlib": Optional("matplotlib", "plots", "Reports and figures need"),
    "jinja2": Optional("jinja2", "plots", "Reports and figures need"),
    "aeon": Optional(
        "aeon", "benchmark", "The picks to compare with, and time series without a file in KERASCLUST_DATA, need"
    ),
    "umap": Optional("umap-learn", "benchmark", "The picks to compare with need"),
    "mitsuba": Optional("mitsuba", "rendering", "The pictures of objects need"),
    "fastapi": Optional("fastapi", "serve", "The HTTP service needs"),
    "uvicorn": Optional("uvicorn", "serve", "The HTTP service needs"),
    "limits": Optional("limits", "serve", "The HTTP service needs"),
    "prometheus_client": Optional("prometheus-client", "serve", "The HTTP service needs"),
    "swagger_ui_bundle": Optional("swagger-ui-bundle-v2", "serve", "The page of the HTTP service needs"),
    "tf2onnx": Optional("tf2onnx", "onnx", "Exports to ONNX need"),
    "onnx": Optional("onnx", "onnx", "Files in ONNX need"),
    "CRRM": Optional("crrm", "simulator", "The simulation of a mobile network needs"),
}


def require(module: str) -> ModuleType:
    """Import a module of an optional package.

    Args:
        module: full name of the module, such as "matplotlib.figure". The package is one of `PACKAGES`.

    Returns:
        The module.

    Raises:
        InputError: The package is not installed, or its import fails. The message says how to install it.
    """
    package = module.partition(".")[0]
    try:
        importlib.import_module(package)  # first, to tell a missing package from a missing module of it
        return importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == package
        raise _lacking(package, "is not installed" if missing else f"cannot be imported ({error})") from error


def require_installed(package: str) -> None:
    """Check that an optional package is installed, without importing it.

    Args:
        package: a name in `PACKAGES`.

    Raises:
        InputError: The package is not installed. The message says how to install it.
    """
    if importlib.util.find_spec(package) is None:
        raise _lacking(package, "is not installed")


def _lacking(package: str, found: str) -> InputError:
    name, extra, users = PACKAGES[package]
    return InputError(f'{users} {name}, which {found}: pip install "kerasclust[{extra}]"')
