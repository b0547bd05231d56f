"""Checks of the settings of models: each gives the value, or raises InputError before anything is trained."""

import math

import keras
import numpy as np

from kerasclust.compute.precision import POLICIES
from kerasclust.errors import InputError


def positive(name, value):
    """A whole number of at least 1, or InputError."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InputError(f"{name}={value!r}: expected a whole number of at least 1.")
    return int(value)


def number(name, value, above=-math.inf):
    """A finite number above a bound, or InputError."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not above < value < math.inf:
        bound = "" if above == -math.inf else f" above {above:g}"
        raise InputError(f"{name}={value!r}: expected a number{bound}.")
    return float(value)


def share(name, value):
    """A number from 0 to 1, 1 excluded, or InputError."""
    if not 0.0 <= number(name, value) < 1.0:
        raise InputError(f"{name}={value!r}: expected a share, from 0 to below 1.")
    return float(value)


def weight(name, value):
    """A number of at least 0, or InputError."""
    if number(name, value) < 0.0:
        raise InputError(f"{name}={value!r}: expected a number of at least 0.")
    return float(value)


def layer_widths(units):
    """Widths of layers as a tuple, which is empty for none, or InputError."""
    units = (units,) if isinstance(units, int) else units
    if not isinstance(units, tuple | list):
        raise InputError(f"units={units!r}: expected the widths of the hidden layers, such as 500,500,2000.")
    return tuple(positive("units", width) for width in units)


def seed_setting(value):
    """A seed, or None for one that is drawn, or InputError."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0):
        raise InputError(f"random_state={value!r}: expected a whole number of at least 0, or None.")
    return value


def epochs_setting(name, value):
    """A number of epochs or "auto", or InputError."""
    return value if value == "auto" else positive(name, value)


def precision_setting(value):
    """The name of a Keras dtype policy, of the global one for None, or InputError."""
    policy = keras.config.dtype_policy() if value is None else value
    name = getattr(policy, "name", policy)
    if name not in POLICIES:
        raise InputError(f"dtype={name!r}: expected one of {', '.join(POLICIES)}.")
    return name
