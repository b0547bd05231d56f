"""Names for the clusters of a run, in every file of it that shows clusters."""

import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.reports.tensorboard.projector import rename_projector
from kerasclust.runs import RunDirectory, rename_labels
from kerasclust.runs.saved import load_model
from kerasclust.system.archives import first_line
from kerasclust.system.locking import alone_in


def name_clusters(path, names) -> dict[int, str]:
    """Name clusters of a run: in its model, SavedModel, labels.csv and TensorBoard logs.

    Each file is replaced as a whole. Where this is interrupted, the same call again brings the others up to date. The
    report needs the data, and has the names when it is written again (`kerasclust.runs.training.write_run_report`).

    Args:
        path: the run directory.
        names: {number: name}; an empty name takes a cluster its name away, the other clusters keep theirs.

    Returns:
        {number: name} of all clusters that now have one.

    Raises:
        InputError: there is no model, the names are not as `checked_names` wants them, a file cannot be read or
            written, or another process writes to the run.
    """
    run = RunDirectory(path)
    with alone_in(run.path):
        model = load_model(path)
        merged = model.cluster_names | names
        model.cluster_names = {cluster: name or None for cluster, name in merged.items()}
        if run.has("labels"):
            rename_labels(run.file("labels"), model.cluster_names)
        run.write_model(model)
        if run.has("logs"):
            _rename_logs(run.file("logs"), model.cluster_names)
        if run.has("saved_model"):
            model.export(run.file("saved_model"))
    return model.cluster_names


def _rename_logs(log_dir, names):
    try:
        rename_projector(log_dir, names)
        _log_names(log_dir, names)
    except (OSError, ValueError, tf.errors.OpError) as error:
        raise InputError(f"The logs in {log_dir} cannot be brought up to date ({first_line(error)}).") from error


def _log_names(log_dir, names):
    """Add a table of the names to TensorBoard's texts: what it has logged of clusters by number stays as it is."""
    rows = [f"{cluster} | {name.replace('|', chr(92) + '|')}" for cluster, name in names.items()]
    writer = tf.summary.create_file_writer(str(log_dir))
    with writer.as_default(0):
        tf.summary.text("cluster names", "\n".join(["cluster | name", "---|---", *rows]))
    writer.close()
