"""Interpretation of the two parts of a split latent space: the clusters, and everything else.

It works for every model with two parts of its latent space: ACe/DeC's cluster and shared space, DANCE's Z_c and Z_r.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from sklearn.decomposition import PCA

from kerasclust.errors import InputError
from kerasclust.inspection.clustered_space import ClusteredSpace
from kerasclust.inspection.fitted import FittedModel, SplitModel
from kerasclust.types import Array, Labels

PARTS = ("cluster", "shared")
REACH = 2.0  # standard deviations of a traversal in each direction


@dataclass(frozen=True)
class ClusterDims:
    """Distribution of the dimensions of a latent space over its two parts.

    Args:
        weights: beta_cs (d,), each from 0 (shared space) to 1 (cluster space).
        hardened: mask of the dimensions of the cluster space, bool (d,).
    """

    weights: Array
    hardened: Array

    @property
    def number(self) -> int:
        """Number of dimensions of the cluster space."""
        return int(self.hardened.sum())


def is_split(model: FittedModel) -> bool:
    """Return whether the latent space of a model has a clustered part and a shared part."""
    return bool(getattr(model, "is_split", False))


def cluster_dims(model: FittedModel) -> ClusterDims:
    """Return the dimensions of a model's (rotated) latent space that hold the clusters.

    Args:
        model: a fitted model with a split latent space.

    Returns:
        ClusterDims.

    Raises:
        InputError: the latent space of the model is not split.

    Reference:
        ACe/DeC paper, table 3.
    """
    split = _checked(model)
    return ClusterDims(np.asarray(split.space.space_weights()), np.asarray(split.space.cluster_dims()))


def reconstruct_from(
    model: FittedModel,
    x: Array,
    part: str,
    hardened: bool = False,
    *,
    indices: Sequence[int] | Labels | None = None,
    space: ClusteredSpace | None = None,
) -> Array:
    """Decode samples from one part of their latent space, with the mean of all samples in the other part.

    Args:
        model: a fitted model with a split latent space.
        x: raw samples (n, ...).
        part: "cluster" or "shared".
        hardened: assign each dimension to one part alone; False uses its weight.
        indices: numbers of the samples to decode, integers (m,); None for all.
        space: `ClusteredSpace` of x, where it is already computed.

    Returns:
        Features (m, ...) float32, in the form of the front end's output.

    Raises:
        InputError: the latent space is not split, the part is unknown, or the samples have another shape.

    Reference:
        ACe/DeC paper, section 4.2 and fig. 1b.
    """
    split = _checked(model)
    if part not in PARTS:
        raise InputError(f"part={part!r}: expected {' or '.join(map(repr, PARTS))}.")
    h = _rotated(split, x, space)
    mean = h.mean(axis=0)
    chosen = h if indices is None else h[np.asarray(indices)]
    weights = _weights(split, hardened)
    kept = weights if part == "cluster" else 1.0 - weights
    return split.decode(np.asarray(split.space.rotated_back(mean + kept * (chosen - mean))))


def traverse_shared_space(
    model: FittedModel,
    x: Array,
    indices: Sequence[int] | Labels,
    steps: int = 7,
    hardened: bool = True,
    *,
    space: ClusteredSpace | None = None,
) -> Array:
    """Move samples along the direction of most variance of the shared space, with fixed cluster coordinates.

    Args:
        model: a fitted model with a split latent space.
        x: raw samples (n, ...), which determine the direction and its extent.
        indices: numbers of the samples to move, integers (m,).
        steps: number of points from -2 to 2 standard deviations of that direction.
        hardened: assign each dimension to one space alone; False uses its weight.
        space: `ClusteredSpace` of x, where it is already computed.

    Returns:
        Features (m, steps, ...) float32, in the form of the front end's output. Moving does not change the cluster of
        a sample if dimensions are hardened and assignments depend on the cluster space alone, such as DANCE's Z_c.

    Raises:
        InputError: the latent space is not split, or all of it is cluster space.

    Reference:
        ACe/DeC paper, section 4.2 and fig. 3.
    """
    split = _checked(model)
    shared = 1.0 - _weights(split, hardened)
    if not shared.any():
        raise InputError("All dimensions belong to the cluster space: there is no shared space to traverse.")
    h = _rotated(split, x, space)
    component = PCA(1, random_state=0).fit(shared * h)
    direction = component.components_[0]
    way = direction * np.sqrt(component.explained_variance_[0])
    start = h[np.asarray(indices)]
    start = start - ((shared * (start - h.mean(axis=0))) @ direction)[:, None] * direction
    moved = start[:, None] + np.linspace(-REACH, REACH, steps)[None, :, None] * way
    decoded = split.decode(np.asarray(split.space.rotated_back(moved.reshape(-1, h.shape[1]).astype("float32"))))
    return decoded.reshape(len(start), steps, *decoded.shape[1:])


def _rotated(model: SplitModel, x: Array, space: ClusteredSpace | None) -> Array:
    """Return the rotated latent points (n, d) of all samples."""
    return np.asarray(model.space.rotated(model.encode(x) if space is None else space.z))


def _weights(model: SplitModel, hardened: bool) -> Array:
    found = cluster_dims(model)
    return found.hardened.astype("float32") if hardened else found.weights


def _checked(model: FittedModel) -> SplitModel:
    if not is_split(model):
        raise InputError(
            f"{type(model).__name__} has a single latent space; expected a model whose latent space has two parts "
            "(model.is_split)."
        )
    return cast(SplitModel, model)
