"""ACe/DeC: centroid methods in a cluster space, split from a shared space."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.gradients import Tape
from kerasclust.data.pipeline import in_batches
from kerasclust.initializers import INITIALIZERS, best_split, cluster_means, rank_tries, whitened
from kerasclust.layers import SpaceSplitAssignment
from kerasclust.models.checks import one_of, weight
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.parts.hard_clusters import CENTER_UPDATE, HardClusters, hard_targets
from kerasclust.models.registry import register_method
from kerasclust.models.settings import CENTERS, REFINEMENT, Setting
from kerasclust.training.logged import CLUSTERING, RECONSTRUCTION, Logged
from kerasclust.training.phase import Run
from kerasclust.types import Array, Labels, Tensor

INITIALIZER = Setting(
    "initializer",
    "kmeans",
    one_of(*INITIALIZERS),
    'search for starting clusters: "kmeans", "gmm", "agglomerative" or "subkmeans". RIM does not know the split of the '
    "latent space that training starts from",
)
SPLIT_SPACE = (*REFINEMENT, *CENTERS, INITIALIZER)


class SpaceSplitModel(RefinedModel):
    """A latent space split into a cluster space and a shared space.

    The loss is L = L_cluster + L_shared + L_rec (eq. 1). L_cluster has the distances in the cluster space, L_shared has
    the distances to the common mean in the shared space, and L_rec is the reconstruction through V V^T. With
    augmentation the view is reconstructed from the shared space, and the sample itself from the cluster space
    (section 2.2).

    Reference:
        ACe/DeC paper, section 2, eq. 1 to 5.
    """

    takes: tuple[Setting, ...] = SPLIT_SPACE
    losses = (RECONSTRUCTION, Logged("shared_loss", "clustering", "shared space"), CLUSTERING)
    is_split = True

    def new_assignment(self) -> SpaceSplitAssignment:
        """Return the assignment in the cluster space."""
        return SpaceSplitAssignment(self.n_clusters, self.alpha)

    def new_space(self) -> SpaceSplitAssignment:
        """Return the split: V and b of the assignment."""
        return self.assignment

    @property
    def split_variables(self) -> list[keras.Variable]:
        """V and b."""
        return [self.assignment.v, self.assignment.b]

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return Student's t assignments (b, k) of latent points z (b, d) in the cluster space."""
        return self.assignment(z)

    def center_space(self, z: Array) -> Array:
        """Return latent points z (n, d): the centers lie in the whole latent space."""
        return z

    def reconstruct(self, z: Tensor) -> Tensor:
        """Return the features (b, ...) of latent points z (b, d), through V V^T."""
        return super().reconstruct(self.space.rotated_back(self.space.rotated(z)))

    # Losses -----------------------------------------------------------------------------------------------------------

    def split_losses(self, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) and the losses L_rec and L_shared of a batch (eq. 1).

        With augmentation L_rec has two halves (section 2.2).
        """
        space = self.assignment
        if self.augmentation is None:
            z = self.encoder(view, training=True)
            restored = self.reconstruction_loss(x, space.rotated_back(space.rotated(z)))  # x - dec(V V^T z)
        else:
            z, z_x = self.encoder(view, training=True), self.encoder(x, training=True)
            from_shared = self.reconstruction_loss(view, space.rotated_back(space.shared_space(z)))
            from_cluster = self.reconstruction_loss(x, space.rotated_back(space.cluster_space(z_x)))
            restored = 0.5 * (from_shared + from_cluster)
        return z, {"reconstruction_loss": restored, "shared_loss": ops.mean(space.shared_distances(z))}

    def cluster_term(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_cluster of eq. 1 from the losses {name: scalar} of a batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define cluster_term.")

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = L_cluster + L_shared + L_rec (eq. 1 and 5).

        Squared distances are sums over their dimensions.
        """
        others = losses["shared_loss"] + self.summed(losses["reconstruction_loss"])
        return self.scheduled(self.cluster_term(losses), others)

    # Initialization ---------------------------------------------------------------------------------------------------

    def find_clusters(self, run: Run) -> None:
        """Start from the centers of the initializer, and from the best V and b for them.

        For constant points, centers and assignments eq. 5 has its minimum in V and b in closed form, as in SubKmeans
        (section 2.1). The initializer gets all dimensions, whitened. Without whitening the scale of a latent dimension
        would depend on the autoencoder's starting weights, and the largest dimensions would determine the clusters.
        """
        z = in_batches(self.traced(self.encode_features), run.samples.x)
        labels, scores = INITIALIZERS[self.initializer](whitened(z), self.n_clusters, run.seed, self.n_tries)
        order = rank_tries(labels, scores, self.n_clusters)
        best = labels[order[0]]
        means = cluster_means(z, best, self.n_clusters)
        self.assignment.place_split(*best_split(z, means, best))
        self.assignment.place(means, z)
        run.state.update(tries=labels[order], tries_scores=scores[order], initial_labels=best)
        run.state.update(initial_z_c=in_batches(self.traced(self.clustered), z))

    def clustered(self, z: Tensor) -> Tensor:
        """Return latent points z (b, d) in the cluster space (b, d)."""
        return self.split(z)[0]

    def further_evidence(self, run: Run, z: Array) -> dict[str, Any]:
        """Return the number of dimensions of the cluster space, as a hard and a soft count."""
        beta = np.asarray(self.assignment.beta_cs)
        split = {
            "n_cluster_dims": int(self.assignment.cluster_dims().sum()),
            "soft_cluster_dims": float(np.sum(np.maximum(2.0 * beta - 1.0, 0.0))),
            "beta_cs": sorted(beta.tolist(), reverse=True),
        }
        return super().further_evidence(run, z) | split


