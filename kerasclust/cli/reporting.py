"""The command that writes the report of a run again."""

import os
from typing import Any

import click

from kerasclust.cli.base import answer, command_of, json_option, main, say
from kerasclust.cli.loading import load, loader_options, loading_options
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow


@main.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False))
@click.argument("data", required=False)
@json_option
@loading_options
def report(run: str, data: str | None, as_json: bool, **given: Any) -> None:
    """Write report.html of a RUN again, on DATA or on the data of its training.

    Without DATA, the data that the run names are read. A data set that may be downloaded has to be given.
    """
    from kerasclust.runs import RunDirectory
    from kerasclust.runs.trained_on import TrainedOn

    directory = RunDirectory(run)
    source = (directory.read_json("settings") or {}).get("data")
    if data is None:
        data = named_data(run, source)
        say(f"Reading {os.path.abspath(data) if os.path.exists(data) else data}, which {run} names.", err=True)
    trained_on = TrainedOn.of(run)
    recorded = trained_on.options_for(data) | (trained_on.options if data == source else {})
    loaded = load(data, recorded | loader_options(given))
    import_tensorflow()
    from kerasclust.runs.saved import load_model
    from kerasclust.runs.training import write_run_report

    write_run_report(directory, load_model(run), loaded)
    answer(as_json, {"report": directory.file("report")}, f"Report: {directory.file('report')}")


def named_data(run: str, source: object) -> str:
    """Return what a run names as the data of its training.

    Args:
        run: directory of the run.
        source: what its settings name.

    Raises:
        InputError: the run names nothing, or a data set that may be downloaded.
    """
    from kerasclust.datasets.loading import may_download

    if not isinstance(source, str):
        raise InputError(f"{run} does not name the data of its training: give DATA.")
    if may_download(source):
        raise InputError(
            f"{run} names the data set {source}, which may be downloaded. If you want to read it: "
            f"{command_of('report', run, source)}"
        )
    return source
