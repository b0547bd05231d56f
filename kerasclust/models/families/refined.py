"""Family of methods that refine an autoencoder and an assignment together."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.callbacks import AssignmentConvergence, AssignmentUpdate, LossSchedule
from kerasclust.compute.gradients import Tape
from kerasclust.compute.workers import from_chief
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import Samples, in_batches
from kerasclust.initializers import INITIALIZERS, cluster_means, rank_tries, refill
from kerasclust.layers import SpaceSplitAssignment, StudentTAssignment
from kerasclust.losses import assignment_hardening, target_distribution
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.parts.leading_dimensions import LeadingDimensions
from kerasclust.models.parts.rim_search import RIM_LOGS, RIMSearch
from kerasclust.models.settings import REFINEMENT, Setting
from kerasclust.training.logged import (
    CLUSTERING,
    LABEL_CHANGE,
    LEARNING_RATE,
    RECONSTRUCTION,
    SHARE,
    SMALLEST_CLUSTER,
    Logged,
)
from kerasclust.training.phase import FEWEST_STEPS, Phase, Run
from kerasclust.types import Array, Labels, Tensor


class RefinedModel(DeepClusteringModel):
    """Autoencoder and assignment of its latent points, refined together.

    Phases: "pretrain" (the autoencoder), "initialize" (starting clusters), "refine" (encoder and assignment). A method
    defines `objective(losses)`, or the whole `refine_step`.

    The assignment is Student's t to centers, and the clustering loss is its divergence from targets. Other methods
    replace `new_assignment`, `clustering_loss`, `new_targets` and `renew_targets`. Clusters lie in the part of the
    latent space that `space` splits off.
    """

    takes: tuple[Setting, ...] = REFINEMENT
    losses: tuple[Logged, ...] = (RECONSTRUCTION, CLUSTERING)
    further_logs: tuple[Logged, ...] = (LEARNING_RATE, LABEL_CHANGE, SMALLEST_CLUSTER, SHARE, *RIM_LOGS)
    refine_share = 0.3  # of the learning rate: large steps would undo what pretraining has learned
    refine_rise = 0.0  # share of refinement over which the learning rate rises
    target_interval = 32  # updates between two target distributions
    empty_clusters = "keep"  # for methods without this setting

    def set_up(self, values: dict[str, Any]) -> None:
        """Create assignment and search for clusters."""
        super().set_up(values)
        self.assignment = self.new_assignment()
        self.space = self.new_space()
        self.rim_search = RIMSearch(self.n_clusters, self.n_tries)

    def new_assignment(self) -> keras.layers.Layer:
        """Return the layer that assigns points of the clustered space."""
        return StudentTAssignment(self.n_clusters, self.alpha)

    def new_space(self) -> LeadingDimensions | SpaceSplitAssignment:
        """Return the split of the latent space; by default all dimensions are clustered."""
        return LeadingDimensions(self.latent_dim, self.latent_dim)

    @property
    def clustered_dim(self) -> int:
        """Number of dimensions of the points that the assignment gets."""
        return self.latent_dim

    def build_further(self) -> None:
        """Create the assignment's weights."""
        super().build_further()
        self.assignment.build((None, self.clustered_dim))
        self.loss_share = self.add_weight(shape=(), initializer="ones", trainable=False, name="loss_share")

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """Weights of encoder and decoder, and the centers."""
        return [*self.autoencoder_variables, self.assignment.centers]

    # Assignments ------------------------------------------------------------------------------------------------------

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (z_c, z_r) of latent points z (b, d): the clustered part and the rest."""
        return self.space.split(z)

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return Student's t assignments (b, k) of latent points z (b, d), by their z_c."""
        return self.assignment(self.split(z)[0])

    # Losses -----------------------------------------------------------------------------------------------------------

    def clustering_loss(self, index: Tensor, z: Tensor) -> Tensor:
        """Return KL(P, Q) of a batch (index (b,), z (b, d)), a mean over its samples.

        The targets P are those of the whole data set.
        """
        return ops.mean(assignment_hardening(tf.gather(self.targets, index), self.soft_assignment(z)))

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return the loss L of refinement from the losses {name: scalar} of a batch."""
        raise NotImplementedError(f"{type(self).__name__} does not define objective.")

    def summed(self, loss: Tensor) -> Tensor:
        """Return a mean over the features of a sample as a sum over them: ||x - x'||^2."""
        return float(np.prod(self.feature_shape)) * loss

    def scheduled(self, clustering: Tensor, other: Tensor) -> Tensor:
        """Return L, with the share of the clustering loss that the schedule sets.

        Args:
            clustering: weighted clustering loss.
            other: weighted sum of all other losses.

        Reference:
            Survey, eq. 10.
        """
        if self.schedule is None:
            return clustering + other
        return self.loss_share * clustering + (1.0 - self.loss_share) * other

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of refinement: encoder, decoder and centers lower L (`objective`)."""
        with Tape() as tape:
            z, losses = self.autoencode(index, x, view)
            losses["clustering_loss"] = self.clustering_loss(index, z)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)

    # Targets ----------------------------------------------------------------------------------------------------------

    def new_targets(self, n: int) -> tf.Variable | None:
        """Return a variable for the targets of n samples, which `renew_targets` sets."""
        return tf.Variable(tf.zeros((n, self.n_clusters)), trainable=False)

    def make_room_for_targets(self, run: Run) -> None:
        """Create the variable for the targets of the samples.

        A variable of the right size is kept, because compiled steps refer to it.
        """
        n = len(run.samples)
        if self.targets is None or self.targets.shape[0] != n:
            self.targets = self.new_targets(n)

    def renew_targets(self, z: Array) -> Labels:
        """Renew the targets by latent points z (n, d) of all samples; return their clusters.

        Reference:
            DANCE paper, eq. 9.
        """
        q = in_batches(self.traced(self.soft_assignment), z)
        self.targets.assign(target_distribution(q))
        return labels_of(q)

    # Phases -----------------------------------------------------------------------------------------------------------

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Pretraining, initialization and refinement."""
        return (self.pretraining(), self.initialization(), self.refinement())

    def initialization(self) -> Phase:
        """Return the phase that finds starting clusters."""
        return Phase("initialize", before=self.find_clusters, repeated=True)

    def refinement(self) -> Phase:
        """Return the phase that trains encoder and assignment, and renews targets at intervals."""
        return Phase(
            "refine",
            self.refine_step,
            updates=1500,
            epochs=self.epochs,
            fewest_steps=min(FEWEST_STEPS, self.target_interval),
            steers=self.steered(self.refine_share, self.refine_rise),
            before=self.make_room_for_targets,
            callbacks=self.refinement_callbacks,
            restart=1,  # the weights may come from another run than the optimizers' moments
        )

    def refinement_callbacks(self, samples: Samples, epochs: int) -> list[keras.callbacks.Callback]:
        """Return the callbacks that renew targets, end refinement, and move the share alpha.

        Refinement ends when the labels settle.
        """
        interval = max(1, round(self.target_interval / samples.steps_per_epoch))
        refilled = self.refill_empty if self.empty_clusters == "split" else None
        callbacks = [AssignmentUpdate(samples, interval, refilled), AssignmentConvergence(self.tolerance)]
        return callbacks if self.schedule is None else [*callbacks, LossSchedule(self.schedule, epochs)]

    def find_clusters(self, run: Run) -> None:
        """Start from the best try of the initializer in Z_c."""
        z_c = self.split(in_batches(self.traced(self.encode_features), run.samples.x))[0]
        if self.initializer == "rim":
            _, labels, scores = self.rim_search.tries(run, z_c, run.seed, 4 * self.batch_size)
        else:
            labels, scores = INITIALIZERS[self.initializer](z_c, self.n_clusters, run.seed, self.n_tries)
        order = rank_tries(labels, scores, self.n_clusters)
        run.state.update(tries=labels[order], tries_scores=scores[order])
        run.state.update(initial_labels=labels[order[0]], initial_z_c=z_c)
        self.place_clusters(z_c, labels[order[0]])

    def place_clusters(self, z_c: Array, labels: Labels) -> None:
        """Set the centers to the means of clusters (n,) of points z_c (n, c)."""
        self.assignment.place(cluster_means(z_c, labels, self.n_clusters), z_c)

    def center_space(self, z: Array) -> Array:
        """Return latent points z (n, d) in the space of the centers: z_c."""
        return self.split(z)[0]

    def refill_empty(self, z: Array, labels: Labels) -> bool:
        """Move centers so that empty clusters get samples; return True if any center moved.

        Centers move to the means of their samples. The centers of clusters that neither give nor get samples stay.

        Args:
            z: latent points (n, d).
            labels: their clusters (n,).
        """
        points = self.center_space(z)
        filled = refill(points, labels, self.n_clusters)
        moved = np.isin(np.arange(self.n_clusters), [labels[filled != labels], filled[filled != labels]])
        means = cluster_means(points, filled, self.n_clusters)
        centers = np.where(moved[:, None], means, ops.convert_to_numpy(self.assignment.centers))
        self.assignment.centers.assign(from_chief([centers])[0])
        return bool(moved.any())
