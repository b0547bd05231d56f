"""The first latent dimensions as the part of a latent space that is clustered."""

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
        """Return the weight (d,), from 0 to 1, of each dimension of `rotated` in the clustered part."""
        return self.cluster_dims().astype("float32")

    def cluster_dims(self) -> Array:
        """Return which dimensions of `rotated` belong to the clustered part: bool (d,)."""
        return np.arange(self.latent_dim) < self.cluster_dim

    def rotated(self, z: Tensor) -> Tensor:
        """Return latent points z (b, d) in coordinates that each belong to one part."""
        return z

    def rotated_back(self, h: Tensor) -> Tensor:
        """Return the latent points (b, d) of `rotated` coordinates h (b, d)."""
        return h
