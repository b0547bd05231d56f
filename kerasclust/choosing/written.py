"""What the commands that choose write to a directory."""

from pathlib import Path

from kerasclust.choosing.training import MODELS
from kerasclust.errors import InputError
from kerasclust.inspection.drift import reference_of
from kerasclust.reports.figures.choosing import plot_comparison, plot_numbers
from kerasclust.reports.figures.style import to_png
from kerasclust.runs import write_labels, writing_run
from kerasclust.runs.saved import load_model
from kerasclust.runs.training import write_run_report
from kerasclust.system.files import complete_file, partial_path
from kerasclust.system.optional import require_installed
from kerasclust.system.versions import versions

NUMBER, COMPARISON, CHOSEN = "number_of_clusters", "comparison", "chosen"


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


def write_comparison(comparison, out):
    """Write comparison.md, .csv and .png; arguments and result as `write_number`."""
    contents = {"md": comparison.markdown().encode(), "csv": comparison.csv().encode()}
    contents["png"] = to_png(plot_comparison(comparison))
    path = Path(out).expanduser() / COMPARISON
    return [write_bytes(path.with_suffix(f".{ending}"), content) for ending, content in contents.items()]


def write_chosen(comparison, out, data, source, warn=print):
    """Write the chosen run as a run directory, as `kerasclust fit` writes them: what it trained is in `out` already.

    Args:
        comparison: `Comparison` that has its models in `out`.
        out: directory of the comparison.
        data: the `DataSet`.
        source: what it was loaded from: {"data": name or path, "options": of the loader}.
        warn: called with a sentence where the report cannot be written.

    Returns:
        RunDirectory.
    """
    out, chosen = Path(out).expanduser(), comparison.chosen
    model = load_model(out / MODELS / chosen.model)
    with writing_run(out / CHOSEN, overwrite=True) as run:
        run.write_model(model)
        about = {"method": chosen.method, "settings": model.get_config(), **source, "channel_names": data.channel_names}
        run.write_json("settings", {**about, "seconds": chosen.seconds, "versions": versions()})
        write_labels(run.file("labels"), model.predict(data), data)
        run.write_json("reference", reference_of(model, data.x))
        external = comparison.external and comparison.external[0]
        evidence = {"kept": chosen.evidence, "runs": [chosen.evidence], "chosen_run": 0, "warnings": chosen.warnings}
        run.write_json("scores", {"external": external, **evidence, "compared": comparison.rows()[0]})
        model.export(run.file("saved_model"))
        try:
            write_run_report(run, load_model(run.path), data)
        except InputError as error:  # such as jinja2 missing: the run is complete without
            warn(f"The report was not written. {error}")
    return run


def write_bytes(path, content):
    """Write a file as a whole or not at all; returns its path."""
    with complete_file(path) as partial:
        partial.write_bytes(content)
    return path
