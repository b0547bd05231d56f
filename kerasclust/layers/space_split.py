"""Assignment to centers in a cluster space that is split from the latent space."""

import keras
import numpy as np
from keras import ops

from kerasclust.layers.student_t import StudentTAssignment
from kerasclust.losses.distances import squared_distances

CERTAIN = 0.99  # beta that a split may start from at most
STRUCTURED = 0.75  # beta_cs from which a dimension belongs to the cluster space when the split is hardened


@keras.saving.register_keras_serializable(package="kerasclust")
class SpaceSplitAssignment(StudentTAssignment):
    """Student's t assignment in the cluster space of ACe/DeC: rotated by V, each dimension weighted by beta_cs.

    h = V^T z; beta_cs = sigmoid(b), beta_ss = 1 - beta_cs; the distance of a point to a center is
    sum_i beta_cs[i]^2 (h[i] - g[i])^2 with g = V^T mu_k. The centers are points of the latent space.

    The gradient of the loss in b is zero where beta_cs = T / (W + T), with W the variance of h[i] within clusters and T
    its variance around the common mean: 1/2 where the clusters explain nothing, near 1 where they explain everything.
    Hardened, a dimension belongs to the cluster space where beta_cs is nearer to 1: clusters explain two thirds.

    Args:
        n_clusters: number of centers k.
        alpha: degrees of freedom of the t-distribution.

    Returns:
        Called on latent points (n, d): soft assignments (n, k).

    Reference:
        ACe/DeC paper, eq. 1 and 2.

    Example:
        >>> layer = SpaceSplitAssignment(2)
        >>> layer.build((None, 3))
        >>> layer.place_split(np.eye(3), np.array([0.9, 0.1, 0.9]))
        >>> layer.beta_cs.numpy().astype("float64").round(2).tolist()
        [0.9, 0.1, 0.9]
    """

    def build(self, input_shape):
        """Create V, b and the common mean, beside the centers."""
        super().build(input_shape)
        d = input_shape[-1]
        self.v = self.add_weight(shape=(d, d), initializer="identity", name="v")
        self.b = self.add_weight(shape=(d,), initializer="zeros", name="b")
        self.mean = self.add_weight(shape=(d,), initializer="zeros", trainable=False, name="mean")

    @property
    def beta_cs(self):
        """Weights (d,) of the dimensions of V^T z in the cluster space."""
        return ops.sigmoid(self.b)

    @property
    def beta_ss(self):
        """Weights (d,) of the dimensions of V^T z in the shared space."""
        return 1.0 - self.beta_cs

    def place_split(self, v, beta_cs):
        """Set V (d, d) and beta_cs (d,); certainty beyond `CERTAIN` would leave no gradient to change it by."""
        beta = np.clip(beta_cs, 1.0 - CERTAIN, CERTAIN)
        self.v.assign(v)
        self.b.assign(np.log(beta / (1.0 - beta)))

    def rotated(self, z):
        """V^T z of latent points (n, d)."""
        return ops.cast(z, "float32") @ self.v

    def rotated_back(self, h):
        """V h of rotated points (n, d): where V is orthogonal, the latent points."""
        return h @ ops.transpose(self.v)

    def cluster_space(self, z):
        """beta_cs V^T z (n, d): latent points as the clustering sees them."""
        return self.beta_cs * self.rotated(z)

    def shared_space(self, z):
        """beta_ss V^T z (n, d): latent points as the common mean sees them."""
        return self.beta_ss * self.rotated(z)

    def distances(self, z):
        """dist_cs(V^T z, V^T mu_k), (n, k)."""
        return squared_distances(self.cluster_space(z), self.cluster_space(self.centers))

    def shared_distances(self, z):
        """dist_ss(V^T z, V^T mu), (n,)."""
        return ops.sum(ops.square(self.shared_space(z) - self.shared_space(self.mean[None])), axis=1)

    def cluster_dims(self):
        """Which dimensions of V^T z belong to the cluster space when the split is hardened: bool (d,)."""
        return np.asarray(self.beta_cs) > STRUCTURED

    def split(self, z):
        """Return (cluster space, shared space) of latent points z (n, d), each (n, d)."""
        return self.cluster_space(z), self.shared_space(z)

    def space_weights(self):
        """Return beta_cs as an array (d,)."""
        return np.asarray(self.beta_cs)
