"""Assignment hardening: soft assignments are pulled towards a sharpened target distribution."""

import keras
from keras import ops

from kerasclust.types import Tensor


def target_distribution(q: Tensor, cluster_mass: Tensor | None = None) -> Tensor:
    """Compute the target p_ij proportional to q_ij^2 / f_j.

    The cluster mass f_j = sum_i q_ij is a sum over the whole data set. If `q` is a part of the data, pass the sum over
    the whole as `cluster_mass`. The minus sign printed before the fraction in the paper's eq. 9 is a misprint.

    Args:
        q: soft assignments (n, k).
        cluster_mass: f (k,); None for the column sums of `q`.

    Returns:
        Tensor (n, k), rows sum to 1.

    Reference:
        DANCE paper, eq. 9.

    Example:
        >>> import numpy as np
        >>> np.asarray(target_distribution([[0.8, 0.2], [0.4, 0.6]])).astype("float64").round(3).tolist()
        [[0.914, 0.086], [0.229, 0.771]]
    """
    q = ops.cast(q, "float32")
    mass = ops.sum(q, axis=0) if cluster_mass is None else ops.cast(cluster_mass, "float32")
    weight = q**2 / (mass + keras.config.epsilon())
    return weight / ops.sum(weight, axis=1, keepdims=True)


def assignment_hardening(p: Tensor, q: Tensor) -> Tensor:
    """Compute KL(P, Q) = sum_j p_ij log(p_ij / q_ij) of each point.

    Args:
        p: target distribution (n, k).
        q: soft assignments (n, k).

    Returns:
        Tensor (n,), the loss of each point.

    Reference:
        DANCE paper, eq. 10 (there the sum over the points); survey, eq. 7.
    """
    return keras.losses.kl_divergence(ops.cast(p, "float32"), ops.cast(q, "float32"))
