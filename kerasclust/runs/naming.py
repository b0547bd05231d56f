"""Names for the clusters of a run, in all its files that show clusters."""

import os
from collections.abc import Mapping
from pathlib import Path

import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.reports.tensorboard.projector import rename_projector
from kerasclust.runs.directory import RunDirectory
from kerasclust.runs.labels import rename_labels
from kerasclust.runs.saved import load_model
from kerasclust.system.archives import first_line
from kerasclust.system.locking import alone_in


def name_clusters(path: str | os.PathLike[str], names: Mapping[int, str], *, raw_text: bool = False) -> dict[int, str]:
    """Name clusters of a run in its model, SavedModel, labels.csv and TensorBoard logs.

    Each file is replaced as a whole. After an interruption, the same call updates the remaining files. The report needs
    the data, and shows the names once it is written again (`kerasclust.runs.training.write_run_report`).

    Args:
        path: the run directory.
        names: {number: name}; an empty name removes the name of a cluster, and all other clusters keep their names.
        raw_text: write names to labels.csv as they are, see `write_labels`.

    Returns:
        {number: name} of all named clusters.

    Raises:
        InputError: there is no model, `checked_names` refuses the names, a file cannot be read or written, is a link
            or has links in it, or another process writes to the run.
    """
    run = RunDirectory(path)
    run.check_writable("model", "saved_model", "labels", "logs")
    with alone_in(run.path):
        model = load_model(path)
        merged = model.cluster_names | dict(names)
        model.cluster_names = {cluster: name or None for cluster, name in merged.items()}
        if run.has("labels"):
            rename_labels(run.file("labels"), model.cluster_names, raw_text=raw_text)
        run.write_model(model)
        if run.has("logs"):
            _rename_logs(run.file("logs"), model.cluster_names)
        if run.has("saved_model"):
            model.export(run.file("saved_model"))
    return model.cluster_names


def _rename_logs(log_dir: Path, names: Mapping[int, str]) -> None:
    try:
        rename_projector(log_dir, names)
        _log_names(log_dir, names)
    except (OSError, ValueError, tf.errors.OpError) as error:
        raise InputError(f"The logs in {log_dir} cannot be updated ({first_line(error)}).") from error


def _log_names(log_dir: Path, names: Mapping[int, str]) -> None:
    """Add a table of the names to TensorBoard's texts.

    Values that were logged by cluster number do not change.
    """
    rows = [f"{cluster} | {name.replace('|', chr(92) + '|')}" for cluster, name in names.items()]
    writer = tf.summary.create_file_writer(str(log_dir))
    with writer.as_default(0):
        tf.summary.text("cluster names", "\n".join(["cluster | name", "---|---", *rows]))
    writer.close()
