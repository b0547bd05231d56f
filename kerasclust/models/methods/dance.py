"""DANCE: decorrelating adversarial nets for clustering-friendly encoding."""

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.callbacks import AdversaryBalance
from kerasclust.compute.distribution import drawn, gathered, number_in
from kerasclust.errors import InputError
from kerasclust.inspection.diagnostics import fresh_critic_accuracy, latent_correlation
from kerasclust.losses import critic_hits, critic_loss, decorrelation_loss
from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.parts.adversary import Adversarial
from kerasclust.models.parts.checks import number, positive, weight
from kerasclust.models.parts.feature_variance import WeighedByVariance
from kerasclust.models.registry import register_method
from kerasclust.networks import build_critic

HELD_OUT = 10  # one sample in ten is kept from the critic, to measure it on
MEASURED = 1024  # held-out samples that a measurement uses at most


@register_method("dance", kind="autoencoder + adversary", paper="DANCE paper, algorithm 1")
@keras.saving.register_keras_serializable(package="kerasclust")
class DANCE(WeighedByVariance, Adversarial, CentroidModel):
    """Clusters Z_c, the part of an autoencoder's latent space that an adversary keeps free of everything else.

    Phases: "pretrain" (DAN: autoencoder and decorrelator), "initialize" (RIM on Z_c), "refine" (DEC on Z_c, with the
    decorrelation still on). The paper's symbols: encoder Q, decoder Q', decorrelator D, Z = z_c + z_r (concatenated),
    Z' = z_c + p_g with Gaussian p_g.

    Args:
        n_clusters: number of clusters k.
        cluster_dim: dimensions of Z_c.
        noise_dim: dimensions of Z_r.
        decorrelate: table V's DAN. Off: one latent space of cluster_dim + noise_dim dimensions, no critic.
        initializer: "rim", or "kmeans" (table V without RIM), or another of `CentroidModel`.
        refine: table V's DEC. Off: the starting centers are the result.
        sigma: standard deviation of p_g.
        beta_cor: starting weight of the decorrelation (eq. 4), in units of the features' variance.
        balance: steer beta_cor so that the critic ends near chance; off keeps it as given.
        beta_dec: weight of the clustering loss (eq. 11), in the same units.
        n_tries: tries of RIM or of k-means.
        learning_rate: of Adam for encoder and decoder; the critic's is four times as high.
        n_runs: trainings up to the starting clusters; refinement goes on from the one with the lowest entropy.
        **shared: settings of `CentroidModel` but `latent_dim`.

    Reference:
        DANCE paper, algorithm 1, eq. 1 to 11.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DANCE(2, pretrain_epochs=2, epochs=2, n_tries=2, n_runs=1, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    derived_settings = (*CentroidModel.derived_settings, "latent_dim")
    loss_names = ("loss", "reconstruction_loss", "decorrelation_loss", "critic_loss", "clustering_loss")
    critic_rate = 4.0  # faster than the encoder, or chance would only mean a critic that lags behind

    def __init__(
        self,
        n_clusters,
        *,
        cluster_dim=4,
        noise_dim=2,
        decorrelate=True,
        initializer="rim",
        refine=True,
        sigma=1.0,
        beta_cor=0.1,
        balance=True,
        beta_dec=0.1,
        n_tries=32,
        learning_rate=5e-4,
        n_runs=10,
        **shared,
    ):
        if "latent_dim" in shared:
            raise InputError("DANCE has no latent_dim; give cluster_dim (Z_c) and noise_dim (Z_r).")
        cluster_dim, noise_dim = positive("cluster_dim", cluster_dim), positive("noise_dim", noise_dim)
        super().__init__(
            n_clusters,
            latent_dim=cluster_dim + noise_dim,
            initializer=initializer,
            n_tries=n_tries,
            learning_rate=learning_rate,
            n_runs=n_runs,
            **shared,
        )
        self.cluster_dim = cluster_dim if decorrelate else self.latent_dim
        self.decorrelate = decorrelate
        self.refine = refine
        self.sigma = number("sigma", sigma, above=0.0)
        self.initial_beta_cor = weight("beta_cor", beta_cor)
        self.balance = balance
        self.beta_dec = weight("beta_dec", beta_dec)
        self.critic_optimizer = self.new_optimizer()

    def build(self, input_shape):
        """Create the networks for samples of a shape (None, ...)."""
        super().build(input_shape)
        self.beta_cor = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(self.initial_beta_cor), trainable=False, name="beta_cor"
        )
        if self.decorrelate:
            self.measuring_noise = keras.random.SeedGenerator(0)  # measuring must not change what training draws

    @property
    def has_critic(self):
        """Whether the latent space is decorrelated."""
        return self.decorrelate

    def new_critic(self, seed):
        """The decorrelator D."""
        return build_critic(self.latent_dim, seed=seed)

    def reset_networks(self, seed):
        """Start anew from the weights of a seed."""
        super().reset_networks(seed)
        self.beta_cor.assign(self.initial_beta_cor)

    # The parts of Z ---------------------------------------------------------------------------------------------------

    def decorrelator_inputs(self, z, noise):
        """(Z with the gradient stopped through z_c, Z' with p_g drawn from `noise` in place of z_r), each (b, d)."""
        z_c, z_r = self.split(z)
        z_c = ops.stop_gradient(z_c)
        p_g = drawn(
            lambda n: keras.random.normal((n, z_r.shape[1]), stddev=self.sigma, seed=noise, dtype="float32"),
            ops.shape(z_r)[0],
        )
        return ops.concatenate([z_c, z_r], axis=1), ops.concatenate([z_c, p_g], axis=1)

    # Algorithm 1 ------------------------------------------------------------------------------------------------------

    def autoencode(self, index, x, view):
        """Procedure autoencode() of algorithm 1: z of the views and the losses of eq. 1, 2 and 3 for a batch."""
        z, losses = super().autoencode(index, x, view)  # eq. 1
        if self.decorrelate:
            inputs, reference = self.decorrelator_inputs(z, self.noise)
            d, d_reference = self.critic(inputs, training=True), self.critic(reference, training=True)
            losses["decorrelation_loss"] = ops.mean(decorrelation_loss(d))  # eq. 2
            seen = gathered(ops.cast(index % HELD_OUT != 0, "float32"))
            each = gathered(critic_loss(d, d_reference))
            losses["critic_loss"] = ops.sum(seen * each) / ops.maximum(ops.sum(seen), 1.0)  # eq. 3
        return z, losses

    def pretrain_objective(self, losses):
        """L^Q = L_rec + beta_cor L_cor (eq. 4)."""
        beta_cor = self.beta_cor * self.feature_variance
        return losses["reconstruction_loss"] + beta_cor * losses.get("decorrelation_loss", 0.0)

    def objective(self, losses):
        """L^Q = L_rec + beta_cor L_cor + beta_dec L_dec (eq. 11)."""
        beta_dec = self.beta_dec * self.feature_variance
        return self.shares(beta_dec * losses["clustering_loss"], self.pretrain_objective(losses))

    def refine_step(self, index, x, view):
        """One iteration of DEC refinement: L^Q = L_rec + beta_cor L_cor + beta_dec L_dec (eq. 11)."""
        with tf.GradientTape(persistent=True) as tape:
            z, losses = self.autoencode(index, x, view)
            losses["clustering_loss"] = self.clustering_loss(index, z)  # eq. 10
            losses["loss"] = self.objective(losses)  # eq. 11
            shares = self.minimized(losses)
        return self.update(tape, losses, shares, self.trained_variables)

    # Phases -----------------------------------------------------------------------------------------------------------

    def run_pretrain(self, runner, seed, state):
        """DAN pretraining, also from a given autoencoder, whose latent space is not decorrelated."""
        self.train_autoencoder(runner, seed)

    def run_refine(self, runner, seed, state):
        """DEC refinement, when it is switched on."""
        if self.refine:
            super().run_refine(runner, seed, state)

    def steering(self, samples, epochs, rate=1.0, rise=0.0):
        """Callbacks that lower the learning rates and, when there is an adversary to balance, steer beta_cor."""
        rates = super().steering(samples, epochs, rate, rise)
        if not self.decorrelate:
            return rates
        self.measuring_noise.state.assign([0, 0])
        return [*rates, AdversaryBalance(self.held_out(samples))] if self.balance else rates

    def held_out(self, samples):
        """Features that the critic is not trained on (m, ...)."""
        return samples.x[::HELD_OUT][:MEASURED]

    # What a run leaves behind -----------------------------------------------------------------------------------------

    def critic_accuracy(self, features):
        """Share of right guesses of the critic on Z and Z' of features (m, ...): 0.5 is chance."""
        inputs, reference = self.decorrelator_inputs(self.encode_features(features), self.measuring_noise)
        return ops.mean(critic_hits(self.critic(inputs), self.critic(reference)))

    def further_evidence(self, samples, z, seed):
        """How far the decorrelation came, beside what every method measures."""
        evidence = super().further_evidence(samples, z, seed)
        if self.decorrelate:
            z_c, z_r = self.split(z)
            measure, held_out = self.function("critic_accuracy"), self.held_out(samples)
            evidence["critic_accuracy"] = float(np.mean([measure(held_out) for _ in range(8)]))
            evidence["latent_correlation"] = latent_correlation(z_c, z_r)
            evidence["fresh_critic_accuracy"] = fresh_critic_accuracy(z_c, z_r, self.sigma, seed)
            evidence["beta_cor"] = number_in(self.beta_cor)
        return evidence
