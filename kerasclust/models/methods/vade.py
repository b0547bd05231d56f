"""VaDE: variational deep embedding."""

import math

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import drawn
from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.layers import DiagonalMixture
from kerasclust.losses import mixture_divergence
from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.parts.checks import number
from kerasclust.models.parts.generation import Generative
from kerasclust.models.registry import register_method

STARTING_SPREAD = 0.1  # variance of q(z | x) where refinement starts, as a share of that within a typical cluster


@register_method("vade", kind="variational autoencoder, Gaussian mixture prior", paper="survey, section 6.3")
@keras.saving.register_keras_serializable(package="kerasclust")
class VaDE(Generative, CentroidModel):
    """A variational autoencoder whose prior is a mixture of Gaussians, one for each cluster.

    Phases: "pretrain" (a plain autoencoder), "initialize" (a Gaussian mixture in its latent space), "refine" (networks
    and mixture by the evidence lower bound). The latent point of a sample is the mean of q(z | x).

    Args:
        n_clusters: number of clusters k.
        initializer: of the mixture: as in `CentroidModel`; shares, means and variances of its clusters are taken.
        n_tries: tries of the initializer.
        noise_variance: of x given z, the same for all features as the front end shows them: the larger it is, the less
            the reconstruction counts against the prior. With 1/2 the loss has the squared error itself.
        **shared: settings of `CentroidModel` but `alpha` and `empty_clusters`.

    Reference:
        Z. Jiang, Y. Zheng, H. Tan, B. Tang, H. Zhou, "Variational deep embedding: an unsupervised and generative
        approach to clustering", IJCAI 2017: eq. 2 to 5, 12 and 16. x given z is Gaussian, also for images.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = VaDE(2, pretrain_epochs=2, epochs=2, n_tries=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape, model.generate(5, cluster=1).shape
        ((60, 2), (5, 3))
    """

    unused_settings = ("alpha", "empty_clusters")
    derived_settings = (*CentroidModel.derived_settings, *unused_settings)
    refine_rate = 1.0  # as in the paper, whose refinement is as fast as its pretraining

    def __init__(self, n_clusters, *, initializer="gmm", n_tries=5, noise_variance=0.5, **shared):
        super().__init__(n_clusters, initializer=initializer, n_tries=n_tries, **shared)
        self.noise_variance = number("noise_variance", noise_variance, above=0.0)

    def new_assignment(self, alpha):
        """The prior, whose posterior q(c | x) = p(c | z) assigns points."""
        return DiagonalMixture(self.n_clusters)

    def build_further(self):
        """The layer that says the variances of q(z | x), on top of the encoder's last hidden layer."""
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
        self.__dict__["posterior"] = posterior  # its weights are those of the encoder and of log_variance

    @property
    def trained_variables(self):
        """Weights of encoder, decoder and the variances' layer, and the mixture."""
        return [
            *self.autoencoder_variables,
            *self.log_variance.trainable_variables,
            *self.assignment.trainable_variables,
        ]

    # Losses -----------------------------------------------------------------------------------------------------------

    def refined(self, index, x, view):
        """z drawn from q(z | x) and the losses of a batch: both sides of the bound (eq. 12)."""
        mean, log_variance = self.posterior(view, training=True)
        noise = drawn(lambda n: keras.random.normal((n, self.latent_dim), seed=self.noise), ops.shape(mean)[0])
        z = mean + ops.exp(0.5 * log_variance) * noise
        prior = self.assignment
        gamma = prior(z)  # eq. 16
        divergence = mixture_divergence(
            gamma, mean, log_variance, prior.log_weights, prior.centers, prior.log_variances
        )
        return z, {"reconstruction_loss": self.reconstruction_loss(x, z), "clustering_loss": ops.mean(divergence)}

    def objective(self, losses):
        """L = KL(q(z, c | x) || p(z, c)) - E log p(x | z): up to a constant minus the evidence lower bound (eq. 12)."""
        reconstruction = self.summed(losses["reconstruction_loss"]) / (2.0 * self.noise_variance)  # -log p(x | z)
        return self.shares(losses["clustering_loss"], reconstruction)

    # Phases -----------------------------------------------------------------------------------------------------------

    def place_clusters(self, z, labels):
        """The mixture of clusters (n,) of latent points z (n, d); q(z | x) starts narrower than a typical component."""
        self.assignment.place(z, labels)
        typical = ops.mean(self.assignment.log_variances, axis=0)  # of logarithms: a wide cluster does not set it alone
        self.log_variance.kernel.assign(ops.zeros_like(self.log_variance.kernel))
        self.log_variance.bias.assign(typical + math.log(STARTING_SPREAD))

    def new_targets(self, n):
        """Nothing: the bound needs no target."""
        return tf.Variable(tf.zeros((n, 0)), trainable=False)

    def renew_targets(self, z):
        """Clusters (n,) of all samples by their latent points z (n, d)."""
        return in_batches(self.function("soft_assignment"), z).argmax(axis=1)

    # Generation -------------------------------------------------------------------------------------------------------

    def drawn_clusters(self, n, random):
        """c by pi (eq. 2)."""
        weights = np.exp(np.asarray(self.assignment.log_weights, "float64"))
        return random.choice(self.n_clusters, n, p=weights / weights.sum())

    def drawn_points(self, clusters, random):
        """z by N(mu_c, sigma_c^2) (eq. 3)."""
        deviations = np.exp(0.5 * np.asarray(self.assignment.log_variances))[clusters]
        return np.asarray(self.assignment.centers)[clusters] + deviations * random.normal(size=deviations.shape)

    def generated(self, points):
        """What latent points z (b, d) decode to (eq. 4 and 5)."""
        return self.reconstruct(points)
