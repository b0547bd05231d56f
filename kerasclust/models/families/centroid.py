"""What methods with cluster centers in a latent space share: pretrain, initialize, refine."""

from types import MappingProxyType

import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.callbacks import AssignmentConvergence, AssignmentUpdate, LossSchedule
from kerasclust.callbacks.loss_schedule import schedule_setting
from kerasclust.compute.distribution import scaled
from kerasclust.compute.workers import from_chief
from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.initializers import INITIALIZERS, cluster_means, rank_tries, refill
from kerasclust.layers import StudentTAssignment
from kerasclust.losses import assignment_hardening, target_distribution
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.parts.checks import number, positive, weight
from kerasclust.models.parts.rim_search import RIMSearch

EMPTY_CLUSTERS = ("keep", "split")


class CentroidModel(RIMSearch, DeepClusteringModel):
    """Centers in a latent space, found by several tries and refined together with the encoder.

    Phases: "pretrain" (the autoencoder), "initialize" (starting centers), "refine" (encoder and centers). A method
    defines `objective(losses)`, and its own `clustering_loss` where that is not the divergence from targets. Its
    clusters may lie in the first `cluster_dim` latent dimensions only (z_c).

    Args:
        n_clusters: number of clusters k.
        initializer: of the centers: "rim", "kmeans", "gmm", "agglomerative" or "subkmeans".
        n_tries: tries of the initializer, of which the best by its own score is taken.
        alpha: degrees of freedom of the Student's t assignment.
        tolerance: refinement stops when fewer of the labels change.
        schedule: of the clustering loss L_c against the others in refinement, L = alpha L_c + (1 - alpha) L_nc:
            "finetune" (alpha is 1), "simultaneous" (1/2), "dynamic" (rises from 0 to 1), a number, or None for the
            weights of the method's own paper. Each loss keeps its weight there. Survey, section 3.3 and eq. 10.
        empty_clusters: what becomes of a cluster without samples in refinement: "keep" leaves it (there is a warning),
            "split" gives it a part of the largest one (`kerasclust.initializers.refill`).
        **shared: settings of `DeepClusteringModel`.
    """

    phase_names = ("pretrain", "initialize", "refine")
    searched_phases = ("pretrain", "initialize")
    auto_updates = MappingProxyType({"pretrain": 3000, "initialize": 600, "refine": 1500})
    loss_names = ("loss", "reconstruction_loss", "clustering_loss")
    refine_rate = 0.3  # of the learning rate: refinement starts from what works, and large steps would undo it
    refine_rise = 0.0  # of refinement, over which the learning rate rises
    target_interval = 32  # updates between two target distributions

    def __init__(
        self,
        n_clusters,
        *,
        initializer="kmeans",
        n_tries=20,
        alpha=1.0,
        tolerance=0.001,
        schedule=None,
        empty_clusters="keep",
        **shared,
    ):
        super().__init__(n_clusters, **shared)
        self.schedule = schedule_setting(schedule)
        known = ("rim", *INITIALIZERS)
        if initializer not in known:
            raise InputError(f"initializer={initializer!r}: expected one of {', '.join(map(repr, known))}.")
        if empty_clusters not in EMPTY_CLUSTERS:
            raise InputError(f"empty_clusters={empty_clusters!r}: expected {' or '.join(map(repr, EMPTY_CLUSTERS))}.")
        self.empty_clusters = empty_clusters
        self.initializer = initializer
        self.n_tries = positive("n_tries", n_tries)
        self.tolerance = weight("tolerance", tolerance)
        self.cluster_dim = self.latent_dim
        self.assignment = self.new_assignment(number("alpha", alpha, above=0.0))
        self.rim = self.new_rim()

    def build(self, input_shape):
        """Create the networks and the centers for samples of a shape (None, ...)."""
        self.assignment.build((None, self.cluster_dim))
        super().build(input_shape)
        self.loss_share = self.add_weight(shape=(), initializer="ones", trainable=False, name="loss_share")

    @property
    def trained_variables(self):
        """Weights of encoder and decoder, and the centers."""
        return [*self.autoencoder_variables, self.assignment.centers]

    def new_assignment(self, alpha):
        """Layer that assigns points of the clustered space to centers, with alpha degrees of freedom."""
        return StudentTAssignment(self.n_clusters, alpha)

    # Assignments ------------------------------------------------------------------------------------------------------

    def split(self, z):
        """(z_c, z_r) of latent points z (b, d): the dimensions that are clustered, and the rest."""
        return z[:, : self.cluster_dim], z[:, self.cluster_dim :]

    @property
    def is_split(self):
        """Whether the latent space has a part that is clustered and another one."""
        return self.cluster_dim < self.latent_dim

    def space_weights(self):
        """How much each dimension of `rotated` counts in the clustered part: (d,), from 0 to 1."""
        return self.cluster_dims().astype("float32")

    def cluster_dims(self):
        """Which dimensions of `rotated` belong to the clustered part: bool (d,)."""
        return np.arange(self.latent_dim) < self.cluster_dim

    def rotated(self, z):
        """Latent points z (b, d) in coordinates that each belong to one part."""
        return z

    def rotated_back(self, h):
        """Latent points (b, d) of `rotated` coordinates h (b, d)."""
        return h

    def soft_assignment(self, z):
        """Student's t assignments (b, k) of latent points z (b, d), by their z_c."""
        return self.assignment(self.split(z)[0])

    def clustering_loss(self, index, z):
        """KL(P, Q), the mean over a batch (index (b,), z (b, d)) against the targets of the whole data set."""
        return ops.mean(assignment_hardening(tf.gather(self.targets, index), self.soft_assignment(z)))

    def new_targets(self, n):
        """A variable for what `renew_targets` finds about each of n samples."""
        return tf.Variable(tf.zeros((n, self.n_clusters)), trainable=False)

    def make_room_for_targets(self, n):
        """Have a variable for the targets of n samples: the one that compiled steps know already, if it fits."""
        if self.targets is None or self.targets.shape[0] != n:
            self.targets = self.new_targets(n)

    def renew_targets(self, z):
        """Targets of all samples by their latent points z (n, d); returns their clusters (n,). DANCE paper, eq. 9."""
        q = in_batches(self.function("soft_assignment"), z)
        self.targets.assign(target_distribution(q))
        return q.argmax(axis=1)

    def refined(self, index, x, view):
        """z (b, d) and the losses of a batch in refinement, all but their sum."""
        z, losses = self.autoencode(index, x, view)
        return z, losses | {"clustering_loss": self.clustering_loss(index, z)}

    def objective(self, losses):
        """The loss L of refinement, of the losses {name: scalar} of a batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define objective.")

    def summed(self, loss):
        """A loss that is a mean over the features of a sample, as a sum over them: ||x - x'||^2."""
        return float(np.prod(self.feature_shape)) * loss

    def shares(self, clustering, other):
        """L of the weighted clustering loss and the weighted sum of all others, in the shares of the schedule.

        Reference:
            Survey, eq. 10.
        """
        if self.schedule is None:
            return clustering + other
        return self.loss_share * clustering + (1.0 - self.loss_share) * other

    def refine_step(self, index, x, view):
        """One iteration of refinement: L (`objective`) for encoder, decoder and centers."""
        return self.step_on(self.trained_variables, index, x, view)[1]

    def step_on(self, variables, index, x, view):
        """Lower L (`objective`) of a batch by some variables: z (b, d) before it, and the logs."""
        with tf.GradientTape() as tape:
            z, losses = self.refined(index, x, view)
            losses["loss"] = self.objective(losses)
            share = scaled(self.optimizer, losses["loss"])
        return z, self.descend(tape, share, variables, losses)

    # Phases -----------------------------------------------------------------------------------------------------------

    def run_initialize(self, runner, seed, state):
        """Starting centers in Z_c: the means of the clusters of the initializer's best try."""
        z_c = self.split(in_batches(self.function("encode_features"), runner.samples.x))[0]
        if self.initializer == "rim":
            _, labels, scores = self.rim_tries(runner, z_c, seed)
        else:
            labels, scores = INITIALIZERS[self.initializer](z_c, self.n_clusters, seed, self.n_tries)
        order = rank_tries(labels, scores, self.n_clusters)
        state |= {"tries": labels[order], "tries_scores": scores[order]}
        state |= {"initial_labels": labels[order[0]], "initial_z_c": z_c}
        self.place_clusters(z_c, state["initial_labels"])

    def center_space(self, z):
        """Latent points z (n, d) in the space that the centers lie in: z_c."""
        return self.split(z)[0]

    def refill_empty(self, z, labels):
        """Move centers so that empty ones of the clusters (n,) of latent points z (n, d) get samples; whether any was.

        Only the centers of clusters that give or get samples move: to the means of what they have then.
        """
        points = self.center_space(z)
        filled = refill(points, labels, self.n_clusters)
        moved = np.isin(np.arange(self.n_clusters), [labels[filled != labels], filled[filled != labels]])
        means = cluster_means(points, filled, self.n_clusters)
        centers = np.where(moved[:, None], means, ops.convert_to_numpy(self.assignment.centers))
        self.assignment.centers.assign(from_chief([centers])[0])
        return bool(moved.any())

    def place_clusters(self, z_c, labels):
        """Take the means of clusters (n,) of points z_c (n, c) as centers."""
        self.assignment.place(cluster_means(z_c, labels, self.n_clusters), z_c)

    def run_refine(self, runner, seed, state):
        """Train encoder and centers towards targets that are computed anew at an interval, until the labels settle."""
        samples = runner.samples
        self.make_room_for_targets(len(samples))
        self.forget(seed + 1)  # weights may come from another run than the optimizers' moments
        interval = max(1, round(self.target_interval / samples.steps_per_epoch))
        convergence = AssignmentConvergence(self.tolerance)
        epochs = self.epochs_of("refine", samples)
        callbacks = [
            AssignmentUpdate(samples, interval, self.refill_empty if self.empty_clusters == "split" else None),
            convergence,
            *self.steering(samples, epochs, self.refine_rate, self.refine_rise),
        ]
        if self.schedule is not None:
            callbacks.append(LossSchedule(self.schedule, epochs))
        runner.train("refine", samples, epochs, callbacks, seed + 1)
