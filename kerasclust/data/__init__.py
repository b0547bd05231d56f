"""Intake: whatever the user has becomes samples, by the same rules everywhere, with a list of what was found."""

from importlib import import_module
from typing import Any

__all__ = ["Check", "DataWarning", "Finding", "check", "from_file", "from_frame"]

_HOMES = {  # DataSet is documented with the named data sets
    "Check": "kerasclust.data.checking",
    "DataSet": "kerasclust.data.dataset",
    "DataWarning": "kerasclust.data.findings",
    "Finding": "kerasclust.data.findings",
    "check": "kerasclust.data.checking",
    "from_file": "kerasclust.data.reading",
    "from_frame": "kerasclust.data.reading",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
