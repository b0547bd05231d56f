"""CDC: correlation losses for deep clustering."""

import keras
import tensorflow as tf

from kerasclust.compute.distribution import gathered, scaled
from kerasclust.losses import affinity_loss
from kerasclust.models.autoencoders.correlation import CorrelationPreserving
from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.parts.checks import number, weight
from kerasclust.models.registry import register_method

MOMENTUM = 0.9


@register_method("cdc", kind="autoencoder, correlation and affinity losses", paper="CDC paper, algorithm 1")
@keras.saving.register_keras_serializable(package="kerasclust")
class CDC(CorrelationPreserving, CentroidModel):
    """Keeps the pairs of the data close in the latent space, and brings points with like assignments closer.

    The paper's symbols: encoder f_W, decoder g_W', centers mu; each is updated by a loss of its own.

    Args:
        n_clusters: number of clusters k.
        eta: weight of the affinity loss.
        beta: weight of the correlation losses as regularization.
        correlation_weight: lambda, the weight of the correlation losses in pretraining and for the decoder.
        refine_learning_rate: of the stochastic gradient descent with momentum 0.9 that refines.
        batch_size: samples a step.
        **shared: settings of `CentroidModel`.

    Reference:
        T.-A.-L. Trinh, T.-A. Pham, "Learning discriminative representations for deep clustering": algorithm 1, eq. 5 to
        13; the settings are those of its section 3.4 and 4.4. All three gradients are taken at the same point, from one
        pass through the networks; in algorithm 1 each update sees the one before.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = CDC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    loss_names = ("loss", "reconstruction_loss", "correlation_loss", "clustering_loss", "affinity_loss")

    def __init__(
        self,
        n_clusters,
        *,
        eta=0.75,
        beta=0.001,
        correlation_weight=0.001,
        refine_learning_rate=0.01,
        batch_size=64,
        **shared,
    ):
        super().__init__(n_clusters, batch_size=batch_size, **shared)
        self.eta = weight("eta", eta)
        self.beta = weight("beta", beta)
        self.correlation_weight = weight("correlation_weight", correlation_weight)
        self.refine_learning_rate = number("refine_learning_rate", refine_learning_rate, above=0.0)
        self.refine_optimizer = self.new_optimizer(keras.optimizers.SGD(self.refine_learning_rate, momentum=MOMENTUM))

    def build(self, input_shape):
        """Create the networks and the centers for samples of a shape (None, ...)."""
        super().build(input_shape)
        self.refine_optimizer.build(self.trained_variables)

    @property
    def optimizers(self):
        """All optimizers of the model, that of refinement among them."""
        return [*super().optimizers, self.refine_optimizer]

    # Losses -----------------------------------------------------------------------------------------------------------

    def refined(self, index, x, view):
        """z and the losses of a batch (eq. 6, 9, 11 and 1)."""
        z, losses = self.autoencode(index, x, view)
        losses["clustering_loss"] = self.clustering_loss(index, z)  # eq. 9
        losses["affinity_loss"] = affinity_loss(gathered(self.soft_assignment(z)), gathered(z))  # eq. 11
        return z, losses

    def center_objective(self, losses):
        """L_c + eta L_a, for mu (algorithm 1, step 12)."""
        return losses["clustering_loss"] + self.eta * losses["affinity_loss"]

    def objective(self, losses):
        """L_DC = L_c + eta L_a + beta L_re, for W (eq. 13; algorithm 1, step 14)."""
        return self.shares(self.center_objective(losses), self.beta * losses["correlation_loss"])

    def refine_step(self, index, x, view):
        """Steps 12 to 14 of algorithm 1: the centers by L_c + eta L_a, the decoder by L_AE, the encoder by L_DC."""
        mu, w_decoder, w_encoder = (
            [self.assignment.centers],
            self.decoder.trainable_variables,
            self.encoder.trainable_variables,
        )
        with tf.GradientTape(persistent=True) as tape:
            _, losses = self.refined(index, x, view)
            losses["loss"] = self.objective(losses)
            objectives = (self.center_objective(losses), self.pretrain_objective(losses), losses["loss"])
            shares = [scaled(self.refine_optimizer, objective) for objective in objectives]
        groups = (mu, w_decoder, w_encoder)
        gradients = [g for loss, group in zip(shares, groups, strict=True) for g in tape.gradient(loss, group)]
        self.refine_optimizer.apply(gradients, [variable for group in groups for variable in group])
        return self.logs(losses)
