"""ClusterGAN: clustering in the latent space of a generative adversarial network."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import drawn, scaled
from kerasclust.data.validation import check_n_clusters
from kerasclust.losses import prior_matching_loss, self_augmentation
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.families.discriminative import DiscriminativeModel
from kerasclust.models.parts.checks import number, positive, weight
from kerasclust.models.parts.generation import Generative
from kerasclust.models.parts.wasserstein import Wasserstein
from kerasclust.models.registry import register_method
from kerasclust.networks import build_autoencoder, build_encoder


@register_method("clustergan", kind="generative adversarial network", paper="survey, section 6.4; CDC paper, section 2")
@keras.saving.register_keras_serializable(package="kerasclust")
class ClusterGAN(Generative, Wasserstein, DiscriminativeModel):
    """A generator of samples from a cluster and noise, and an encoder that tells both from the sample.

    The paper's symbols: z = (z_n, z_c), Gaussian noise z_n and a one-hot cluster z_c; generator G, discriminator D,
    encoder E. E learns from what G makes, never from the samples themselves; these it assigns by its softmax. Its
    latent points are the outputs for z_c, before the softmax, followed by those for z_n. There are no views of samples.

    Args:
        n_clusters: number of clusters k.
        noise_dim: dimensions of z_n.
        sigma: standard deviation of z_n.
        beta_n: weight of the noise that E shall find again.
        beta_c: weight of the cluster that E shall find again.
        critic_steps: of D for each of G and E.
        learning_rate: of Adam, for all three.
        **shared: settings of `DiscriminativeModel` but `latent_dim`, which is k + noise_dim, `autoencoder`,
            `augmentation` and `normalized`: E learns from other samples than those that it is for.

    Reference:
        S. Mukherjee, H. Asnani, E. Lin, S. Kannan, "ClusterGAN: latent space clustering in generative adversarial
        networks", AAAI 2019: eq. 3, with the Wasserstein distance with gradient penalty of its experiments. There the
        clusters are those of k-means on what E says.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = ClusterGAN(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape, model.generate(5, cluster=1).shape
        ((60, 2), (5, 3))
    """

    unused_settings = (*DiscriminativeModel.unused_settings, "latent_dim", "autoencoder", "augmentation", "normalized")
    derived_settings = unused_settings
    loss_names = ("loss", "generator_loss", "noise_loss", "category_loss", "critic_loss")

    def __init__(
        self,
        n_clusters,
        *,
        noise_dim=30,
        sigma=0.1,
        beta_n=10.0,
        beta_c=10.0,
        critic_steps=5,
        learning_rate=5e-4,
        **shared,
    ):
        shared |= {"latent_dim": check_n_clusters(n_clusters) + positive("noise_dim", noise_dim), "augmentation": None}
        super().__init__(n_clusters, normalized=False, learning_rate=learning_rate, **shared)
        self.noise_dim = noise_dim
        self.sigma = number("sigma", sigma, above=0.0)
        self.beta_n, self.beta_c = weight("beta_n", beta_n), weight("beta_c", beta_c)
        self.compete(critic_steps)

    # Networks ---------------------------------------------------------------------------------------------------------

    def new_autoencoder(self, seed):
        """E and G."""
        if callable(self.network):
            return self.network(self.feature_shape, self.latent_dim, seed)
        encoder, _ = super().new_autoencoder(seed)
        return encoder, build_autoencoder(self.feature_shape, self.latent_dim, self.network, self.units, seed)[1]

    def new_heads(self, seed):
        """None: E says it all."""
        return {}

    def new_critic(self, seed):
        """D, whose architecture is that of E with one output."""
        if callable(self.network):
            return self.network(self.feature_shape, 1, seed)[0]
        return build_encoder(self.feature_shape, 1, self.network, self.units, seed)

    def split(self, z):
        """(logits of z_c, z_n) of latent points z (b, k + noise_dim)."""
        return z[:, : self.n_clusters], z[:, self.n_clusters :]

    def soft_assignment(self, z):
        """Soft assignments (b, k) of latent points z (b, k + noise_dim)."""
        return ops.softmax(self.split(z)[0], axis=-1)

    def reconstruct(self, z):
        """G of latent points z (b, k + noise_dim): features (b, ...)."""
        return self.decoder(ops.concatenate([self.soft_assignment(z), self.split(z)[1]], axis=1), training=False)

    def further_evidence(self, samples, z, seed):
        """How well G makes samples again from what E says of them."""
        return DeepClusteringModel.further_evidence(self, samples, z, seed)

    # Losses -----------------------------------------------------------------------------------------------------------

    def prior(self, n):
        """n draws of z = (z_c, z_n) (n, k + noise_dim)."""
        category = keras.random.randint((n,), 0, self.n_clusters, seed=self.noise)
        noise = keras.random.normal((n, self.noise_dim), stddev=self.sigma, seed=self.noise)
        return ops.concatenate([ops.one_hot(category, self.n_clusters, dtype="float32"), noise], axis=1)

    def cycle_losses(self, z):
        """What D says of G(z), and how far E(G(z)) is from z = (z_c, z_n) (b, k + noise_dim)."""
        made = self.decoder(z, training=True)
        category, noise = self.split(z)
        found_category, found_noise = self.split(self.encoder(made, training=True))
        return {
            "generator_loss": ops.mean(prior_matching_loss(self.critic(made, training=True))),
            "noise_loss": ops.mean((noise - found_noise) ** 2),
            "category_loss": ops.mean(self_augmentation(category, found_category)),  # the cross entropy: z_c is certain
        }

    def objective(self, losses):
        """L of G and E: -D(G(z)) + beta_n ||z_n - E(G(z))||^2 + beta_c H(z_c, E(G(z))) (eq. 3)."""
        cycle = self.beta_n * losses["noise_loss"] + self.beta_c * losses["category_loss"]
        return losses["generator_loss"] + cycle

    def cluster_step(self, index, x, view):
        """One iteration: D several times, each with new draws of z, then G and E by L (`objective`)."""
        n = ops.shape(x)[0]
        for _ in range(self.critic_steps):
            made = self.decoder(drawn(self.prior, n), training=True)
            critic_loss = self.train_critic(ops.stop_gradient(made), x)
        with tf.GradientTape() as tape:
            losses = self.cycle_losses(drawn(self.prior, n))
            losses["loss"] = self.objective(losses)
            share = scaled(self.optimizer, losses["loss"])
        return self.descend(tape, share, self.trained_variables, losses | {"critic_loss": critic_loss})

    # Generation -------------------------------------------------------------------------------------------------------

    def drawn_clusters(self, n, random):
        """z_c, each cluster as likely."""
        return random.integers(0, self.n_clusters, n)

    def drawn_points(self, clusters, random):
        """z = (z_c, z_n)."""
        noise = random.normal(scale=self.sigma, size=(len(clusters), self.noise_dim))
        return np.concatenate([np.eye(self.n_clusters)[clusters], noise], axis=1)

    def generated(self, points):
        """G(z)."""
        return self.decoder(points, training=False)
