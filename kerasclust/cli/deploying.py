"""The command that writes models to deploy."""

import os

import click

from kerasclust.cli.base import answer, json_option, main
from kerasclust.deployment import FORMATS, SAVED_MODEL
from kerasclust.system.quiet import import_tensorflow


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.option("--format", type=click.Choice(list(FORMATS)), default=SAVED_MODEL, show_default=True)
@click.option("--out", type=click.Path(), required=True, help="What to write; .tflite of LiteRT, .onnx of ONNX.")
@json_option
def export(model, format, out, as_json):
    """Write MODEL, a run directory or a .keras file, in a format to deploy.

    Whatever the format, it takes raw samples in batches of any size, gives soft assignment, labels and embedding, and
    needs no kerasclust. An earlier export is replaced.
    """
    import_tensorflow()
    from kerasclust.runs.saved import load_model

    load_model(model).export(out, format)
    answer(as_json, {"model": os.path.abspath(out), "format": format}, f"The model as {format}: {out}")
