"""Losses under the field's own names, each usable in a user's own Keras model."""

from kerasclust.losses.adversarial import critic_hits, critic_loss, decorrelation_loss
from kerasclust.losses.assignment_hardening import assignment_hardening, target_distribution
from kerasclust.losses.information import conditional_entropy, label_entropy

__all__ = [
    "assignment_hardening",
    "conditional_entropy",
    "critic_hits",
    "critic_loss",
    "decorrelation_loss",
    "label_entropy",
    "target_distribution",
]
