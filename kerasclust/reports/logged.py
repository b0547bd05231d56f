"""Groups and labels of the values that a training logs, from the declarations of the model.

A model declares its values in `logged`, a sequence of `kerasclust.training.logged.Logged`: objects with a `name` (key
in the logs), a `group` (one of `GROUPS`) and a `label` (words for people). A declaration may have a `chance`, the value
of a random guess.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

GROUPS = ("loss", "autoencoder", "clustering", "adversary", "rate", "progress")


class Declared(Protocol):
    """Declaration of a logged value.

    Args:
        name: key in the logs.
        group: one of `GROUPS`.
        label: words for people.
    """

    @property
    def name(self) -> str:
        """Key in the logs."""

    @property
    def group(self) -> str:
        """Group of values with a common scale."""

    @property
    def label(self) -> str:
        """Words for people."""


def declared_of(model: Any) -> dict[str, Declared]:
    """Return the declarations of a model by name; empty for a model without declarations."""
    return by_name(getattr(model, "logged", ()))


def by_name(logged: Iterable[Declared]) -> dict[str, Declared]:
    """Return declarations as {name: declaration}."""
    return {declared.name: declared for declared in logged}


def group_of(name: str, declared: Mapping[str, Declared]) -> str:
    """Return the group of a logged value, guessed from its name where it is not declared.

    A name that ends in "loss" is guessed to be a loss, a name that ends in "learning_rate" (Keras's own) to be a rate,
    and everything else to be a measure of progress with its own scale.

    Example:
        >>> [group_of(name, {}) for name in ("my_loss", "learning_rate", "label_change")]
        ['loss', 'rate', 'progress']
    """
    if name in declared:
        return declared[name].group
    if name.endswith("learning_rate"):
        return "rate"
    return "loss" if name.endswith("loss") else "progress"


def label_of(name: str, declared: Mapping[str, Declared]) -> str:
    """Return the words for a logged value: its label, or its name in words where it is not declared.

    Example:
        >>> label_of("reconstruction_loss", {})
        'reconstruction loss'
    """
    return declared[name].label if name in declared else name.replace("_", " ")


def chance_of(name: str, declared: Mapping[str, Declared]) -> float | None:
    """Return the value of a random guess, None where there is none."""
    return getattr(declared.get(name), "chance", None)
