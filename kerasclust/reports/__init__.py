"""Figures of a clustering and the one-file HTML report."""

from typing import Any

from kerasclust.reports.profiles import cluster_profiles, typical_members
from kerasclust.reports.report import write_report
from kerasclust.reports.words import describe_cluster

__all__ = ["ClusterDashboard", "cluster_profiles", "describe_cluster", "typical_members", "write_report"]


def __getattr__(name: str) -> Any:
    """Load the dashboard, and Keras with it, on first use."""
    if name == "ClusterDashboard":
        from kerasclust.reports.tensorboard.dashboard import ClusterDashboard

        return ClusterDashboard
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
