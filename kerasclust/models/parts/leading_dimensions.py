"""Clustered part of a latent space: its first dimensions."""

import numpy as np

from kerasclust.types import Array, Tensor


class LeadingDimensions:
    """Split of latent points into their first dimensions and the rest.

    Args:
        cluster_dim: number of dimensions that are clustered.
        latent_dim: number of all dimensions d.
    """

    def __init__(self, cluster_dim: int, latent_dim: int) -> None:
        self.cluster_dim, self.latent_dim = cluster_dim, latent_dim

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (z_c, z_r) of latent points z (b, d)."""
        return z[:, : self.cluster_dim], z[:, self.cluster_dim :]

    def space_weights(self) -> Array:
        """Return the weight (d,) of each dimension of `rotated` in the clustered part, 0 to 1."""
        return self.cluster_dims().astype("float32")

    def cluster_dims(self) -> Array:
        """Return a mask (d,) of the dimensions of `rotated` in the clustered part."""
        return np.arange(self.latent_dim) < self.cluster_dim

    def rotated(self, z: Tensor) -> Tensor:
        """Return latent points z (b, d) in coordinates of which each belongs to one part."""
        return z

    def rotated_back(self, h: Tensor) -> Tensor:
        """Return the latent points (b, d) of `rotated` coordinates h (b, d)."""
        return h
