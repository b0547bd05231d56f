"""Methods and their settings from the texts of the command line."""

import ast
import difflib
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kerasclust.errors import InputError
from kerasclust.models.catalog import find_method, new_model, settings_of
from kerasclust.models.settings import declared, hint, listed

if TYPE_CHECKING:
    from kerasclust.models.base import DeepClusteringModel

WORDS = {"true": True, "false": False, "none": None}


def model_from_options(
    method: str, n_clusters: int | None, options: dict[str, Any], assignments: Iterable[str]
) -> "DeepClusteringModel":
    """Return a model that is not fitted yet.

    Args:
        method: name of the method.
        n_clusters: number of clusters; None for a method that finds the number.
        options: {name: value}, settings from options of their own.
        assignments: further settings as "name=value" texts.

    Raises:
        InputError: A method or setting is unknown, a value is invalid, or a setting is both in `options` and in
            `assignments`.
    """
    return new_model(method, n_clusters, joined(options, parse_settings(find_method(method), assignments)))


def joined(options: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings {name: value} from options of their own and from --set.

    Raises:
        InputError: a setting is given by both.
    """
    if twice := sorted(settings.keys() & options.keys()):
        raise InputError(f"{', '.join(twice)} is given by an option and by --set; give it once.")
    return {**options, **settings}


def parse_settings(method: "type[DeepClusteringModel]", assignments: Iterable[str]) -> dict[str, Any]:
    """Parse settings from "name=value" texts.

    Args:
        method: class of the model.
        assignments: texts. A value is a number, true, false, none, numbers joined by commas, or text.

    Returns:
        {name: value}.

    Raises:
        InputError: A text has no "=", a setting is unknown or occurs twice, or a value has another type than its
            default.
    """
    defaults = settings_of(method)
    settings: dict[str, Any] = {}
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


def parse_value(name: str, text: str, default: Any) -> Any:
    """Parse the value of a setting, which must have the type of its default.

    Args:
        name: name of the setting, for errors.
        text: value as text.
        default: default of the setting; None allows any type.

    Raises:
        InputError: The value has another type than the default, or is too large.

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


def _literal(text: str) -> Any:
    """Return the value of a Python literal or of a word in `WORDS`, otherwise the text."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        with warnings.catch_warnings(action="ignore"):  # of the parser, such as invalid escapes
            return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # the last two: thousands of parentheses
        return text


def parse_shared(methods: Sequence[str], assignments: Iterable[str]) -> dict[str, Any]:
    """Parse settings for several methods from "name=value" texts.

    The first method with a setting determines the type of its value.

    Args:
        methods: names of the methods.
        assignments: texts, as in `parse_settings`.

    Returns:
        {name: value}.

    Raises:
        InputError: A text is invalid, as in `parse_settings`, or no method has the setting.
    """
    models = [find_method(name) for name in methods]
    settings: dict[str, Any] = {}
    for assignment in assignments if models else ():
        name = assignment.partition("=")[0].strip()
        known = {setting for model in models for setting in settings_of(model)}
        near = name if name in known else next(iter(difflib.get_close_matches(name.lower(), known, 1)), None)
        richest = max(models, key=lambda model: len(settings_of(model)))  # its error lists the most settings
        having = next((model for model in models if near in settings_of(model)), richest)
        if name in settings:
            raise InputError(f"--set {name} is given twice; give it once.")
        settings |= parse_settings(having, [assignment])
    return settings
