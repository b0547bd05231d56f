"""Hard clusters whose centers follow their points by the rules of k-means."""

from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.initializers import cluster_means
from kerasclust.losses.kmeans import assigned
from kerasclust.models.checks import one_of
from kerasclust.models.settings import Setting
from kerasclust.types import Array, Labels, Tensor

if TYPE_CHECKING:
    from kerasclust.models.families.refined import RefinedModel

CENTER_UPDATE = Setting(
    "center_update",
    "minibatch",
    one_of("minibatch", "alternating"),
    '"minibatch" moves each center after every step by the mean of its points in the batch, at a rate that falls with '
    'the number of points it has seen, and assigns by the nearest center; "alternating" keeps assignments and centers '
    "between two looks at all samples, and then takes the means of the clusters",
)


class HardClusters(keras.layers.Layer):
    """The k-means loss of a model, and the updates of its centers.

    Args:
        n_clusters: number of clusters k.
        center_update: "minibatch" or "alternating".

    Reference:
        ACe/DeC paper, eq. 3 and 4, section 2.1 (mini-batch k-means: D. Sculley, "Web-scale k-means clustering", WWW
        2010) and section 2.2 (a view moves towards the center of its sample).
    """

    def __init__(self, n_clusters: int, center_update: str) -> None:
        super().__init__(dtype="float32", name="hard_clusters")
        self.n_clusters, self.in_batches = n_clusters, center_update == "minibatch"
        self.counts = self.add_weight(shape=(n_clusters,), initializer="zeros", trainable=False, name="counts")
        self.built = True

    def loss(self, model: "RefinedModel", index: Tensor, z: Tensor) -> Tensor:
        """Return sum_k s_ik ||z_i - mu_k||^2 (eq. 4), a mean over a batch (index (b,), z (b, d))."""
        return ops.mean(assigned(model.assignment.distances(z), self.clusters(model, index, z)))

    def clusters(self, model: "RefinedModel", index: Tensor, z: Tensor) -> Tensor:
        """Return the cluster (b,) of each sample of a batch (index (b,), z (b, d)).

        It is the nearest center, of now or of the last look at all samples.

        With augmentation the last look counts, because a view may lie in another cluster than its sample.
        """
        if self.in_batches and model.augmentation is None:
            return ops.argmin(model.assignment.distances(z), axis=1)
        return tf.gather(model.targets, index)

    def move_centers(self, model: "RefinedModel", index: Tensor, z: Tensor) -> None:
        """Move the centers by mini-batch k-means after a step on a batch (index (b,), z (b, d))."""
        if self.in_batches:
            self.move(model.assignment.centers, z, self.clusters(model, index, z))

    def move(self, centers: keras.Variable, z: Tensor, labels: Tensor) -> None:
        """Move mu_k by the sum of (z_i - mu_k) over its points, divided by its count.

        The count of mu_k is the number of points that it has had in all batches so far.

        Args:
            centers: variable (k, d).
            z: points (b, d) of this replica; the update uses the points of all replicas.
            labels: cluster of each point (b,).
        """
        z, labels = gathered(z), gathered(labels)
        members = ops.one_hot(labels, self.n_clusters, dtype="float32")
        in_batch = ops.sum(members, axis=0)
        self.counts.assign_add(in_batch)
        pull = ops.transpose(members) @ ops.cast(z, "float32") - in_batch[:, None] * centers
        centers.assign_add(pull / ops.maximum(self.counts, 1.0)[:, None])

    def renew(self, model: "RefinedModel", z: Array) -> Labels:
        """Assign all samples by their latent points z (n, d); return their clusters (n,).

        With "alternating" the centers become the means of the clusters. The counts restart from the sizes of the
        clusters, so that centers can follow points that move for many passes.
        """
        assignment = model.assignment
        labels = labels_of(in_batches(model.traced(model.soft_assignment), z))
        sizes = np.bincount(labels, minlength=self.n_clusters)
        if not self.in_batches:
            means = cluster_means(z, labels, self.n_clusters)
            assignment.centers.assign(np.where(sizes[:, None] > 0, means, assignment.centers))
        assignment.rescale(z)
        self.counts.assign(sizes)
        model.targets.assign(labels)
        return labels


def hard_targets(n: int) -> tf.Variable:
    """Return a variable for the clusters of n samples."""
    return tf.Variable(tf.zeros((n,), "int32"), trainable=False)
