"""Gaussian mixtures as an initializer."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from kerasclust.initializers.tries import sampled
from kerasclust.layers.diagonal_mixture import variance_floor
from kerasclust.types import Array

ITERATIONS = 200  # of expectation maximization, at most


def fit_gmm(z: Array, n_clusters: int, seed: int) -> tuple[GaussianMixture, float]:
    """Fit a Gaussian mixture with full covariances from one starting point.

    With many points, the mixture is fitted to a random sample.

    Args:
        z: array (n, d).
        n_clusters: number of components k.
        seed: seed of the starting point.

    Returns:
        (fitted `sklearn.mixture.GaussianMixture` with `labels_` (n,), score). The score is the mean log-likelihood of a
        single Gaussian minus that of the mixture, in nats per point. It does not depend on scale and rotation of z.
    """
    sample = np.asarray(sampled(z), "float64")
    floor = variance_floor(sample)
    mixture = _fitted(sample, n_clusters, seed, floor)
    mixture.labels_ = mixture.predict(np.asarray(z, "float64"))
    return mixture, _fitted(sample, 1, seed, floor).score(sample) - mixture.score(sample)


def _fitted(z: Array, n_components: int, seed: int, floor: float) -> GaussianMixture:
    mixture = GaussianMixture(n_components, reg_covar=floor, max_iter=ITERATIONS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # further iterations would hardly change labels
        return mixture.fit(z)
