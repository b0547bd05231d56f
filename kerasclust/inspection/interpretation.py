"""What the parts of a split latent space know: of the clusters the one, of everything else the other.

Works for every model with two parts of its latent space: ACe/DeC's cluster and shared space, DANCE's Z_c and Z_r.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA

from kerasclust.errors import InputError

PARTS = ("cluster", "shared")
REACH = 2.0  # standard deviations that a traversal goes, either way


@dataclass(frozen=True)
class ClusterDims:
    """How the dimensions of a latent space are shared out.

    Args:
        weights: beta_cs (d,), each from 0 (shared space) to 1 (cluster space).
        hardened: which dimensions belong to the cluster space, bool (d,).
    """

    weights: np.ndarray
    hardened: np.ndarray

    @property
    def number(self):
        """Number of dimensions of the cluster space."""
        return int(self.hardened.sum())


def cluster_dims(model) -> ClusterDims:
    """Which dimensions of a model's (rotated) latent space hold the clusters.

    Args:
        model: a fitted model with a split latent space.

    Returns:
        ClusterDims.

    Raises:
        InputError: the latent space of the model is not split.

    Reference:
        ACe/DeC paper, table 3.
    """
    _check(model)
    return ClusterDims(np.asarray(model.space.space_weights()), np.asarray(model.space.cluster_dims()))


def reconstruct_from(model, x, part, hardened=False):
    """Samples decoded from one part of their latent space; the other part is that of the mean sample.

    Args:
        model: a fitted model with a split latent space.
        x: raw samples (n, ...).
        part: "cluster" or "shared".
        hardened: count each dimension to one part alone; otherwise by its weight.

    Returns:
        Features (n, ...) float32, as the front end shows them.

    Raises:
        InputError: the latent space is not split, another part, or samples of another shape.

    Reference:
        ACe/DeC paper, section 4.2 and fig. 1b.
    """
    _check(model)
    if part not in PARTS:
        raise InputError(f"part={part!r}: expected {' or '.join(map(repr, PARTS))}.")
    h = np.asarray(model.space.rotated(model.encode(x)))
    mean = h.mean(axis=0)
    weights = _weights(model, hardened)
    kept = weights if part == "cluster" else 1.0 - weights
    return model.decode(np.asarray(model.space.rotated_back(mean + kept * (h - mean))))


def traverse_shared_space(model, x, indices, steps=7, hardened=True):
    """Samples moved along the direction of most variance of the shared space, their cluster coordinates held fixed.

    Args:
        model: a fitted model with a split latent space.
        x: raw samples (n, ...), which give the direction and its extent.
        indices: of the samples that are moved, integers (m,).
        steps: points along the way, from -2 to 2 standard deviations of that direction.
        hardened: count each dimension to one space alone; otherwise by its weight.

    Returns:
        Features (m, steps, ...) float32, as the front end shows them. Which cluster each belongs to does not change
        where dimensions are hardened and the cluster space is that of the assignments, as DANCE's Z_c is.

    Raises:
        InputError: the latent space is not split, or all of it is cluster space.

    Reference:
        ACe/DeC paper, section 4.2 and fig. 3.
    """
    _check(model)
    shared = 1.0 - _weights(model, hardened)
    if not shared.any():
        raise InputError("All dimensions belong to the cluster space: there is no shared space to traverse.")
    h = np.asarray(model.space.rotated(model.encode(x)))
    component = PCA(1).fit(shared * h)
    way = component.components_[0] * np.sqrt(component.explained_variance_[0])
    start = h[np.asarray(indices)]
    start = start - ((shared * (start - h.mean(axis=0))) @ component.components_[0])[:, None] * component.components_[0]
    moved = start[:, None] + np.linspace(-REACH, REACH, steps)[None, :, None] * way
    decoded = model.decode(np.asarray(model.space.rotated_back(moved.reshape(-1, h.shape[1]).astype("float32"))))
    return decoded.reshape(len(start), steps, *decoded.shape[1:])


def _weights(model, hardened):
    found = cluster_dims(model)
    return found.hardened.astype("float32") if hardened else found.weights


def _check(model):
    if not getattr(model, "is_split", False):
        raise InputError(
            f"{type(model).__name__} has one latent space for everything; ACe/DeC and DANCE (with decorrelate=True) "
            "have two parts."
        )
