"""Registry of the methods.

Each method registers itself by a decorator, so a new method is one new file.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import keras

if TYPE_CHECKING:
    from kerasclust.models.base import DeepClusteringModel

Method = TypeVar("Method", bound="DeepClusteringModel")

_METHODS: dict[str, type["DeepClusteringModel"]] = {}


def register_method(name: str, *, kind: str, paper: str) -> Callable[[type[Method]], type[Method]]:
    """Return a class decorator that registers a method.

    The method becomes reachable by its name, and Keras finds its class when it loads files.

    Args:
        name: name of the method, in lower case and without punctuation but "_".
        kind: family of the method, in a few words.
        paper: paper and section that define the method.
    """

    def decorate(cls: type[Method]) -> type[Method]:
        _METHODS[name] = cls
        cls.method_name, cls.method_kind, cls.method_paper = name, kind, paper
        return keras.saving.register_keras_serializable(package="kerasclust")(cls)

    return decorate


def registered() -> dict[str, type["DeepClusteringModel"]]:
    """Return the imported methods, {name: model class}, sorted by name."""
    return dict(sorted(_METHODS.items()))
