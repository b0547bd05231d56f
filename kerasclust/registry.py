"""The methods that exist. A model registers itself by declaration, so a new method is one new file."""

import importlib
import pkgutil

_METHODS = {}


def register_method(name, *, kind, paper):
    """Class decorator: make a model reachable by a name in the command and the method table.

    Args:
        name: lower case, without punctuation.
        kind: the family it belongs to, in a few words.
        paper: where it is defined.
    """

    def decorate(cls):
        _METHODS[name] = cls
        cls.method_name, cls.method_kind, cls.method_paper = name, kind, paper
        return cls

    return decorate


def methods():
    """Every method by its name: {name: model class}. Imports the modules of `kerasclust.models` (and TensorFlow)."""
    from kerasclust import models

    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"{models.__name__}.{module.name}")
    return dict(sorted(_METHODS.items()))
