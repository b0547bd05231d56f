"""The command that exports models to deploy."""

import os

import click

from kerasclust.cli.base import answer, json_option, main
from kerasclust.deployment import FORMATS, SAVED_MODEL
from kerasclust.system.quiet import import_tensorflow


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.option("--format", type=click.Choice(list(FORMATS)), default=SAVED_MODEL, show_default=True)
@click.option(
    "--out",
    type=click.Path(),
    required=True,
    help="Directory of a SavedModel, or file to write: .tflite for LiteRT, .onnx for ONNX.",
)
@json_option
def export(model: str, format: str, out: str, as_json: bool) -> None:
    """Export MODEL, a run directory or a .keras file, for deployment.

    In every format, the exported model takes batches of raw samples of any size. It returns the soft assignment, the
    labels and the embedding, and it needs no kerasclust. An earlier export is replaced.
    """
    import_tensorflow()
    from kerasclust.runs.saved import load_model

    load_model(model).export(out, format)
    answer(as_json, {"model": os.path.abspath(out), "format": format}, f"The model as {format}: {out}")
