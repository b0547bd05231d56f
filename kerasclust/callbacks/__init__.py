"""Keras callbacks of deep clustering."""

from kerasclust.callbacks.adversary_balance import AdversaryBalance
from kerasclust.callbacks.assignment_convergence import AssignmentConvergence
from kerasclust.callbacks.dashboard import ClusterDashboard
from kerasclust.callbacks.learning_rate_decay import LearningRateDecay
from kerasclust.callbacks.progress import PhaseProgress
from kerasclust.callbacks.target_distribution import TargetDistributionUpdate

__all__ = [
    "AdversaryBalance",
    "AssignmentConvergence",
    "ClusterDashboard",
    "LearningRateDecay",
    "PhaseProgress",
    "TargetDistributionUpdate",
]
