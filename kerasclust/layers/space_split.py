"""Assignment to centers in a cluster space, which is split off the latent space."""

import keras
import numpy as np
from keras import ops

from kerasclust.layers.assignment import Shape, n_dims
from kerasclust.layers.student_t import StudentTAssignment
from kerasclust.losses.distances import squared_distances
from kerasclust.types import Array, Tensor

CERTAIN = 0.99  # largest beta of a start; nearer to 1 the sigmoid has hardly a gradient
STRUCTURED = 0.75  # beta_cs above which a dimension counts as one of the cluster space


@keras.saving.register_keras_serializable(package="kerasclust")
class SpaceSplitAssignment(StudentTAssignment):
    """Student's t assignment in the cluster space of ACe/DeC.

    The latent space is rotated, h = V^T z. Each dimension of h has a weight beta_cs = sigmoid(b) in the cluster space
    and a weight beta_ss = 1 - beta_cs in the shared space. The squared distance of a point to a center is
    sum_i beta_cs[i]^2 (h[i] - g[i])^2 with g = V^T mu_k. The centers mu_k are points of the latent space.

    The gradient of the loss in b is zero for beta_cs = T / (W + T). W is the variance of h[i] within clusters and T the
    variance of h[i] around the common mean. Hence beta_cs is 1/2 for a dimension that clusters do not explain, and near
    1 for a dimension that they explain fully. `cluster_dims` draws the line midway, at 3/4, where clusters explain two
    thirds of the variance.

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

    def build(self, input_shape: Shape) -> None:
        """Create centers, V, b and the common mean."""
        super().build(input_shape)
        d = n_dims(input_shape)
        self.v = self.add_weight(shape=(d, d), initializer="identity", name="v")
        self.b = self.add_weight(shape=(d,), initializer="zeros", name="b")
        self.mean = self.add_weight(shape=(d,), initializer="zeros", trainable=False, name="mean")

    @property
    def beta_cs(self) -> Tensor:
        """Weights (d,) of the dimensions of V^T z in the cluster space."""
        return ops.sigmoid(self.b)

    @property
    def beta_ss(self) -> Tensor:
        """Weights (d,) of the dimensions of V^T z in the shared space."""
        return 1.0 - self.beta_cs

    def place_split(self, v: Array, beta_cs: Array) -> None:
        """Set the rotation and the weights of the cluster space.

        Args:
            v: V (d, d).
            beta_cs: weights (d,), clipped to [1 - `CERTAIN`, `CERTAIN`].
        """
        beta = np.clip(beta_cs, 1.0 - CERTAIN, CERTAIN)
        self.v.assign(v)
        self.b.assign(np.log(beta / (1.0 - beta)))

    def rotated(self, z: Tensor) -> Tensor:
        """Return V^T z of latent points (n, d)."""
        return ops.cast(z, "float32") @ self.v

    def rotated_back(self, h: Tensor) -> Tensor:
        """Return V h of rotated points h (n, d), which are the latent points if V is orthogonal."""
        return h @ ops.transpose(self.v)

    def cluster_space(self, z: Tensor) -> Tensor:
        """Return beta_cs V^T z (n, d), the latent points z (n, d) in the cluster space."""
        return self.beta_cs * self.rotated(z)

    def shared_space(self, z: Tensor) -> Tensor:
        """Return beta_ss V^T z (n, d), the latent points z (n, d) in the shared space."""
        return self.beta_ss * self.rotated(z)

    def distances(self, z: Tensor) -> Tensor:
        """Compute dist_cs(V^T z, V^T mu_k), squared distances (n, k) in the cluster space."""
        return squared_distances(self.cluster_space(z), self.cluster_space(self.centers))

    def shared_distances(self, z: Tensor) -> Tensor:
        """Compute dist_ss(V^T z, V^T mu), squared distances (n,) in the shared space."""
        return ops.sum(ops.square(self.shared_space(z) - self.shared_space(self.mean[None])), axis=1)

    def cluster_dims(self) -> Array:
        """Return a mask (d,) of the dimensions of V^T z that count as cluster space."""
        dims: Array = np.asarray(self.beta_cs) > STRUCTURED
        return dims

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (cluster space, shared space) of latent points z (n, d), each (n, d)."""
        return self.cluster_space(z), self.shared_space(z)

    def space_weights(self) -> Array:
        """Return beta_cs as an array (d,)."""
        return np.asarray(self.beta_cs)
