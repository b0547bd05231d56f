"""DCN: deep clustering network."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import gathered
from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.initializers import cluster_means
from kerasclust.losses.kmeans import assigned
from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.parts.checks import weight
from kerasclust.models.registry import register_method

CENTER_UPDATES = ("minibatch", "alternating")


@register_method("dcn", kind="autoencoder, k-means loss", paper="survey, 6.1.1; ACe/DeC paper, eq. 3 and 4")
@keras.saving.register_keras_serializable(package="kerasclust")
class DCN(CentroidModel):
    """Autoencoder and k-means trained together: latent points move towards the center of their cluster.

    The loss moves encoder and decoder; the centers follow the points by k-means' own rule, not by gradient.

    Args:
        n_clusters: number of clusters k.
        lam: lambda, the weight of the k-means loss.
        center_update: "minibatch" moves the centers after every step, each by the mean of its points in the batch
            with a rate that falls as it has seen more of them, and assigns by the nearest center; "alternating" keeps
            assignments and centers between two looks at all samples, and then takes the means of the clusters.
        **shared: settings of `CentroidModel`.

    Reference:
        B. Yang, X. Fu, N. D. Sidiropoulos, M. Hong, "Towards k-means-friendly spaces: simultaneous deep learning and
        clustering", ICML 2017; ACe/DeC paper, eq. 3 and 4, section 2.1 (mini-batch k-means: D. Sculley, "Web-scale
        k-means clustering", WWW 2010) and section 2.2 (a view is drawn to the center of the sample it is a view of).

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DCN(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    refine_rate = 1.0  # as in the ACe/DeC paper: the reconstruction, which stays, holds the encoder where it works
    refine_rise = 0.1  # at once, Adam's first steps move the points away from the centers, which follow slowly

    def __init__(self, n_clusters, *, lam=1.0, center_update="minibatch", **shared):
        super().__init__(n_clusters, **shared)
        self.lam = weight("lam", lam)
        if center_update not in CENTER_UPDATES:
            raise InputError(f"center_update={center_update!r}: expected {' or '.join(map(repr, CENTER_UPDATES))}.")
        self.center_update = center_update

    def build(self, input_shape):
        """Create the networks, the centers and their counts for samples of a shape (None, ...)."""
        super().build(input_shape)
        self.counts = self.add_weight(shape=(self.n_clusters,), initializer="zeros", trainable=False, name="counts")

    @property
    def trained_variables(self):
        """Weights of encoder and decoder: the centers are not trained by gradient."""
        return self.autoencoder_variables

    # Losses -----------------------------------------------------------------------------------------------------------

    def clustering_loss(self, index, z):
        """sum_k s_ik ||z_i - mu_k||^2, the mean over a batch (index (b,), z (b, d)): the k-means loss of eq. 4."""
        return ops.mean(assigned(self.assignment.distances(z), self.cluster_of(index, z)))

    def cluster_of(self, index, z):
        """Cluster (b,) of each sample of a batch: its nearest center now, or at the last look at all samples.

        A view does not tell the cluster of its sample, so with augmentation the look at all samples counts.
        """
        if self.center_update == "minibatch" and self.augmentation is None:
            return ops.argmin(self.assignment.distances(z), axis=1)
        return tf.gather(self.targets, index)

    def objective(self, losses):
        """L = lambda / 2 L_km + L_rec, of squared distances summed over their dimensions (eq. 4)."""
        return self.shares(0.5 * self.lam * losses["clustering_loss"], self.summed(losses["reconstruction_loss"]))

    # The centers ------------------------------------------------------------------------------------------------------

    def refine_step(self, index, x, view):
        """One iteration: encoder and decoder by L, then the centers by mini-batch k-means."""
        z, logs = self.step_on(self.trained_variables, index, x, view)
        if self.center_update == "minibatch":
            self.move_centers(gathered(z), gathered(self.cluster_of(index, z)))
        return logs

    def move_centers(self, z, labels):
        """mu_k moves by the sum of (z_i - mu_k) over its points in the batch, over the number it has seen so far."""
        members = ops.one_hot(labels, self.n_clusters, dtype="float32")
        in_batch = ops.sum(members, axis=0)
        self.counts.assign_add(in_batch)
        centers = self.assignment.centers
        pull = ops.transpose(members) @ ops.cast(z, "float32") - in_batch[:, None] * centers
        centers.assign_add(pull / ops.maximum(self.counts, 1.0)[:, None])

    def new_targets(self, n):
        """The cluster of each of n samples."""
        return tf.Variable(tf.zeros((n,), "int32"), trainable=False)

    def renew_targets(self, z):
        """Clusters (n,) of all samples by their latent points z (n, d), and with "alternating" centers their means.

        The counts start anew from the sizes of the clusters, so that centers follow points that move for many passes.
        """
        labels = in_batches(self.function("soft_assignment"), z).argmax(axis=1)
        sizes = np.bincount(labels, minlength=self.n_clusters)
        if self.center_update == "alternating":
            means = cluster_means(z, labels, self.n_clusters)
            self.assignment.centers.assign(np.where(sizes[:, None] > 0, means, self.assignment.centers))
        self.assignment.rescale(z)
        self.counts.assign(sizes)
        self.targets.assign(labels)
        return labels
