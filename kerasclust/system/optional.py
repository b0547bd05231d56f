"""Packages that only some features need: imported where they are needed, and named with their extra where missing."""

import importlib
import importlib.util
from typing import NamedTuple

from kerasclust.errors import InputError


class Optional(NamedTuple):
    """An optional package.

    Args:
        name: what pip calls it.
        extra: of kerasclust, that installs it.
        users: what needs it: the start of a sentence.
    """

    name: str
    extra: str
    users: str


PACKAGES = {  # by the name of the module
    "matplotlib": Optional("matplotlib", "plots", "Reports and figures need"),
    "jinja2": Optional("jinja2", "plots", "Reports and figures need"),
    "aeon": Optional("aeon", "benchmark", "The picks to compare with need"),
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


def require(module: str):
    """Import a module of an optional package.

    Args:
        module: its full name; "matplotlib.figure" needs matplotlib. The package is one of `PACKAGES`.

    Returns:
        The module.

    Raises:
        InputError: it is not installed, or its import fails; the message says how to get it.
    """
    package = module.partition(".")[0]
    try:
        importlib.import_module(package)  # first, so that the error tells a missing package from a missing part of it
        return importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == package
        raise _lacking(package, "is not installed" if missing else f"cannot be imported ({error})") from error


def require_installed(package: str) -> None:
    """Check that an optional package is installed, without importing it here.

    Args:
        package: one of `PACKAGES`.

    Raises:
        InputError: it is not installed; the message says how to get it.
    """
    if importlib.util.find_spec(package) is None:
        raise _lacking(package, "is not installed")


def _lacking(package: str, found: str) -> InputError:
    name, extra, users = PACKAGES[package]
    return InputError(f'{users} {name}, which {found}: pip install "kerasclust[{extra}]"')
