"""Packages that only some features need: imported where they are needed, and named with their extra where missing."""

import importlib
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
        name, extra, users = PACKAGES[package]
        missing = isinstance(error, ModuleNotFoundError) and error.name == package
        found = "is not installed" if missing else f"cannot be imported ({error})"
        raise InputError(f'{users} {name}, which {found}: pip install "kerasclust[{extra}]"') from error
