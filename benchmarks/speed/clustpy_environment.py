"""Python environment for ClustPy, which needs PyTorch."""

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.speed.processes import output_of
from benchmarks.types import FilePath, Report
from kerasclust.datasets.cache import cache_directory
from kerasclust.errors import InputError

CLUSTPY = "clustpy==0.0.3"
IMPORTS = "import clustpy.deep, clustpy, torch; print(torch.__version__)"


def clustpy_python(python: FilePath | None = None, report: Report = print) -> Path:
    """Return the path of a Python interpreter that has ClustPy.

    Args:
        python: such an interpreter; None takes the one of an environment in the cache, which is made on first use.
        report: called with a line of text before the environment is made.

    Raises:
        InputError: ClustPy cannot be installed.
    """
    if python is None:
        folder = cache_directory() / CLUSTPY.replace("==", "-")
        python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        if not (folder / "complete").exists():
            report(f"Installing {CLUSTPY} and PyTorch, several gigabytes, in {folder}.")
            install(folder, python)
    return Path(python)


def install(folder: Path, python: Path) -> None:
    """Make the environment `folder` with ClustPy; `python` is its interpreter."""
    try:
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", CLUSTPY, "torch", "torchvision"], check=True)
        (folder / "complete").touch()
    except (OSError, subprocess.CalledProcessError) as error:
        raise InputError(
            f"{CLUSTPY} could not be installed in {folder} ({error}). Install it in another environment and "
            "give its interpreter: --clustpy-python PATH."
        ) from error


def torch_version(python: FilePath) -> str:
    """Return the version of PyTorch that an interpreter has.

    Raises:
        InputError: ClustPy or PyTorch cannot be imported.
    """
    return output_of([str(python), "-c", IMPORTS]).strip()
