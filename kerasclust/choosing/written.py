"""What the commands that choose write to a directory."""

from pathlib import Path

from kerasclust.errors import InputError
from kerasclust.optional import require_installed
from kerasclust.reports.figures.choosing import plot_numbers
from kerasclust.reports.figures.style import to_png
from kerasclust.runs import complete_file, partial_path

NUMBER = "number_of_clusters"


def check_place(out):
    """Make sure, before anything is computed, that figures can be drawn and files written to a directory; it is made.

    Raises:
        InputError: they cannot.
    """
    require_installed("matplotlib")
    trial = partial_path(Path(out).expanduser() / "trial")
    try:
        trial.parent.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise InputError(f"{out} cannot be written to ({error.strerror}): choose another directory.") from error


def write_number(found, out):
    """Write number_of_clusters.md, .csv and .png.

    Args:
        found: `NumberOfClusters`.
        out: directory.

    Returns:
        Their paths.

    Raises:
        InputError: one cannot be written, or matplotlib is not installed.
    """
    contents = {"md": found.markdown().encode(), "csv": found.csv().encode(), "png": to_png(plot_numbers(found))}
    return [write_bytes(Path(out).expanduser() / f"{NUMBER}.{ending}", content) for ending, content in contents.items()]


def write_bytes(path, content):
    """Write a file as a whole or not at all; returns its path."""
    with complete_file(path) as partial:
        partial.write_bytes(content)
    return path
