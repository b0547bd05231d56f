"""What is installed, as results and runs record it."""

import platform
from importlib.metadata import PackageNotFoundError, version


def versions() -> dict[str, str | None]:
    """Versions that a result depends on; None for a package that is not installed."""
    import kerasclust

    found = {"kerasclust": kerasclust.__version__}
    for package in ("tensorflow", "keras", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found | {"python": platform.python_version()}
