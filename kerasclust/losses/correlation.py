"""Losses on pairs of points, which compare the pair probabilities of two spaces."""

from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.losses.distances import squared_distances_of_samples
from kerasclust.types import Tensor

TINY = 1e-12


def pair_probabilities(x: Tensor, alpha: float = 1.0) -> Tensor:
    """Compute C(x_i, x_j), the normalized Student's t kernel of each pair of a batch.

    The kernel is divided by its sum over all pairs of different points. The diagonal is 0. Duplicated points have the
    largest probability of all pairs. Distances are those of `squared_distances_of_samples`, over observed features.

    Args:
        x: points (n, ...), each of which is flattened, where NaN means "not measured".
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Tensor (n, n) float32, symmetric, summing to 1.

    Reference:
        CDC paper, eq. 5.

    Example:
        >>> import numpy as np
        >>> np.asarray(pair_probabilities([[0.0], [0.0], [1.0]])).astype("float64").round(3).tolist()
        [[0.0, 0.25, 0.125], [0.25, 0.0, 0.125], [0.125, 0.125, 0.0]]
    """
    kernel = (1.0 + squared_distances_of_samples(x) / alpha) ** (-(alpha + 1.0) / 2.0)
    kernel = kernel * (1.0 - ops.eye(ops.shape(x)[0]))
    return kernel / ops.maximum(ops.sum(kernel), TINY)


def divergence(c: Tensor, reference: Tensor) -> Tensor:
    """Compute KL(C, R) = sum_ij c_ij log(c_ij / r_ij) of two pair distributions (n, n).

    Pairs with c_ij = 0 contribute 0.
    """
    return ops.sum(c * (ops.log(ops.maximum(c, TINY)) - ops.log(ops.maximum(reference, TINY))))


def correlation_loss(z: Tensor, x: Tensor, alpha: float = 1.0) -> Tensor:
    """Compute KL(C_Z, C_X), the divergence between the pair probabilities of two spaces.

    The loss is small if pairs that are close in one space are close in the other. The pairs are those of the whole
    batch: samples of all replicas are gathered.

    Args:
        z: latent points (n, d) of a batch.
        x: the same points in another space (n, ...): the data, or its reconstruction. NaN means "not measured". Let a
            reconstruction miss the same entries by `kerasclust.compute.missing.missing_as`.
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Scalar tensor, 0 if both spaces have the same pair probabilities.

    Reference:
        CDC paper, eq. 6.
    """
    z, x = gathered(z), gathered(x)
    return divergence(pair_probabilities(z, alpha), pair_probabilities(x, alpha))


def affinity_loss(q: Tensor, z: Tensor, alpha: float = 1.0) -> Tensor:
    """Compute KL(C_Q, C_Z), the divergence between pairs of assignments and latent pairs.

    The loss pulls points with similar assignments together in the latent space. C_Q is a constant target: it is
    sharpened and has no gradient. The paper sharpens it "in a similar manner to P", so each row is normalized by
    itself. Rows are divided by n, so that C_Q sums to 1 as C_Z does. The pairs are those of the whole batch: samples of
    all replicas are gathered.

    Args:
        q: soft assignments (n, k) of a batch.
        z: latent points (n, d).
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Scalar tensor.

    Reference:
        CDC paper, eq. 11 and, for the sharpening, eq. 10.
    """
    q, z = gathered(q), gathered(z)
    return divergence(ops.stop_gradient(sharpened(pair_probabilities(q, alpha))), pair_probabilities(z, alpha))


def sharpened(c: Tensor) -> Tensor:
    """Compute c_it^2 / f_t with f_t = sum_i c_it, each row scaled to sum to 1/n.

    Args:
        c: pair probabilities (n, n).

    Returns:
        Tensor (n, n), summing to 1.
    """
    weight = c**2 / ops.maximum(ops.sum(c, axis=0), TINY)
    n = ops.cast(ops.shape(c)[0], "float32")
    return weight / ops.maximum(ops.sum(weight, axis=1, keepdims=True), TINY) / n
