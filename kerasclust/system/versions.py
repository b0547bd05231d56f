"""Versions of installed packages, for the records of results and runs."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn")  # they compute a training and store its state


def versions() -> dict[str, str | None]:
    """Return the versions that a result depends on, None for a missing package."""
    import kerasclust

    found: dict[str, str | None] = {"kerasclust": kerasclust.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found | {"python": platform.python_version()}


def changes(earlier: Mapping[str, str | None], now: Mapping[str, str | None]) -> list[str]:
    """Return the versions that differ, each as "keras 3.10.0 (now 3.11.1)".

    Versions of Python that differ in the last number are the same, because they compute the same.

    Args:
        earlier: earlier result of `versions`; an unknown version may be missing.
        now: present result of `versions`.

    Example:
        >>> changes({"keras": "3.10.0", "python": "3.11.7"}, {"keras": "3.11.1", "python": "3.11.9"})
        ['keras 3.10.0 (now 3.11.1)']
    """
    pairs = {name: (_compared(name, earlier.get(name)), _compared(name, now[name])) for name in now}
    return [
        f"{name.capitalize() if name == 'python' else name} {old or 'unknown'} (now {new or 'unknown'})"
        for name, (old, new) in pairs.items()
        if old != new
    ]


def _compared(name: str, version: str | None) -> str | None:
    """Return the part of a version that a result depends on."""
    return ".".join(version.split(".")[:2]) if name == "python" and version is not None else version
