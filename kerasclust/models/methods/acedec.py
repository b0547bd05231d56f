"""ACe/DeC: centroid methods in a cluster space of their own, split from what all clusters share."""

import keras
import numpy as np
from keras import ops

from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.initializers import INITIALIZERS, best_split, cluster_means, rank_tries, whitened
from kerasclust.layers import SpaceSplitAssignment
from kerasclust.models.methods.dcn import DCN
from kerasclust.models.methods.idec import IDEC
from kerasclust.models.registry import register_method


class SpaceSplit:
    """What ACe/DeC makes of a centroid method: a mixin before the method's class.

    The method's distances are those of the cluster space, the reconstruction goes through V V^T, and the distance to
    the common mean in the shared space joins the loss: L = L_cluster + L_shared + L_rec (eq. 1). With augmentation the
    view is reconstructed from the shared space and the sample itself from the cluster space (section 2.2).

    Reference:
        ACe/DeC paper, section 2, eq. 1 to 5.
    """

    loss_names = ("loss", "reconstruction_loss", "shared_loss", "clustering_loss")

    def __init__(self, n_clusters, **shared):
        super().__init__(n_clusters, **shared)
        if self.initializer == "rim":
            raise InputError(
                f"{type(self).__name__} starts from a split of the latent space that RIM does not know: choose another "
                f"initializer, {', '.join(map(repr, INITIALIZERS))}."
            )

    def new_assignment(self, alpha):
        """Assignment in the cluster space."""
        return SpaceSplitAssignment(self.n_clusters, alpha)

    @property
    def split_variables(self):
        """V and b."""
        return [self.assignment.v, self.assignment.b]

    @property
    def trained_variables(self):
        """What the method trains, and V and b."""
        return [*super().trained_variables, *self.split_variables]

    def soft_assignment(self, z):
        """Student's t assignments (b, k) of latent points z (b, d), by their distances in the cluster space."""
        return self.assignment(z)

    def split(self, z):
        """(cluster space, shared space) of latent points z (b, d), each (b, d)."""
        return self.assignment.cluster_space(z), self.assignment.shared_space(z)

    is_split = True

    def space_weights(self):
        """beta_cs (d,)."""
        return np.asarray(self.assignment.beta_cs)

    def cluster_dims(self):
        """Dimensions of V^T z that belong to the cluster space when the split is hardened: bool (d,)."""
        return self.assignment.cluster_dims()

    def rotated(self, z):
        """V^T z."""
        return self.assignment.rotated(z)

    def rotated_back(self, h):
        """V h."""
        return self.assignment.rotated_back(h)

    # Losses -----------------------------------------------------------------------------------------------------------

    def refined(self, index, x, view):
        """z and all losses of a batch but their sum: eq. 1, or its augmented form."""
        layer = self.assignment
        if self.augmentation is None:
            z = self.encoder(view, training=True)
            restored = self.reconstruction_loss(x, self.rotated_back(self.rotated(z)))  # x - dec(V V^T z)
        else:
            z, z_x = self.encoder(view, training=True), self.encoder(x, training=True)
            from_shared = self.reconstruction_loss(view, self.rotated_back(layer.shared_space(z)))
            from_cluster = self.reconstruction_loss(x, self.rotated_back(layer.cluster_space(z_x)))
            restored = 0.5 * (from_shared + from_cluster)
        return z, {
            "reconstruction_loss": restored,
            "shared_loss": ops.mean(layer.shared_distances(z)),
            "clustering_loss": self.clustering_loss(index, z),
        }

    def objective(self, losses):
        """L = L_cluster + L_shared + L_rec (eq. 1 and 5), with squared distances summed over their dimensions."""
        others = losses["shared_loss"] + self.summed(losses["reconstruction_loss"])
        return self.shares(self.cluster_term(losses), others)

    def cluster_term(self, losses):
        """L_cluster of eq. 1: what takes the place of the method's clustering loss."""
        return losses["clustering_loss"]

    def reconstruct(self, z):
        """Features (b, ...) of latent points z (b, d), through V V^T."""
        return super().reconstruct(self.rotated_back(self.rotated(z)))

    # Initialization ---------------------------------------------------------------------------------------------------

    def run_initialize(self, runner, seed, state):
        """Starting centers by the initializer, and V and b that fit them best.

        The paper starts from a random split, runs k-means in its cluster space, then trains V and b with everything
        else constant. Here k-means sees all dimensions, whitened: the scale of a latent dimension is the
        autoencoder's whim, and clusters along the largest ones would hold on to themselves. For constant points,
        centers and assignments the minimum of eq. 5 in V and b is that of SubKmeans (section 2.1), in closed form.
        """
        z = in_batches(self.function("encode_features"), runner.samples.x)
        labels, scores = INITIALIZERS[self.initializer](whitened(z), self.n_clusters, seed, self.n_tries)
        order = rank_tries(labels, scores, self.n_clusters)
        best = labels[order[0]]
        means = cluster_means(z, best, self.n_clusters)
        self.assignment.place_split(*best_split(z, means, best))
        self.assignment.place(means, z)
        state |= {"tries": labels[order], "tries_scores": scores[order]}
        state |= {"initial_labels": best, "initial_z_c": in_batches(self.function("clustered"), z)}

    def clustered(self, z):
        """Latent points z (b, d) in the cluster space (b, d)."""
        return self.split(z)[0]

    def center_space(self, z):
        """Latent points z (n, d): the centers lie in the whole latent space."""
        return z

    def renew_targets(self, z):
        """The method's targets, and the common mean of all samples."""
        self.assignment.mean.assign(z.mean(axis=0))
        return super().renew_targets(z)

    def further_evidence(self, samples, z, seed):
        """How many dimensions the cluster space has: hardened, and softly counted."""
        beta = np.asarray(self.assignment.beta_cs)
        split = {
            "n_cluster_dims": int(self.assignment.cluster_dims().sum()),
            "soft_cluster_dims": float(np.sum(np.maximum(2.0 * beta - 1.0, 0.0))),
            "beta_cs": sorted(beta.tolist(), reverse=True),
        }
        return super().further_evidence(samples, z, seed) | split


