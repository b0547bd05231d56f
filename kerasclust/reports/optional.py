"""Packages that only reports and figures need."""

import importlib

from kerasclust.errors import InputError


def require(module: str):
    """Import a module of the "plots" extra.

    Args:
        module: its full name; "matplotlib.figure" needs matplotlib.

    Returns:
        The module.

    Raises:
        InputError: it is not installed; the message says how to get it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise InputError(
            f'Reports and figures need {name}, which is not installed: pip install "kerasclust[plots]"'
        ) from error
