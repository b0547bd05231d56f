"""The methods by name: finding them, their settings, and new models of them."""

import difflib
import importlib
import pkgutil

from kerasclust.errors import InputError
from kerasclust.models import methods as package
from kerasclust.models.registry import registered


def methods() -> dict:
    """Return every method by its name: {name: model class}. Imports each file of `kerasclust.models.methods`."""
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return registered()


def find_method(name: str):
    """The model class of a method.

    Args:
        name: as `methods` lists it.

    Raises:
        InputError: there is no such method; the message names similar ones.
    """
    known = methods()
    if not isinstance(name, str) or name not in known:
        raise InputError(f"There is no method {name!r}{hint(name, known, 3)} There are {', '.join(known)}.")
    return known[name]


def settings_of(method) -> dict:
    """Settings that a method takes besides the number of clusters, with their defaults."""
    settings = dict(method(2).settings)
    del settings["n_clusters"]
    return settings


def new_model(method: str, n_clusters: int, settings: dict):
    """A model that is not fitted yet.

    Args:
        method: its name.
        n_clusters: number of clusters.
        settings: settings by name.

    Raises:
        InputError: an unknown method or setting, or a bad value.

    Example:
        >>> new_model("dec", 3, {"latent_dim": 5}).latent_dim
        5
    """
    model = find_method(method)
    known = settings_of(model)
    for name in settings:
        if name not in known and name not in model.derived_settings:  # of those the model itself knows what to say
            raise InputError(f"{method} has no setting {name!r}{hint(name, known)} It has {listed(known)}.")
    return model(n_clusters, **settings)


def hint(name, known, n=1) -> str:
    near = difflib.get_close_matches(str(name).lower(), known, n=n)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else "."


def listed(defaults: dict) -> str:
    return ", ".join(f"{name}={value}" for name, value in defaults.items())
