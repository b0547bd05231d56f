"""Methods and their settings from text, as the command gets them."""

import ast
import difflib
import inspect
import warnings

from kerasclust.errors import InputError
from kerasclust.registry import methods

WORDS = {"true": True, "false": False, "none": None}


def find_method(name: str):
    """The model class of a method.

    Args:
        name: as `kerasclust.registry.methods` lists it.

    Raises:
        InputError: there is no such method; the message names similar ones.
    """
    known = methods()
    if not isinstance(name, str) or name not in known:
        raise InputError(f"There is no method {name!r}{_hint(name, known, 3)} There are {', '.join(known)}.")
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
            raise InputError(f"{method} has no setting {name!r}{_hint(name, known)} It has {_listed(known)}.")
    return model(n_clusters, **settings)


def model_from_options(method: str, n_clusters: int | None, options: dict, assignments):
    """A model that is not fitted yet.

    Args:
        method: its name.
        n_clusters: number of clusters; None for a method that finds it.
        options: settings by name.
        assignments: further ones as "name=value" texts.

    Raises:
        InputError: an unknown method or setting, a bad value, a setting that is given in both ways, or no number of
            clusters for a method that needs it.
    """
    model = find_method(method)
    if n_clusters is None and inspect.signature(model).parameters["n_clusters"].default is inspect.Parameter.empty:
        raise InputError(f"{method} has to be told the number of clusters: give --clusters.")
    settings = parse_settings(model, assignments)
    twice = sorted(settings.keys() & options.keys())
    if twice:
        raise InputError(f"{', '.join(twice)} is given by an option and by --set; give it once.")
    return new_model(method, n_clusters, {**options, **settings})


def parse_settings(method, assignments) -> dict:
    """Settings from "name=value" texts.

    Args:
        method: the model class.
        assignments: texts; a value is a number, true, false, none, numbers joined by commas, or text.

    Returns:
        {name: value}.

    Raises:
        InputError: no "=", a setting that the method does not have or that is given twice, or a value of another kind
            than its default.
    """
    defaults, settings = settings_of(method), {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        name = name.strip()
        if not equals:
            raise InputError(f"--set {assignment}: expected name=value.")
        if name not in defaults:
            raise InputError(
                f"{method.method_name} has no setting {name!r}{_hint(name, defaults)} It has {_listed(defaults)}."
            )
        if name in settings:
            raise InputError(f"--set {name} is given twice; give it once.")
        settings[name] = parse_value(name, text.strip(), defaults[name])
    return settings


def parse_value(name: str, text: str, default):
    """A setting's value from text, of the kind that its default has.

    Example:
        >>> parse_value("sigma", "2", 1.0), parse_value("balance", "off", True), parse_value("units", "64,32", None)
        (2.0, False, (64, 32))
    """
    if isinstance(default, bool):
        switches = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
        if text.lower() in switches:
            return switches[text.lower()]
        raise InputError(f"{name}={text}: expected true or false.")
    value = _literal(text)
    if isinstance(default, int | float) and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise InputError(f"{name}={text}: expected a number, as its default {default} is.")
    try:
        return float(value) if isinstance(default, float) else value
    except OverflowError:
        raise InputError(f"{name}={text}: expected a number that a computer can hold.") from None


def _literal(text: str):
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        with warnings.catch_warnings(action="ignore"):  # of what Python finds odd in the text
            return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # the last two: parentheses in thousands
        return text


def _hint(name, known, n=1) -> str:
    near = difflib.get_close_matches(str(name).lower(), known, n=n)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else "."


def _listed(defaults: dict) -> str:
    return ", ".join(f"{name}={value}" for name, value in defaults.items())