@register_method("acedec", kind="DCN in a split latent space", paper="ACe/DeC paper, section 2")
@keras.saving.register_keras_serializable(package="kerasclust")
class ACeDeC(SpaceSplit, DCN):
    """DCN in ACe/DeC's split space: no weight between clustering and reconstruction has to be chosen.

    Args:
        n_clusters: number of clusters k.
        **shared: settings of `DCN` but `lam`.

    Reference:
        L. Miklautz et al., "Details (don't) matter: isolating cluster information in deep embedded spaces", IJCAI 2021:
        eq. 1, 2 and 5.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = ACeDeC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    derived_settings = (*DCN.derived_settings, "lam")

    def __init__(self, n_clusters, **shared):
        if "lam" in shared:
            raise InputError("ACeDeC has no lam: its split space takes the place of the weight lambda.")
        super().__init__(n_clusters, **shared)


@register_method("acedec_idec", kind="IDEC in a split latent space", paper="ACe/DeC paper, section 5")
@keras.saving.register_keras_serializable(package="kerasclust")
class ACeDeCIDEC(SpaceSplit, IDEC):
    """IDEC in ACe/DeC's split space, which the paper names as future work.

    With gamma = 1 it is DEC in the split space: the reconstruction has to stay, because it keeps V from collapsing. The
    divergence is multiplied by the number of features, as the reconstruction is that it is weighed against in IDEC.

    Args:
        n_clusters: number of clusters k.
        gamma: weight of the clustering loss.
        **shared: settings of `CentroidModel`.

    Reference:
        ACe/DeC paper, eq. 1 and section 5.

    Example:
        >>> ACeDeCIDEC(2, gamma=1.0).gamma
        1.0
    """

    def cluster_term(self, losses):
        """gamma KL(P, Q), in the units of a reconstruction summed over the features."""
        return self.summed(self.gamma * losses["clustering_loss"])
