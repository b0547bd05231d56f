"""Methods by name: their classes, their settings, and new models."""

import importlib
import pkgutil

from kerasclust.defaults import AUTO
from kerasclust.errors import InputError
from kerasclust.models import methods as package
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.registry import registered
from kerasclust.models.settings import REQUIRED, declared, hint


def methods() -> dict:
    """Return all methods, {name: model class}.

    The first call imports each file of `kerasclust.models.methods`.
    """
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return registered()


def find_method(name: str) -> type[DeepClusteringModel]:
    """Return the model class of a method.

    Args:
        name: name of the method, as `methods` lists it.

    Raises:
        InputError: there is no such method; the message names similar methods.
    """
    known = methods()
    if not isinstance(name, str) or name not in known:
        raise InputError(f"There is no method {name!r}{hint(name, known, 3)} There are {', '.join(known)}.")
    return known[name]


def check_method(name: str) -> None:
    """Check the name of a method that is given where "auto" compares several.

    Raises:
        InputError: there is no such method; the message names the methods and "auto".
    """
    try:
        find_method(name)
    except InputError as error:
        raise InputError(f"{error} {AUTO!r} compares several of them.") from None


def settings_of(method: type[DeepClusteringModel]) -> dict:
    """Return the settings of a method, {name: default}.

    The number of clusters is missing, and so are settings that a model does not keep.
    """
    settings = declared(method.takes)
    return {name: setting.default for name, setting in settings.items() if setting.kept and name != "n_clusters"}


def finds_number(method: str) -> bool:
    """Return whether a method finds the number of clusters itself.

    Raises:
        InputError: there is no such method.
    """
    return declared(find_method(method).takes)["n_clusters"].default is not REQUIRED


def new_model(method: str, n_clusters: int | None, settings: dict) -> DeepClusteringModel:
    """Return a model that is not fitted yet.

    Args:
        method: name of the method.
        n_clusters: number of clusters k.
        settings: {name: value}.

    Raises:
        InputError: an unknown method or setting, or a bad value.

    Example:
        >>> new_model("dec", 3, {"latent_dim": 5}).latent_dim
        5
    """
    return find_method(method)(n_clusters, **settings)
