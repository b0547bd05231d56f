"""Keras callbacks of deep clustering."""

from kerasclust.callbacks.adversary_balance import AdversaryBalance
from kerasclust.callbacks.assignment_convergence import AssignmentConvergence
from kerasclust.callbacks.plateau import PlateauStop
from kerasclust.callbacks.progress import PhaseProgress
from kerasclust.callbacks.target_distribution import TargetDistributionUpdate

__all__ = ["AdversaryBalance", "AssignmentConvergence", "PhaseProgress", "PlateauStop", "TargetDistributionUpdate"]
