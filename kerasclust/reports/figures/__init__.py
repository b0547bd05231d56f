"""Figures of a clustering: functions that take arrays and return matplotlib figures."""

from kerasclust.reports.figures.history import plot_history
from kerasclust.reports.figures.latent import plot_clusters, plot_latent
from kerasclust.reports.figures.members import plot_members
from kerasclust.reports.figures.places import plot_places
from kerasclust.reports.figures.profiles import plot_mean_images, plot_profiles
from kerasclust.reports.figures.scores import plot_curves, plot_scores
from kerasclust.reports.figures.spaces import plot_cluster_dims, plot_spaces, plot_traversal

__all__ = [
    "plot_cluster_dims",
    "plot_clusters",
    "plot_curves",
    "plot_history",
    "plot_latent",
    "plot_mean_images",
    "plot_members",
    "plot_places",
    "plot_profiles",
    "plot_scores",
    "plot_spaces",
    "plot_traversal",
]
