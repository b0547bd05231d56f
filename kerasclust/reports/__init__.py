"""Figures of a clustering and the one-file HTML report."""

from kerasclust.reports.profiles import cluster_profiles, typical_members
from kerasclust.reports.report import write_report
from kerasclust.reports.words import describe_cluster

__all__ = ["cluster_profiles", "describe_cluster", "typical_members", "write_report"]
