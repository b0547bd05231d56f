"""Methods and their settings from text, as the command gets them."""

import ast
import warnings

from kerasclust.errors import InputError
from kerasclust.models.catalog import find_method, new_model, settings_of
from kerasclust.models.settings import REQUIRED, declared, hint, listed

WORDS = {"true": True, "false": False, "none": None}


def model_from_options(method: str, n_clusters: int | None, options: dict, assignments):
    """Return a model that is not fitted yet.

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
    if n_clusters is None and declared(model.takes)["n_clusters"].default is REQUIRED:
        raise InputError(f"{method} has to be told the number of clusters: give --clusters.")
    settings = parse_settings(model, assignments)
    twice = sorted(settings.keys() & options.keys())
    if twice:
        raise InputError(f"{', '.join(twice)} is given by an option and by --set; give it once.")
    return new_model(method, n_clusters, {**options, **settings})


def parse_settings(method, assignments) -> dict:
    """Return settings from "name=value" texts.

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
                f"{method.method_name} has no setting {name!r}{hint(name, defaults)} "
                f"It has {listed(declared(method.takes))}."
            )
        if name in settings:
            raise InputError(f"--set {name} is given twice; give it once.")
        settings[name] = parse_value(name, text.strip(), defaults[name])
    return settings


def parse_value(name: str, text: str, default):
    """Return a setting's value from text, of the kind of its default.

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


def parse_shared(methods, assignments):
    """Return settings {name: value} from "name=value" texts, each read as the first method that has it reads it.

    Args:
        methods: names.
        assignments: texts.

    Raises:
        InputError: as `parse_settings`; or none of the methods has the setting.
    """
    models, settings = [find_method(name) for name in methods], {}
    for assignment in assignments if models else ():
        name = assignment.partition("=")[0].strip()
        richest = max(models, key=lambda model: len(settings_of(model)))  # which has most to say of a wrong name
        having = next((model for model in models if name in settings_of(model)), richest)
        if name in settings:
            raise InputError(f"--set {name} is given twice; give it once.")
        settings |= parse_settings(having, [assignment])
    return settings
