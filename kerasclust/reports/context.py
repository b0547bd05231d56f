"""Figures of a data set's context: facts about the samples that no model reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from kerasclust.data.dataset import DataSet
from kerasclust.inspection.cluster_names import Names
from kerasclust.reports.figures import plot_places
from kerasclust.reports.network_map import MAP, plot_network_map
from kerasclust.types import Labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ContextFigure(NamedTuple):
    """Figure for data sets whose context has certain entries.

    Args:
        needs: names of the entries.
        caption: caption of the figure.
        draw: function of the data set, the labels (n,) and the names of the clusters that returns the figure.
    """

    needs: frozenset[str]
    caption: str
    draw: Callable[[DataSet, Labels, Names], Figure]


def _network_map(data: DataSet, labels: Labels, names: Names) -> Figure:
    return plot_network_map(data)


def _places(data: DataSet, labels: Labels, names: Names) -> Figure:
    context = data.context
    return plot_places(context["latitude"], context["longitude"], labels, context.get("speed"), names)


FIGURES = (  # the first figure whose entries are present is drawn
    ContextFigure(MAP, "The simulated network", _network_map),
    ContextFigure(frozenset({"latitude", "longitude"}), "Places and speeds, which are not input of the model", _places),
)


def context_figures(data: DataSet, labels: Labels, names: Names = None) -> dict[str, Figure]:
    """Return the figures of a data set's context.

    Args:
        data: the samples.
        labels: clusters, integers (n,).
        names: {number: name} of the named clusters, or None.

    Returns:
        {caption: matplotlib Figure}; empty for a data set without a known context.
    """
    for figure in FIGURES:
        if figure.needs <= set(data.context):
            return {figure.caption: figure.draw(data, labels, names)}
    return {}
