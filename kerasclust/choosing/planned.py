"""The plan of a comparison: its methods, their order, and the settings of each."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from kerasclust.errors import InputError
from kerasclust.models.catalog import find_method, methods, settings_of
from kerasclust.models.parts.pretrained import ARCHITECTURE
from kerasclust.types import Array

SHARED = (*ARCHITECTURE, "pretrain_epochs", "batch_size", "learning_rate", "augmentation")  # settings of an autoencoder

AUTOENCODER = 10.0  # cost of a plain autoencoder, in the unit of the costs that methods declare
QUICK = 20.0  # cost up to which a method comes before the slower ones


class Planned(NamedTuple):
    """A run of a comparison.

    Args:
        method: name of the method.
        seed: seed of the training.
        frontend: its front end; None for that of the settings that all runs share.
    """

    method: str
    seed: int
    frontend: str | None = None


def in_words(run: Planned) -> str:
    """Return the name of a run.

    Example:
        >>> in_words(Planned("dec", 2)), in_words(Planned("dec", 2, "statistics"))
        ('dec 2', 'dec 2 on statistics')
    """
    return f"{run.method} {run.seed}{'' if run.frontend is None else f' on {run.frontend}'}"


def default_methods() -> list[str]:
    """Return the names of the methods that a comparison trains by default, cheapest first."""
    return in_order_of_cost(name for name, model in methods().items() if model.compared)


def costs(runs: Iterable[Planned]) -> list[float]:
    """Return the relative costs of runs that follow one another.

    The first run of a seed and front end that starts from the shared autoencoder trains it; others do not.

    Example:
        >>> costs([Planned("ae_kmeans", 0), Planned("dec", 0), Planned("dec", 1), Planned("dec", 1, "statistics")])
        [10, 12.0, 22, 22]
    """
    trained: set[tuple[int, str | None]] = set()
    found: list[float] = []
    for method, seed, frontend in runs:
        cost = find_method(method).cost
        if starts_from_autoencoder(method):
            found.append(max(1.0, cost - AUTOENCODER) if (seed, frontend) in trained else cost)
            trained.add((seed, frontend))
        else:
            found.append(cost)
    return found


def by_seed(methods: Iterable[str], seeds: Iterable[int], frontends: Sequence[str | None] = (None,)) -> list[Planned]:
    """Return planned runs: all methods with the first seed, each on all front ends, then with the next seed.

    Example:
        >>> [tuple(run) for run in by_seed(["kmeans", "dec"], [0, 1])]
        [('kmeans', 0, None), ('dec', 0, None), ('kmeans', 1, None), ('dec', 1, None)]
    """
    methods = list(methods)
    return [Planned(method, seed, frontend) for seed in seeds for frontend in frontends for method in methods]


def in_turn(
    methods: Iterable[str], seeds: Sequence[int], frontends: Sequence[str | None], leading: Iterable[str] = ()
) -> list[Planned]:
    """Return planned runs, those first that tell most for their time.

    Methods without an autoencoder come first; on all front ends if no methods lead, because the front end then matters
    more than the method. The other quick methods follow, the leading ones before others; then all seeds of the quick
    leading methods, all on the first front end; then the quick methods on other front ends; then all methods, by seed.

    Args:
        methods: names of methods, cheapest first.
        seeds: whole numbers.
        frontends: front ends, the first choice first; see `Planned`.
        leading: methods that are likely to be best.

    Example:
        >>> found = in_turn(["kmeans", "ae_rim", "dance"], [1, 2], ["variability", "statistics"], ["ae_rim", "dance"])
        >>> [f"{run.method} {run.seed} {run.frontend[0]}" for run in found[:6]]
        ['kmeans 1 v', 'ae_rim 1 v', 'ae_rim 2 v', 'ae_rim 1 s', 'kmeans 1 s', 'dance 1 v']
    """
    methods = list(methods)
    led = set(leading)
    without_autoencoder = [method for method in methods if find_method(method).cost < AUTOENCODER]
    quick = sorted((name for name in methods if find_method(name).cost <= QUICK), key=lambda name: name not in led)
    first = by_seed(without_autoencoder, seeds[:1], frontends[:1] if led else frontends)
    first += by_seed(quick, seeds[:1], frontends[:1])
    first += by_seed([method for method in quick if method in led], seeds, frontends[:1])
    first += by_seed(quick, seeds[:1], frontends)
    return list(dict.fromkeys([*first, *by_seed(methods, seeds, frontends)]))


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
    """Return the settings that a method has and its shared autoencoder does not set.

    Each seed is one run of the method, unless the settings say otherwise: a comparison ranks runs itself.

    Example:
        >>> settings_for("dance", {"batch_size": 64}), settings_for("kmeans", {"batch_size": 64})
        ({'n_runs': 1, 'batch_size': 64}, {})
    """
    known = settings_of(find_method(method))
    left_out = ARCHITECTURE if starts_from_autoencoder(method) else ()
    given = {name: value for name, value in settings.items() if name in known and name not in left_out}
    return ({"n_runs": 1} if "n_runs" in known else {}) | given


def fingerprint(x: Array) -> str:
    """Return a text that identifies samples x (n, ...) by their values, shape and type.

    Example:
        >>> fingerprint(np.zeros((2, 3), "float32")) == fingerprint(np.zeros((3, 2), "float32"))
        False
    """
    digest = hashlib.sha256(repr((x.shape, str(x.dtype))).encode())
    digest.update(np.ascontiguousarray(x).data)
    return digest.hexdigest()[:16]
