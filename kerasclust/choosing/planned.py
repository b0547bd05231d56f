"""The plan of a comparison: its methods, their order, and the settings of each."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kerasclust.errors import InputError
from kerasclust.models.catalog import find_method, methods, settings_of
from kerasclust.models.parts.pretrained import ARCHITECTURE
from kerasclust.types import Array

SHARED = (*ARCHITECTURE, "pretrain_epochs", "batch_size", "learning_rate", "augmentation")  # settings of an autoencoder

AUTOENCODER = 10.0  # cost of a plain autoencoder, in the unit of the costs that methods declare


def default_methods() -> list[str]:
    """Return the names of the methods that a comparison trains by default, cheapest first."""
    return in_order_of_cost(name for name, model in methods().items() if model.compared)


def costs(runs: Iterable[tuple[str, int]]) -> list[float]:
    """Return the relative costs of runs that follow one another.

    The first run of a seed that starts from the shared autoencoder trains it, and the others of that seed do not.

    Args:
        runs: (name of the method, seed) of each run.

    Example:
        >>> costs([("ae_kmeans", 0), ("dec", 0), ("dec", 1)])
        [10, 12.0, 22]
    """
    trained: set[int] = set()
    found: list[float] = []
    for method, seed in runs:
        cost = find_method(method).cost
        if starts_from_autoencoder(method):
            found.append(max(1.0, cost - AUTOENCODER) if seed in trained else cost)
            trained.add(seed)
        else:
            found.append(cost)
    return found


def by_seed(methods: Iterable[str], seeds: Iterable[int]) -> list[tuple[str, int]]:
    """Return runs (method, seed): all methods with the first seed, then with the next seed.

    Example:
        >>> by_seed(["kmeans", "dec"], [0, 1])
        [('kmeans', 0), ('dec', 0), ('kmeans', 1), ('dec', 1)]
    """
    methods = list(methods)
    return [(method, seed) for seed in seeds for method in methods]


def in_order_of_cost(names: Iterable[str]) -> list[str]:
    """Return method names, each once, cheapest first.

    Raises:
        InputError: an unknown method.
    """
    return sorted(dict.fromkeys(names), key=lambda name: find_method(name).cost)


def starts_from_autoencoder(method: str) -> bool:
    """Return whether runs of a method can start from a shared autoencoder."""
    return find_method(method).pretrains_plainly


def check_methods(names: Iterable[str] | None, settings: Mapping[str, Any]) -> list[str]:
    """Return the methods in the order in which they are trained.

    Args:
        names: names of methods, or None for `default_methods`.
        settings: {name: value} for all methods that have the setting.

    Raises:
        InputError: an unknown method, no method, or a setting that no method has or that the comparison sets.
    """
    ordered = default_methods() if names is None else in_order_of_cost(names)
    if not ordered:
        raise InputError("There is no method to compare: name some, or leave out `methods` for the default.")
    if "random_state" in settings:
        raise InputError("random_state cannot be set here: the runs of a method have seeds 0, 1, 2 ...")
    known = [settings_of(find_method(name)) for name in ordered]
    used = set(SHARED).union(*known)  # an autoencoder judges even if no method has one
    unknown = [name for name in settings if name not in used]
    if unknown:
        raise InputError(f"None of {', '.join(ordered)} has a setting {', '.join(map(repr, unknown))}.")
    return ordered


def settings_for(method: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that a method has and its shared autoencoder does not set."""
    known = settings_of(find_method(method))
    left_out = ARCHITECTURE if starts_from_autoencoder(method) else ()
    return {name: value for name, value in settings.items() if name in known and name not in left_out}


def fingerprint(x: Array) -> str:
    """Return a text that identifies samples x (n, ...) by their values, shape and type.

    Example:
        >>> fingerprint(np.zeros((2, 3), "float32")) == fingerprint(np.zeros((3, 2), "float32"))
        False
    """
    digest = hashlib.sha256(repr((x.shape, str(x.dtype))).encode())
    digest.update(np.ascontiguousarray(x).data)
    return digest.hexdigest()[:16]
