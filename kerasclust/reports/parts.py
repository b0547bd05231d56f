"""Figures of the two parts of a split latent space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kerasclust.data.dataset import DataSet
from kerasclust.inspection.cluster_names import cluster_name
from kerasclust.inspection.clustered_space import ClusteredSpace
from kerasclust.inspection.fitted import FittedModel
from kerasclust.inspection.interpretation import (
    PARTS,
    cluster_dims,
    is_split,
    reconstruct_from,
    traverse_shared_space,
)
from kerasclust.reports.figures import plot_cluster_dims, plot_spaces, plot_traversal
from kerasclust.reports.profiles import typical_members

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = 10  # samples, each the most typical sample of its cluster
TRAVERSED = 5


def part_figures(model: FittedModel, data: DataSet, space: ClusteredSpace) -> dict[str, Figure]:
    """Plot the reconstructions from each part of a split latent space, and the weights of its dimensions.

    Args:
        model: a fitted model.
        data: the samples.
        space: `ClusteredSpace` of the samples.

    Returns:
        {caption: matplotlib Figure}; empty for a model with one latent space.
    """
    if not is_split(model):
        return {}
    members = typical_members(space.q, space.labels, 1, data.groups)
    typical = [int(indices[0]) for indices in members if len(indices)][:SHOWN]
    titles = [cluster_name(label, model.cluster_names) for label in space.labels[typical].tolist()]
    names = model.frontend.feature_names(data.channel_names) if len(model.feature_shape) == 1 else None
    from_cluster, from_shared = (
        reconstruct_from(model, data.x, part, hardened=True, indices=typical, space=space) for part in PARTS
    )
    dims = cluster_dims(model)
    figures = {
        "The most typical sample of each cluster, and its reconstructions from the clustered part and from the other "
        "part of the latent space (ACe/DeC paper, fig. 1b)": plot_spaces(
            model.frontend(data.x[typical]), from_cluster, from_shared, names, titles
        )
    }
    if 0 < dims.number < len(dims.weights):
        moved = traverse_shared_space(model, data.x, typical[:TRAVERSED], space=space)
        figures["Moved through the other part, with a fixed clustered part (ACe/DeC paper, fig. 3)"] = plot_traversal(
            moved, titles[:TRAVERSED]
        )
    if not set(dims.weights.tolist()) <= {0.0, 1.0}:
        figures["Weight of each dimension in the clustered part (ACe/DeC paper, table 3)"] = plot_cluster_dims(
            dims.weights, dims.hardened
        )
    return figures
