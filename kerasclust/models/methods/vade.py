"""VaDE: variational deep embedding."""

import math

import keras
import numpy as np
from keras import ops

from kerasclust.compute.draws import normal
from kerasclust.compute.gradients import Tape
from kerasclust.compute.missing import filled
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.layers import DiagonalMixture
from kerasclust.losses import mixture_divergence
from kerasclust.models.checks import above_zero
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.parts.generation import Generative
from kerasclust.models.registry import register_method
from kerasclust.models.settings import REFINEMENT, Setting, with_defaults
from kerasclust.training.phase import Run
from kerasclust.types import Array, Labels, Tensor

# Variance of q(z | x) at the start of refinement, as a share of the variance within a typical cluster.
STARTING_SPREAD = 0.1


@register_method("vade", kind="variational autoencoder, Gaussian mixture prior", paper="survey, section 6.3")
class VaDE(Generative, RefinedModel):
    """A variational autoencoder whose prior is a mixture of Gaussians, one for each cluster.

    Phases: "pretrain" (a plain autoencoder), "initialize" (a Gaussian mixture in its latent space), "refine" (networks
    and mixture by the evidence lower bound). The latent point of a sample is the mean of q(z | x). Shares, means and
    variances of the initializer's clusters start the mixture.

    Reference:
        Z. Jiang, Y. Zheng, H. Tan, B. Tang, H. Zhou, "Variational deep embedding: an unsupervised and generative
        approach to clustering", IJCAI 2017: eq. 2 to 5, 12 and 16.

    Differs from the paper:
        - x given z is Gaussian, also for images, where the paper has Bernoulli pixels.
        - Pretraining is that of a plain autoencoder, without stacked layers.
        - q(z | x) starts with a tenth of the variance of a typical cluster, to be narrower than tight clusters.
        - Refinement takes 1,500 updates by default and stops when the labels settle; the paper trains 300 epochs.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = VaDE(2, pretrain_epochs=2, epochs=2, n_tries=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape, model.generate(5, cluster=1).shape
        ((60, 2), (5, 3))
    """

    takes = (
        *with_defaults(REFINEMENT, initializer="gmm", n_tries=5),
        Setting(
            "noise_variance",
            0.5,
            above_zero,
            "variance of x given z, the same for all features. A larger variance gives the reconstruction less weight "
            "against the prior. With 1/2 the loss has the squared error itself",
        ),
    )
    cost, compared = 23, True
    refine_share = 1.0  # as in the paper, whose refinement is as fast as its pretraining

    def new_assignment(self) -> DiagonalMixture:
        """Return the prior, whose posterior q(c | x) = p(c | z) assigns points."""
        return DiagonalMixture(self.n_clusters)

    def build_further(self) -> None:
        """Create the layer of the variances of q(z | x), after the last hidden layer."""
        super().build_further()
        self.log_variance = keras.layers.Dense(
            self.latent_dim, dtype="float32", kernel_initializer="zeros", name="log_variance"
        )
        encoder = self.encoder
        if not getattr(encoder, "inputs", None):
            raise InputError(
                "VaDE puts a layer on the encoder's last hidden one: the function given as network has to return an "
                f"encoder that is a Sequential or functional Keras model, not {type(encoder).__name__}."
            )
        last = encoder.layers[-1]
        hidden = last.input if isinstance(last, keras.layers.Dense) else encoder.outputs[0]
        posterior = keras.Model(encoder.inputs[0], [encoder.outputs[0], self.log_variance(hidden)])
        self.posterior = posterior.__call__  # as a Keras model it would be saved beside the encoder

    @property
    def trained_variables(self) -> list[keras.Variable]:
        """Weights of encoder, decoder and the variances' layer, and the mixture."""
        return [
            *self.autoencoder_variables,
            *self.log_variance.trainable_variables,
            *self.assignment.trainable_variables,
        ]

    # Losses -----------------------------------------------------------------------------------------------------------

    def bound(self, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) drawn from q(z | x), and the two losses of the bound (eq. 12)."""
        mean, log_variance = self.posterior(filled(view), training=True)
        noise = normal((ops.shape(mean)[0], self.latent_dim), self.noise)
        z = mean + ops.exp(0.5 * log_variance) * noise
        prior = self.assignment
        gamma = prior(z)  # eq. 16
        divergence = mixture_divergence(
            gamma, mean, log_variance, prior.log_weights, prior.centers, prior.log_variances
        )
        return z, {"reconstruction_loss": self.reconstruction_loss(x, z), "clustering_loss": ops.mean(divergence)}

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = KL(q(z, c | x) || p(z, c)) - E log p(x | z) (eq. 12).

        Up to a constant it is minus the evidence lower bound.
        """
        reconstruction = self.summed(losses["reconstruction_loss"]) / (2.0 * self.noise_variance)  # -log p(x | z)
        return self.scheduled(losses["clustering_loss"], reconstruction)

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration: networks and mixture lower L, minus the evidence lower bound."""
        with Tape() as tape:
            _, losses = self.bound(x, view)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)

    # Phases -----------------------------------------------------------------------------------------------------------

    def place_clusters(self, z: Array, labels: Labels) -> None:
        """Start the mixture at clusters (n,) of latent points z (n, d).

        The variances of q(z | x) start below the variances of the mixture.
        """
        self.assignment.place(z, labels)
        typical = ops.mean(
            self.assignment.log_variances, axis=0
        )  # a mean of logarithms, so a wide cluster does not dominate
        self.log_variance.kernel.assign(ops.zeros_like(self.log_variance.kernel))
        self.log_variance.bias.assign(typical + math.log(STARTING_SPREAD))

    def make_room_for_targets(self, run: Run) -> None:
        """Do nothing, because the bound needs no targets."""

    def renew_targets(self, z: Array) -> Labels:
        """Return the clusters (n,) of all samples by their latent points z (n, d)."""
        return labels_of(in_batches(self.traced(self.soft_assignment), z))

    # Generation -------------------------------------------------------------------------------------------------------

    def drawn_clusters(self, n: int, random: np.random.Generator) -> Labels:
        """Draw c by pi (eq. 2)."""
        weights = np.exp(np.asarray(self.assignment.log_weights, "float64"))
        return random.choice(self.n_clusters, n, p=weights / weights.sum())

    def drawn_points(self, clusters: Labels, random: np.random.Generator) -> Array:
        """Draw z by N(mu_c, sigma_c^2) (eq. 3)."""
        deviations = np.exp(0.5 * np.asarray(self.assignment.log_variances))[clusters]
        return np.asarray(self.assignment.centers)[clusters] + deviations * random.normal(size=deviations.shape)

    def generated(self, points: Tensor) -> Tensor:
        """Return the decoded latent points z (b, d) (eq. 4 and 5)."""
        return self.reconstruct(points)
