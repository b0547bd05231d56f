"""DEPICT: deep embedded regularized clustering."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.gradients import Tape
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.layers import SoftmaxAssignment
from kerasclust.losses import balanced_target, self_augmentation
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.parts.layerwise import LAYERWISE, LayerwisePaths, layerwise_objective
from kerasclust.models.registry import register_method
from kerasclust.models.settings import REFINEMENT
from kerasclust.training.logged import CLUSTERING, RECONSTRUCTION, Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array, Labels, Tensor


@register_method("depict", kind="autoencoder, softmax, balanced targets", paper="survey, 6.1.2; CDC paper, section 2")
class DEPICT(RefinedModel):
    """Autoencoder and softmax with balanced targets.

    The softmax of corrupted samples learns the softmax of intact samples. The targets favor clusters of similar size.

    Phases: "pretrain" (the autoencoder, which restores all layers from corrupted layers), "initialize" (starting
    clusters, and a training with these clusters as targets), "refine" (targets by the softmax itself).

    The targets of "refine" do not sharpen the softmax. They make an uncertain softmax more uncertain, until clusters
    lose all their samples. That is why "initialize" trains the softmax first. Targets are renewed so seldom that
    `tolerance` has no effect on a refinement of the default length.

    Reference:
        K. Ghasedi Dizaji, A. Herandi, C. Deng, W. Cai, H. Huang, "Deep clustering via joint convolutional autoencoder
        embedding and relative entropy minimization", ICCV 2017: section 3, algorithm 1. Dropout and the weight of the
        layers are those of the authors' program.

    Differs from the paper:
        - Starting clusters are those of k-means. The authors' are agglomerative for small data
          (`initializer="agglomerative"`), by a method of another paper.
        - Targets are renewed every 700 updates, about the epoch of the authors' data, whatever the size of the data.
        - The entropy of Q, a constant in the gradient, is left out of the loss.
        - Refinement takes at most 1,500 updates by default, at 0.3 of the learning rate, which falls.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DEPICT(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (*REFINEMENT, *LAYERWISE)
    cost = 48
    losses = (RECONSTRUCTION, Logged("layer_loss", "autoencoder", "hidden layers", shown=False), CLUSTERING)
    target_interval = 700  # the noisy path has to learn the targets before the next ones

    def new_assignment(self) -> SoftmaxAssignment:
        """Return the layer of p_ij, the softmax of the latent points (eq. 1)."""
        return SoftmaxAssignment(self.n_clusters)

    def build_further(self) -> None:
        """Create the softmax, and divide encoder and decoder into their layers."""
        super().build_further()
        self.paths = LayerwisePaths(self.encoder, self.decoder, self.dropout)

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """psi: weights of encoder, decoder and softmax."""
        return [*self.autoencoder_variables, *self.assignment.trainable_variables]

    # Losses -----------------------------------------------------------------------------------------------------------

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the noisy path, and the losses of features and hidden layers."""
        return self.paths.autoencode(x, view, self.noise)

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L_r, the weighted reconstruction of all layers."""
        return layerwise_objective(self.layer_weight, losses)

    def clustering_loss(self, index: Tensor, z: Tensor) -> Tensor:
        """Return KL(Q, P~) of a batch (index (b,), z (b, d)); P~ is the softmax of the noisy path."""
        return ops.mean(self_augmentation(tf.gather(self.targets, index), self.assignment.logits(z)))

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = KL(Q, P~) + L_r, without the entropy of Q, which is a constant."""
        return self.scheduled(losses["clustering_loss"], self.pretrain_objective(losses))

    def initialize_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of initialization: L with the starting clusters as targets.

        A schedule does not apply here, but in refinement alone.
        """
        with Tape() as tape:
            z, losses = self.autoencode(index, x, view)
            losses["clustering_loss"] = self.clustering_loss(index, z)
            losses["loss"] = losses["clustering_loss"] + self.pretrain_objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)

    # Phases -----------------------------------------------------------------------------------------------------------

    def initialization(self) -> Phase:
        """Return the phase that finds starting clusters and trains with them as targets.

        Reference:
            Algorithm 1, step 1.
        """
        return Phase(
            "initialize",
            self.initialize_step,
            updates=600,
            steers=self.steered(self.refine_share),
            before=self.start_from_clusters,
            restart=2,
            repeated=True,
        )

    def start_from_clusters(self, run: Run) -> None:
        """Set the targets to the clusters of the initializer's best try."""
        self.find_clusters(run)
        self.make_room_for_targets(run)
        self.targets.assign(np.eye(self.n_clusters)[run.state["initial_labels"]])

    def place_clusters(self, z: Array, labels: Labels) -> None:
        """Start the softmax at clusters (n,) of latent points z (n, d)."""
        self.assignment.place(z, labels)

    def renew_targets(self, z: Array) -> Labels:
        """Renew Q of all samples by their latent points z (n, d); return their clusters (n,).

        The latent points are those of the clean path.
        """
        p = in_batches(self.traced(self.soft_assignment), z)
        self.targets.assign(balanced_target(p))
        return labels_of(p)
