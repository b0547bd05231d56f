"""Checks of settings: each takes (name, value) and returns the value, or raises InputError."""

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from kerasclust.callbacks.loss_schedule import SCHEDULES
from kerasclust.compute.precision import POLICIES
from kerasclust.data.validation import check_n_clusters
from kerasclust.errors import InputError

MOST_LAYERS = 100  # hidden layers of a network


def anything(name: str, value: Any) -> Any:
    """Return the value unchecked, because its check needs the shape of the samples."""
    return value


def clusters(name: str, value: Any) -> int:
    """Return a number of clusters, at least 2."""
    return check_n_clusters(value)


def clusters_at_most(name: str, value: Any) -> int | None:
    """Return a number of clusters, at least 2, or None for no limit."""
    return None if value is None else check_n_clusters(value)


def positive(name: str, value: Any) -> int:
    """Return a whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise InputError(f"{name}={value!r}: expected a whole number of at least 1.")
    return int(value)


def count(name: str, value: Any) -> int:
    """Return a whole number of at least 0."""
    return 0 if value == 0 and not isinstance(value, bool) else positive(name, value)


def number(name: str, value: Any, above: float = -math.inf) -> float:
    """Return a finite number above a bound."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not above < value < math.inf:
        bound = "" if above == -math.inf else f" above {above:g}"
        raise InputError(f"{name}={value!r}: expected a number{bound}.")
    return float(value)


def above_zero(name: str, value: Any) -> float:
    """Return a finite number above 0."""
    return number(name, value, above=0.0)


def share(name: str, value: Any) -> float:
    """Return a number from 0 to 1, 1 excluded."""
    if not 0.0 <= number(name, value) < 1.0:
        raise InputError(f"{name}={value!r}: expected a share, from 0 to below 1.")
    return float(value)


def weight(name: str, value: Any) -> float:
    """Return a number of at least 0."""
    if number(name, value) < 0.0:
        raise InputError(f"{name}={value!r}: expected a number of at least 0.")
    return float(value)


def switch(name: str, value: Any) -> bool:
    """Return True or False."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{name}={value!r}: expected True or False.")
    return bool(value)


def one_of(*known: str) -> Callable[[str, Any], Any]:
    """Return the check of a setting that has one of a few values."""

    def check(name: str, value: Any) -> Any:
        if value not in known:
            listed = f"{known[0]!r} or {known[1]!r}" if len(known) == 2 else f"one of {', '.join(map(repr, known))}"
            raise InputError(f"{name}={value!r}: expected {listed}.")
        return value

    return check


def layer_widths(name: str, value: Any) -> tuple[int, ...] | None:
    """Return widths of layers as a tuple, empty for none; None for the default."""
    if value is None:
        return None
    value = (value,) if isinstance(value, int) else value
    if not isinstance(value, tuple | list):
        raise InputError(f"{name}={value!r}: expected the widths of the hidden layers, such as 500,500,2000.")
    if len(value) > MOST_LAYERS:
        raise InputError(f"{name} has {len(value):,} widths: expected at most {MOST_LAYERS}.")
    return tuple(positive(name, width) for width in value)


def seed(name: str, value: Any) -> int | np.integer[Any] | None:
    """Return a seed, or None for a seed that is drawn."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0):
        raise InputError(f"{name}={value!r}: expected a whole number of at least 0, or None.")
    return value


def epochs(name: str, value: Any) -> int | str:
    """Return a number of epochs, or "auto"."""
    return value if isinstance(value, str) and value == "auto" else positive(name, value)


def precision(name: str, value: Any) -> str:
    """Return the name of a Keras dtype policy; None stands for the global policy."""
    policy = keras.config.dtype_policy() if value is None else value
    found = getattr(policy, "name", policy)
    if found not in POLICIES:
        raise InputError(f"{name}={found!r}: expected one of {', '.join(POLICIES)}.")
    return found


def schedule(name: str, value: Any) -> str | float | None:
    """Return a schedule of the clustering loss by name, a share from 0 to 1, or None.

    None stands for the weights of the paper.
    """
    is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0
    if value is None or value in SCHEDULES or is_share:
        return value
    raise InputError(
        f"{name}={value!r}: expected {', '.join(map(repr, SCHEDULES))}, a number from 0 to 1 (alpha), or None for "
        "the weights of the method's paper."
    )


def some_augmentation(name: str, value: Any) -> Any:
    """Return an augmentation that is not None: the method learns from pairs of views."""
    if value in (None, "none"):
        raise InputError(
            f"{name}={value!r}: the method learns from pairs of views of a sample, so it needs an augmentation; 'auto' "
            "suits the shape of the samples."
        )
    return value


def cluster_size(name: str, value: Any) -> int | str:
    """Return a smallest size of clusters, at least 2, or "auto"."""
    return value if isinstance(value, str) and value == "auto" else max(2, positive(name, value))
