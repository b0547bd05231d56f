"""Files of TensorBoard's embedding projector."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from threadpoolctl import threadpool_limits

from kerasclust.inspection.cluster_names import Names, with_names
from kerasclust.system.files import complete_file
from kerasclust.system.neutral import neutral_cell
from kerasclust.types import Array

METADATA = "projector_metadata.tsv"
MOST_DIMS = 50  # dimensions of a written point; enough for its projections to a plane


def write_projector(
    log_dir: str | os.PathLike[str], embeddings: Mapping[str, Array], columns: Mapping[str, Iterable[Any]]
) -> None:
    """Write points and their columns of metadata for TensorBoard's projector.

    Earlier files are replaced.

    Args:
        log_dir: existing directory of the TensorBoard logs.
        embeddings: {name: array (n, d)}. Of more than `MOST_DIMS` dimensions the principal components are written.
        columns: {name: n values}, by which points can be colored and searched. A text that a spreadsheet would run as a
            formula gets a single quote in front.
    """
    from tensorboard.plugins import projector  # only needed here, and slow to import

    log_dir = Path(log_dir)
    cells = {title: map(neutral_cell, values) for title, values in columns.items()}
    _write_columns(log_dir / METADATA, cells)
    config = projector.ProjectorConfig()
    for name, points in embeddings.items():
        file_name = f"projector_{name}.tsv"
        np.savetxt(log_dir / file_name, _few_dims(points), fmt="%.6g", delimiter="\t")
        config.embeddings.add(tensor_name=name, tensor_path=file_name, metadata_path=METADATA)
    projector.visualize_embeddings(str(log_dir), config)


def _few_dims(points: Array) -> Array:
    """Return points (n, d) with at most `MOST_DIMS` dimensions."""
    if points.shape[1] <= MOST_DIMS:
        return points
    components = PCA(min(MOST_DIMS, len(points)), svd_solver="randomized", iterated_power=2, random_state=0)
    with threadpool_limits(1):  # threads wait for each other longer than they compute
        return components.fit_transform(points)


def rename_projector(log_dir: str | os.PathLike[str], names: Names) -> None:
    """Replace the names of clusters in the files of `write_projector`.

    Nothing changes if these have no clusters.

    Args:
        log_dir: directory of the TensorBoard logs.
        names: {number: name} of the named clusters.
    """
    path = Path(log_dir) / METADATA
    if not path.exists():
        return
    head, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    if "cluster" in head:
        columns: dict[str, Iterable[Any]] = dict(zip(head, zip(*rows, strict=True), strict=True))
        shown = {cluster: neutral_cell(name) for cluster, name in (names or {}).items()}
        _write_columns(path, with_names(columns, shown))


def _write_columns(path: Path, columns: Mapping[str, Iterable[Any]]) -> None:
    """Write metadata.

    The projector expects a line of names if, and only if, there are several columns.
    """
    rows = zip(*columns.values(), strict=True)
    lines = ["\t".join(columns)] if len(columns) > 1 else []
    lines += ["\t".join(_cell(value) for value in row) for row in rows]
    with complete_file(path) as partial:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(value: object) -> str:
    """Return a value as text without tabs and line breaks, which separate cells."""
    return " ".join(str(value).split()) or "-"
