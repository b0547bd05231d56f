"""Versions of installed packages, for the records of results and runs."""

import platform
from importlib.metadata import PackageNotFoundError, version


def versions() -> dict[str, str | None]:
    """Return the versions that a result depends on, None for a missing package."""
    import kerasclust

    found: dict[str, str | None] = {"kerasclust": kerasclust.__version__}
    for package in ("tensorflow", "keras", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found | {"python": platform.python_version()}
