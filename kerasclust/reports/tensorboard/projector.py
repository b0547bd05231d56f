"""Files of TensorBoard's embedding projector."""

from pathlib import Path

import numpy as np

from kerasclust.inspection.cluster_names import with_names
from kerasclust.system.files import complete_file

METADATA = "projector_metadata.tsv"


def write_projector(log_dir, embeddings, columns):
    """Write points and what is known about each for TensorBoard's projector; earlier files are replaced.

    Args:
        log_dir: directory of the TensorBoard logs; exists.
        embeddings: {name: array (n, d)}.
        columns: {name: n values}: what points can be colored and searched by.
    """
    from tensorboard.plugins import projector  # only needed here, and slow to import

    log_dir = Path(log_dir)
    _write_columns(log_dir / METADATA, columns)
    config = projector.ProjectorConfig()
    for name, points in embeddings.items():
        file_name = f"projector_{name}.tsv"
        np.savetxt(log_dir / file_name, points, fmt="%.6g", delimiter="\t")
        config.embeddings.add(tensor_name=name, tensor_path=file_name, metadata_path=METADATA)
    projector.visualize_embeddings(str(log_dir), config)


def rename_projector(log_dir, names):
    """Give the points that `write_projector` wrote other names of clusters, where they have clusters.

    Args:
        log_dir: directory of the TensorBoard logs.
        names: {number: name} of the clusters that have one.
    """
    path = Path(log_dir) / METADATA
    if not path.exists():
        return
    head, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    if "cluster" in head:
        columns = dict(zip(head, zip(*rows, strict=True), strict=True))
        _write_columns(path, with_names(columns, names))


def _write_columns(path, columns):
    """The projector wants a line of names if, and only if, there are several columns."""
    rows = zip(*columns.values(), strict=True)
    lines = ["\t".join(columns)] if len(columns) > 1 else []
    lines += ["\t".join(_cell(value) for value in row) for row in rows]
    with complete_file(path) as partial:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(value):
    """Text without the tabs and line breaks that separate cells."""
    return " ".join(str(value).split()) or "-"
