"""Files of a choice: tables, figures, and the run directory of the chosen run."""

import os
import warnings
from pathlib import Path
from typing import Any

from kerasclust.choosing.comparison import Comparison
from kerasclust.choosing.number import NumberOfClusters
from kerasclust.choosing.training import MODELS
from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.inspection.clustered_space import clustered_space
from kerasclust.inspection.drift import reference_of
from kerasclust.reports.figures.choosing import plot_comparison, plot_numbers
from kerasclust.reports.figures.style import to_png
from kerasclust.runs import RunDirectory, write_labels, writing_run
from kerasclust.runs.saved import load_model
from kerasclust.runs.training import write_run_report
from kerasclust.system.files import complete_file, partial_path
from kerasclust.system.optional import require_installed
from kerasclust.system.versions import versions

NUMBER, COMPARISON, CHOSEN = "number_of_clusters", "comparison", "chosen"


def check_place(out: str | os.PathLike) -> None:
    """Make a directory, and check that files and figures can be written.

    Raises:
        InputError: the directory cannot be written to, or matplotlib is not installed.
    """
    require_installed("matplotlib")
    trial = partial_path(Path(out).expanduser() / "trial")
    try:
        trial.parent.mkdir(parents=True, exist_ok=True)
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise InputError(f"{out} cannot be written to ({error.strerror}): choose another directory.") from error


def write_number(found: NumberOfClusters, out: str | os.PathLike) -> list[Path]:
    """Write number_of_clusters.md, .csv and .png.

    Args:
        found: `NumberOfClusters`.
        out: directory.

    Returns:
        Paths of the files.

    Raises:
        InputError: a file cannot be written, or matplotlib is not installed.
    """
    contents = {"md": found.markdown().encode(), "csv": found.csv().encode(), "png": to_png(plot_numbers(found))}
    return [write_bytes(Path(out).expanduser() / f"{NUMBER}.{ending}", content) for ending, content in contents.items()]


def write_comparison(comparison: Comparison, out: str | os.PathLike) -> list[Path]:
    """Write comparison.md, .csv and .png.

    Args:
        comparison: `Comparison`.
        out: directory.

    Returns:
        Paths of the files.

    Raises:
        InputError: a file cannot be written, or matplotlib is not installed.
    """
    contents = {"md": comparison.markdown().encode(), "csv": comparison.csv().encode()}
    contents["png"] = to_png(plot_comparison(comparison))
    path = Path(out).expanduser() / COMPARISON
    return [write_bytes(path.with_suffix(f".{ending}"), content) for ending, content in contents.items()]


def write_chosen(
    comparison: Comparison, out: str | os.PathLike, data: DataSet, source: dict[str, Any], *, raw_text: bool = False
) -> RunDirectory:
    """Write the chosen run of a comparison as a run directory.

    Args:
        comparison: `Comparison` with its models in `out`.
        out: directory of the comparison.
        data: the `DataSet`.
        source: source of the data: {"data": name or path, "options": options of the loader}.
        raw_text: write texts to labels.csv as they are, see `write_labels`.

    Returns:
        RunDirectory.

    Warns:
        UserWarning: the report cannot be written; the run is complete without it.
    """
    folder, chosen = Path(out).expanduser(), comparison.chosen
    model = load_model(folder / MODELS / chosen.model)
    space = clustered_space(model, data.x)
    with writing_run(folder / CHOSEN, overwrite=True) as run:
        run.write_model(model)
        about = {"method": chosen.method, "settings": model.get_config(), **source}
        about |= {"channel_names": data.channel_names, "reading": data.reading}
        run.write_json("settings", {**about, "seconds": chosen.seconds, "versions": versions()})
        write_labels(run.file("labels"), space.q, data, raw_text=raw_text)
        run.write_json("reference", reference_of(model, data.x, space))
        external = comparison.external and comparison.external[0]
        evidence = {"kept": chosen.evidence, "runs": [chosen.evidence], "chosen_run": 0, "warnings": chosen.warnings}
        run.write_json("scores", {"external": external, **evidence, "compared": comparison.rows()[0]})
        model.export(run.file("saved_model"))
        try:
            write_run_report(run, load_model(run.path), data, space)
        except InputError as error:  # such as missing jinja2: the run is complete without a report
            warnings.warn(f"The report was not written. {error}", stacklevel=2)
    return run


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file as a whole or not at all, and return its path."""
    with complete_file(path) as partial:
        partial.write_bytes(content)
    return path
