"""Losses of deep clustering as functions, for the methods and for a user's own Keras model.

A loss that compares samples with each other gathers them from all replicas.
"""

from kerasclust.losses.adversarial import critic_hits, critic_loss, decorrelation_loss
from kerasclust.losses.assignment_hardening import assignment_hardening, target_distribution
from kerasclust.losses.balanced_assignment import balanced_assignment, balanced_target
from kerasclust.losses.correlation import affinity_loss, correlation_loss, pair_probabilities
from kerasclust.losses.information import (
    conditional_entropy,
    jensen_shannon_information,
    label_entropy,
    mutual_information,
)
from kerasclust.losses.interpolation import interpolation_critic_loss, interpolation_loss
from kerasclust.losses.kmeans import kmeans_loss
from kerasclust.losses.locality_preserving import locality_preserving
from kerasclust.losses.prior_matching import gradient_penalty, prior_matching_loss, wasserstein_critic_loss
from kerasclust.losses.reconstruction import observed_mean_squared_error
from kerasclust.losses.self_augmentation import self_augmentation
from kerasclust.losses.variational import mixture_divergence

__all__ = [
    "affinity_loss",
    "assignment_hardening",
    "balanced_assignment",
    "balanced_target",
    "conditional_entropy",
    "correlation_loss",
    "critic_hits",
    "critic_loss",
    "decorrelation_loss",
    "gradient_penalty",
    "interpolation_critic_loss",
    "interpolation_loss",
    "jensen_shannon_information",
    "kmeans_loss",
    "label_entropy",
    "locality_preserving",
    "mixture_divergence",
    "mutual_information",
    "observed_mean_squared_error",
    "pair_probabilities",
    "prior_matching_loss",
    "self_augmentation",
    "target_distribution",
    "wasserstein_critic_loss",
]
