"""The command that assigns samples to the clusters of a model."""

import os
from typing import Any

import click

from kerasclust.cli.base import answer, json_option, main, raw_text_option, trust_option
from kerasclust.cli.loading import load, loader_options, loading_options
from kerasclust.errors import InputError
from kerasclust.system.quiet import import_tensorflow


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.argument("data")
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="The .csv file to write.")
@trust_option
@raw_text_option
@json_option
@loading_options
def predict(model: str, data: str, out: str, trust: bool, raw_text: bool, as_json: bool, **given: Any) -> None:
    """Assign DATA to the clusters of MODEL.

    MODEL is a run directory, a .keras file, or, with --trust, a SavedModel directory.

    The file --out gets a row for each sample: its number, its group (user, trace ...) and start if known, its cluster,
    the name of the cluster if it has one, and the confidence. Samples without a cluster have a reason instead. A group
    or name that a spreadsheet would run as a formula gets a single quote in front, unless --raw-text is given. A table
    is read with the columns, the clock and the windows of the training, unless options say otherwise.
    """
    from kerasclust.runs.trained_on import TrainedOn

    target = os.path.realpath(out)  # of a link
    if os.path.exists(target) and os.path.exists(data) and os.path.samefile(target, data):
        raise InputError(f"--out {out} is the data, which would be overwritten: choose another file.")
    trained_on = TrainedOn.of(model)
    loaded = load(data, trained_on.options_for(data) | loader_options(given))
    trained_on.check_channels(loaded)
    import_tensorflow()
    from kerasclust.cli.console import cluster_sizes, cluster_table, unassigned_in_words
    from kerasclust.runs import write_labels
    from kerasclust.runs.saved import soft_assignments
    from kerasclust.runs.unassigned import reasons_without_cluster

    q, names = soft_assignments(model, loaded, trust)
    write_labels(target, q, loaded, names, raw_text=raw_text)
    sizes, reasons = cluster_sizes(q), reasons_without_cluster(q, loaded)
    found = {"labels": os.path.abspath(out), "samples": len(q), "cluster_sizes": sizes, "cluster_names": names}
    found |= {"without_cluster": len(reasons), "findings": [finding.as_data() for finding in loaded.findings]}
    lines = [f"{sum(sizes):,} samples in {sum(map(bool, sizes))} of {len(sizes)} clusters: {out}"]
    lines += unassigned_in_words(reasons)
    answer(as_json, found, *lines, *(cluster_table(q, names) if names else []))