@register_method("acedec", kind="DCN in a split latent space", paper="ACe/DeC paper, section 2")
class ACeDeC(SpaceSplitModel):
    """DCN in ACe/DeC's split space, without a weight of the clustering loss.

    Reference:
        L. Miklautz et al., "Details (don't) matter: isolating cluster information in deep embedded spaces", IJCAI 2021:
        eq. 1, 2 and 5.

    Differs from the paper:
        - The paper starts from a random split, runs k-means in its cluster space, then trains V and b alone. Here
          k-means runs in all whitened dimensions, and V and b follow in closed form.
        - With augmentation the two reconstructions count one half each; the paper gives no factor.
        - The common mean of the shared space is renewed only at looks at all samples, not in every step.
        - The counts of mini-batch k-means restart from the sizes of the clusters at each look at all samples.
        - The learning rate rises over the first tenth of refinement.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = ACeDeC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (*SPLIT_SPACE, CENTER_UPDATE)
    cost = 26
    refine_share = 1.0  # as in the paper
    refine_rise = 0.1

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the k-means loss and the counts of its centers."""
        super().set_up(values)
        self.hard_clusters = HardClusters(self.n_clusters, self.center_update)

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """Weights of encoder and decoder, V and b: the centers are not trained by gradient."""
        return [*self.autoencoder_variables, *self.split_variables]

    def cluster_term(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_cluster of eq. 1, the squared distances in the cluster space (eq. 2)."""
        return losses["clustering_loss"]

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of refinement.

        Encoder, decoder, V and b lower L (eq. 5). Then mini-batch k-means moves the centers.
        """
        with Tape() as tape:
            z, losses = self.split_losses(x, view)
            losses["clustering_loss"] = self.hard_clusters.loss(self, index, z)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        self.hard_clusters.move_centers(self, index, z)
        return self.logs(losses)

    def new_targets(self, n: int) -> tf.Variable | None:
        """Return a variable for the cluster of each of n samples."""
        return hard_targets(n)

    def renew_targets(self, z: Array) -> Labels:
        """Renew the common mean and the clusters (n,) of all samples by their z (n, d)."""
        self.assignment.mean.assign(z.mean(axis=0))
        return self.hard_clusters.renew(self, z)


@register_method("acedec_idec", kind="IDEC in a split latent space", paper="ACe/DeC paper, section 5")
class ACeDeCIDEC(SpaceSplitModel):
    """IDEC in ACe/DeC's split space, which the paper names as future work.

    With gamma = 1 the method is DEC in the split space. The reconstruction stays, because it keeps V from collapsing.

    Reference:
        ACe/DeC paper, eq. 1 and section 5.

    Differs from the paper:
        - The paper has no equation for the loss. The divergence is multiplied by the number of features, because the
          reconstruction is a sum over the features, which is a mean in IDEC.
        - The differences of `ACeDeC` apply, except for the centers, which are trained by gradient as in IDEC.

    Example:
        >>> ACeDeCIDEC(2, gamma=1.0).gamma
        1.0
    """

    takes = (*SPLIT_SPACE, Setting("gamma", 0.1, weight, "weight of the clustering loss"))
    cost = 27

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """Weights of encoder and decoder, the centers, V and b."""
        return [*super().trained_variables, *self.split_variables]

    def cluster_term(self, losses: dict[str, Tensor]) -> Tensor:
        """Return gamma KL(P, Q) times the number of features, the unit of the reconstruction."""
        return self.summed(self.gamma * losses["clustering_loss"])

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration: encoder, decoder, centers, V and b lower L (eq. 1)."""
        with Tape() as tape:
            z, losses = self.split_losses(x, view)
            losses["clustering_loss"] = self.clustering_loss(index, z)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)

    def renew_targets(self, z: Array) -> Labels:
        """Renew common mean and targets by latent points z (n, d); return the clusters (n,)."""
        self.assignment.mean.assign(z.mean(axis=0))
        return super().renew_targets(z)
