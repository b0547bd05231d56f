"""Keras callbacks of deep clustering."""

from kerasclust.callbacks.adversary_balance import AdversaryBalance
from kerasclust.callbacks.assignment_convergence import AssignmentConvergence
from kerasclust.callbacks.assignment_update import AssignmentUpdate
from kerasclust.callbacks.collapse import CollapseWatch
from kerasclust.callbacks.divergence import DivergenceGuard
from kerasclust.callbacks.learning_rate_decay import LearningRateDecay
from kerasclust.callbacks.loss_schedule import LossSchedule
from kerasclust.callbacks.progress import PhaseProgress

__all__ = [
    "AdversaryBalance",
    "AssignmentConvergence",
    "AssignmentUpdate",
    "CollapseWatch",
    "DivergenceGuard",
    "LearningRateDecay",
    "LossSchedule",
    "PhaseProgress",
]
