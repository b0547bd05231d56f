"""ClusterGAN: clustering in the latent space of a generative adversarial network."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasclust.compute.draws import one_hot_and_normal
from kerasclust.compute.gradients import Tape
from kerasclust.compute.missing import missing_as
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import in_batches
from kerasclust.losses import prior_matching_loss, self_augmentation
from kerasclust.models.base import DeepClusteringModel
from kerasclust.models.checks import above_zero, positive, weight
from kerasclust.models.parts.generation import Generative
from kerasclust.models.parts.single_phase import clustering_phase
from kerasclust.models.parts.wasserstein import WassersteinCritic, adversarial_adam
from kerasclust.models.registry import register_method
from kerasclust.models.settings import EPOCHS, N_CLUSTERS, NETWORK, RUNS, TRAINING, Setting, with_defaults
from kerasclust.networks import build_autoencoder, build_encoder
from kerasclust.training.logged import CRITIC, CRITIC_RATE, LABEL_CHANGE, LEARNING_RATE, SMALLEST_CLUSTER, Logged
from kerasclust.training.phase import Phase
from kerasclust.types import Array, Labels, Tensor


@register_method("clustergan", kind="generative adversarial network", paper="survey, section 6.4; CDC paper, section 2")
class ClusterGAN(Generative, DeepClusteringModel):
    """Generator of samples from cluster and noise, and encoder that recovers both.

    The paper's symbols: z = (z_n, z_c), Gaussian noise z_n and a one-hot cluster z_c; generator G, discriminator D,
    encoder E. E learns from generated samples alone, and assigns the samples themselves by its softmax. Its latent
    points are the outputs for z_c before the softmax, followed by the outputs for z_n. There are no views of samples.

    Reference:
        S. Mukherjee, H. Asnani, E. Lin, S. Kannan, "ClusterGAN: latent space clustering in generative adversarial
        networks", AAAI 2019: eq. 3, with the Wasserstein distance with gradient penalty of its experiments.

    Differs from the paper:
        - Clusters are the softmax of E; in the paper they are those of k-means on the outputs of E.
        - Networks are those of this package, without batch normalization.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = ClusterGAN(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape, model.generate(5, cluster=1).shape
        ((60, 2), (5, 3))
    """

    takes = (
        N_CLUSTERS,
        *NETWORK,
        *with_defaults(TRAINING, learning_rate=5e-4),
        EPOCHS,
        *RUNS,
        Setting("noise_dim", 30, positive, "dimensions of z_n"),
        Setting("sigma", 0.1, above_zero, "standard deviation of z_n"),
        Setting("beta_n", 10.0, weight, "weight of the error of E in z_n"),
        Setting("beta_c", 10.0, weight, "weight of the error of E in z_c"),
        Setting("critic_steps", 5, positive, "steps of D for each step of G and E"),
    )
    cost = 390
    losses = (
        Logged("generator_loss", "adversary", "generator"),
        Logged("noise_loss", "clustering", "noise", shown=False),
        Logged("category_loss", "clustering", "category"),
        CRITIC,
    )
    further_logs = (LEARNING_RATE, CRITIC_RATE, LABEL_CHANGE, SMALLEST_CLUSTER)
    critic: WassersteinCritic

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the discriminator D."""
        super().set_up(values)
        self.latent_dim = self.n_clusters + self.noise_dim
        self.compile(optimizer=adversarial_adam(self.learning_rate), jit_compile=False)
        optimizer = self.new_optimizer(adversarial_adam(self.learning_rate))
        self.critic = WassersteinCritic(self.new_critic, optimizer, self.learning_rate)

    # Networks ---------------------------------------------------------------------------------------------------------

    def new_autoencoder(self, seed: int) -> tuple[keras.Model, keras.Model | None]:
        """Return E and G with the starting weights of a seed."""
        if callable(self.network):
            return self.given_networks(self.latent_dim, seed)
        shape, network = (self.feature_shape, self.latent_dim, self.network, self.units, seed), build_autoencoder
        return build_encoder(*shape), network(*shape)[1]

    def new_critic(self, seed: int) -> keras.Model:
        """Return D with the starting weights of a seed, a network as E with one output."""
        if callable(self.network):
            return self.given_networks(1, seed)[0]
        return build_encoder(self.feature_shape, 1, self.network, self.units, seed)

    def split(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return (logits of z_c, z_n) of latent points z (b, k + noise_dim)."""
        return z[:, : self.n_clusters], z[:, self.n_clusters :]

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return soft assignments (b, k) of latent points z (b, k + noise_dim)."""
        return ops.softmax(self.split(z)[0], axis=-1)

    def reconstruct(self, z: Tensor) -> Tensor:
        """Return G of latent points z (b, k + noise_dim): features (b, ...)."""
        return self.decoder(ops.concatenate([self.soft_assignment(z), self.split(z)[1]], axis=1), training=False)

    # Training ---------------------------------------------------------------------------------------------------------

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The only phase."""
        return (clustering_phase(self),)

    def prior(self, n: int | Tensor) -> Tensor:
        """Return n draws of z = (z_c, z_n) (n, k + noise_dim)."""
        return one_hot_and_normal(n, self.n_clusters, self.noise_dim, self.noise, self.sigma)

    def made(self, z: Tensor, x: Tensor) -> Tensor:
        """Return G(z) (b, ...) of draws z (b, k + noise_dim), with missing values where features x (b, ...) have some.

        D and E then see as much of what is made as of the samples.
        """
        return missing_as(self.decoder(z, training=True), x)

    def cycle_losses(self, z: Tensor, x: Tensor) -> dict[str, Tensor]:
        """Return the losses of G and E for draws z = (z_c, z_n) (b, k + noise_dim) (eq. 3).

        Args:
            z: the draws.
            x: features (b, ...), which tell what is missing.
        """
        made = self.made(z, x)
        category, noise = self.split(z)
        found_category, found_noise = self.split(self.encoder(made, training=True))
        return {
            "generator_loss": ops.mean(prior_matching_loss(self.critic(made, training=True))),
            "noise_loss": ops.mean((noise - found_noise) ** 2),
            "category_loss": ops.mean(self_augmentation(category, found_category)),  # the cross entropy: z_c is certain
        }

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = -D(G(z)) + beta_n ||z_n - E(G(z))||^2 + beta_c H(z_c, E(G(z))) (eq. 3)."""
        cycle = self.beta_n * losses["noise_loss"] + self.beta_c * losses["category_loss"]
        return losses["generator_loss"] + cycle

    def cluster_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration: several steps of D, then G and E lower L (`objective`).

        Each step of D has new draws of z.
        """
        n = ops.shape(x)[0]
        for _ in range(self.critic_steps):
            made = self.made(self.prior(n), x)
            critic_loss = self.critic.train(ops.stop_gradient(made), x, self.noise)
        with Tape() as tape:
            losses = self.cycle_losses(self.prior(n), x)
            losses["loss"] = self.objective(losses)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses | {"critic_loss": critic_loss})

    def renew_targets(self, z: Array) -> Labels:
        """Return the clusters (n,) of all samples by their latent points z (n, d)."""
        return labels_of(in_batches(self.traced(self.soft_assignment), z))

    # Generation -------------------------------------------------------------------------------------------------------

    def drawn_clusters(self, n: int, random: np.random.Generator) -> Labels:
        """Draw z_c, with equally likely clusters."""
        return random.integers(0, self.n_clusters, n)

    def drawn_points(self, clusters: Labels, random: np.random.Generator) -> Array:
        """Draw z = (z_c, z_n)."""
        noise = random.normal(scale=self.sigma, size=(len(clusters), self.noise_dim))
        return np.concatenate([np.eye(self.n_clusters)[clusters], noise], axis=1)

    def generated(self, points: Tensor) -> Tensor:
        """Return G(z)."""
        return self.decoder(points, training=False)
