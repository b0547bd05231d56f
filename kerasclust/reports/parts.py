"""Figures of the two parts of a split latent space, for a report."""

from kerasclust.inspection.cluster_names import cluster_name
from kerasclust.inspection.interpretation import cluster_dims, reconstruct_from, traverse_shared_space
from kerasclust.reports.figures import plot_cluster_dims, plot_spaces, plot_traversal
from kerasclust.reports.profiles import typical_members

SHOWN = 10  # samples, each the most typical one of its cluster
TRAVERSED = 5


def part_figures(model, data, space):
    """What each part of a model's latent space reconstructs and how its dimensions are shared out.

    Args:
        model: a fitted model.
        data: `DataSet`.
        space: its `ClusteredSpace`.

    Returns:
        {caption: matplotlib Figure}; empty for a model with one latent space.
    """
    if not getattr(model, "is_split", False):
        return {}
    members = typical_members(space.q, space.labels, 1, data.groups)
    typical = [int(indices[0]) for indices in members if len(indices)][:SHOWN]
    titles = [cluster_name(label, model.cluster_names) for label in space.labels[typical]]
    x = data.x[typical]
    names = model.frontend.feature_names(data.channel_names) if len(model.feature_shape) == 1 else None
    parts = [reconstruct_from(model, data.x, part, hardened=True)[typical] for part in ("cluster", "shared")]
    dims = cluster_dims(model)
    figures = {
        "The most typical sample of each cluster, and what the clustered and the other part of the latent space know "
        "of it (ACe/DeC paper, fig. 1b)": plot_spaces(model.frontend(x), *parts, names, titles)
    }
    if 0 < dims.number < len(dims.weights):
        figures["Moved through the other part, the clustered part held fixed (ACe/DeC paper, fig. 3)"] = plot_traversal(
            traverse_shared_space(model, data.x, typical[:TRAVERSED]), titles[:TRAVERSED]
        )
    if not set(dims.weights.tolist()) <= {0.0, 1.0}:
        figures["How the dimensions are shared out (ACe/DeC paper, table 3)"] = plot_cluster_dims(
            dims.weights, dims.hardened
        )
    return figures
