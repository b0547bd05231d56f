"""Files of a choice: tables, figures, and the run directory of the chosen run."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasclust.choosing.comparison import Comparison
from kerasclust.choosing.number import NumberOfClusters
from kerasclust.choosing.told import Told
from kerasclust.choosing.training import kept_model
from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.inspection.clustered_space import clustered_space
from kerasclust.inspection.drift import reference_of
from kerasclust.reports.figures.choosing import plot_comparison, plot_numbers
from kerasclust.reports.figures.style import to_png
from kerasclust.reports.tensorboard.dashboard import ClusterDashboard
from kerasclust.runs import RunDirectory, write_labels, writing_run
from kerasclust.runs.training import CHOICES, Trained, write_run_report
from kerasclust.system.files import complete_file, partial_path
from kerasclust.system.optional import require_installed
from kerasclust.system.versions import versions

if TYPE_CHECKING:
    from kerasclust.models.base import DeepClusteringModel

MOST_VIEWS = 3  # of which the best run is written
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
    return _write_choice(found, plot_numbers, Path(out).expanduser() / NUMBER)


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
    return _write_choice(comparison, plot_comparison, Path(out).expanduser() / COMPARISON)


def _write_choice(choice: NumberOfClusters | Comparison, plot: Callable[[Any], Any], path: Path) -> list[Path]:
    """Write the text and the table of a choice, then its figure, and return their paths."""
    texts = {"md": choice.markdown(), "csv": choice.csv()}
    files = [write_bytes(path.with_suffix(f".{ending}"), text.encode()) for ending, text in texts.items()]
    return [*files, write_bytes(path.with_suffix(".png"), to_png(plot(choice)))]


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
    folder = Path(out).expanduser()
    with writing_run(folder / CHOSEN, overwrite=True) as run:
        run.write_json("choices", [comparison.told().as_data()])
        model, trained = write_kept(run, comparison, folder, data, source, raw_text=raw_text)
        try:
            write_run_report(run, model, data, trained.space)
        except InputError as error:  # such as missing jinja2: the run is complete without a report
            warnings.warn(f"The report was not written. {error}", stacklevel=2)
    return run


def write_kept(
    run: RunDirectory,
    comparison: Comparison,
    folder: str | os.PathLike,
    data: DataSet,
    source: Mapping[str, Any],
    *,
    raw_text: bool = False,
    place: int = 0,
    complete: bool = True,
) -> tuple["DeepClusteringModel", Trained]:
    """Write the files of one run of a comparison to a run directory, all but its report.

    Args:
        run: the run directory, open for writing.
        comparison: `Comparison`.
        folder: directory of its runs.
        data: the `DataSet`.
        source: source of the data: {"data": name or path, "options": options of the loader}.
        raw_text: write texts to labels.csv as they are, see `write_labels`.
        place: place of the run, 0 for the chosen one.
        complete: write the SavedModel and logs for TensorBoard, too.

    Returns:
        (model of the run, its `Trained`).
    """
    chosen = comparison.runs[place]
    model = kept_model(folder, chosen)
    space = clustered_space(model, data.x)
    run.write_model(model)
    samples = model.training_samples and model.training_samples.as_dict()
    about = {"method": chosen.method, "settings": model.get_config(), **source, "training_samples": samples}
    about |= {"channel_names": data.channel_names, "reading": data.reading}
    run.write_json("settings", {**about, "seconds": chosen.seconds, "versions": versions()})
    run.write_json("history", chosen.history)
    write_labels(run.file("labels"), space.q, data, raw_text=raw_text)
    run.write_json("reference", reference_of(model, data.x, space))
    external = comparison.external[place] if comparison.external else None
    evidence = {"kept": chosen.evidence, "runs": [chosen.evidence], "chosen_run": 0, "warnings": chosen.warnings}
    run.write_json("scores", {"external": external, **evidence, "compared": comparison.rows()[place]})
    if complete:
        ClusterDashboard(run.file("logs"), data).replay(model, chosen.history)
        model.export(run.file("saved_model"))
    return model, Trained(space, external, chosen.warnings)


def write_views(
    run: RunDirectory,
    comparison: Comparison,
    folder: str | os.PathLike,
    data: DataSet,
    source: Mapping[str, Any],
    *,
    raw_text: bool = False,
    kept: int = 1,
) -> None:
    """Write the best run of each view of the data that is not kept.

    Each is a run directory views/NUMBER, without report, logs and SavedModel.

    Args:
        run: the run directory, open for writing.
        comparison: `Comparison`.
        folder: directory of its runs.
        data: the `DataSet`.
        source: source of the data: {"data": name or path, "options": options of the loader}.
        raw_text: write texts to labels.csv as they are, see `write_labels`.
        kept: number of the view that is kept, from 1.
    """
    for number, view in enumerate(comparison.views[:MOST_VIEWS], 1):
        if number != kept:
            other = RunDirectory(run.file("views") / str(number))
            other.path.mkdir(parents=True, exist_ok=True)
            write_kept(other, comparison, folder, data, source, raw_text=raw_text, place=view.place, complete=False)


def add_choices(run: RunDirectory, told: Sequence[Told]) -> None:
    """Add what the report says of choices to a run directory, instead of earlier ones of the same titles."""
    earlier = run.read_json("choices", CHOICES) or []
    new = [one.as_data() for one in told]
    titles = [choice["title"] for choice in new]
    run.write_json("choices", [*(choice for choice in earlier if choice["title"] not in titles), *new])


def write_choices(run: RunDirectory, *choices: NumberOfClusters | Comparison) -> None:
    """Add choices to a run directory: their tables, their figures, and what the report says of them.

    Args:
        run: the run directory, open for writing.
        *choices: the estimated number of clusters, the comparison of methods.

    Warns:
        UserWarning: matplotlib is not installed, so there are no figures.
    """
    add_choices(run, [choice.told() for choice in choices])
    for choice in choices:
        try:
            if isinstance(choice, NumberOfClusters):
                write_number(choice, run.path)
            else:
                write_comparison(choice, run.path)
        except InputError as error:
            warnings.warn(f"The figure of a choice was not written. {error}", stacklevel=2)


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file as a whole or not at all, and return its path."""
    with complete_file(path) as partial:
        partial.write_bytes(content)
    return path
