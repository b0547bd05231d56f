"""Gaussian mixtures as the search for starting clusters in a latent space."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from kerasclust.initializers.tries import sampled
from kerasclust.layers.diagonal_mixture import variance_floor

ITERATIONS = 200


def fit_gmm(z, n_clusters, seed):
    """Gaussian mixture with full covariances from one starting point, of a sample where there are many points.

    Args:
        z: array (n, d).
        n_clusters: number of components k.
        seed: of the starting point.

    Returns:
        (fitted `sklearn.mixture.GaussianMixture` with `labels_` (n,), score): by how much a single Gaussian explains a
        point better (nats, negative where the mixture is better). Scale and rotation of z do not count.
    """
    sample = np.asarray(sampled(z), "float64")
    floor = variance_floor(sample)
    mixture = _fitted(sample, n_clusters, seed, floor)
    mixture.labels_ = mixture.predict(np.asarray(z, "float64"))
    return mixture, _fitted(sample, 1, seed, floor).score(sample) - mixture.score(sample)


def _fitted(z, n_components, seed, floor):
    mixture = GaussianMixture(n_components, reg_covar=floor, max_iter=ITERATIONS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # slow last steps hardly move labels
        return mixture.fit(z)
