"""The command that names clusters."""

import shlex

import click

from kerasclust.cli.base import answer, json_option, main, raw_text_option
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow


@main.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False))
@click.argument("names", nargs=-1, metavar="[NUMBER=NAME]...")
@raw_text_option
@json_option
def name(run: str, names: tuple[str, ...], raw_text: bool, as_json: bool) -> None:
    """Name the clusters of a RUN, or list their names.

    \b
    kerasclust name runs/a 0=pedestrians 3="fast trains"

    The model, labels.csv, TensorBoard and the SavedModel get the names at once, and predict and monitor print them.
    Write the report again with "kerasclust report RUN" to have them there. NUMBER= removes a name; a cluster without a
    name stays "cluster 3". Without NUMBER=NAME, the command lists the names.
    """
    import_tensorflow()
    from kerasclust.runs.naming import name_clusters
    from kerasclust.runs.saved import load_model

    given = dict(map(_number_and_name, names))
    if len(given) < len(names):
        raise InputError("A cluster is named twice: give each number once.")
    named = name_clusters(run, given, raw_text=raw_text) if given else load_model(run).cluster_names
    lines = [f"{cluster}: {text}" for cluster, text in named.items()] or ["No cluster has a name."]
    further = [f"For a report with them: kerasclust report {shlex.quote(run)}"] if given else []
    answer(as_json, {"cluster_names": named}, *lines, *further)


def _number_and_name(text: str) -> tuple[int, str]:
    number, equals, name = text.partition("=")
    if not equals or not number.strip().isdecimal():
        raise InputError(f"{text!r} names no cluster: give NUMBER=NAME, such as 3=pedestrians.")
    return int(number), name.strip()
