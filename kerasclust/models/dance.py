"""DANCE: decorrelating adversarial nets for clustering-friendly encoding."""

from types import MappingProxyType

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from kerasclust.callbacks import AdversaryBalance, AssignmentConvergence, LearningRateDecay, TargetDistributionUpdate
from kerasclust.datasets.pipeline import Samples, in_batches
from kerasclust.diagnostics import fresh_critic_accuracy, latent_correlation, measure, tries_evidence
from kerasclust.errors import InputError
from kerasclust.initializers import RIM, cluster_means, kmeans_tries, rank_tries
from kerasclust.layers import StudentTAssignment
from kerasclust.losses import (
    assignment_hardening,
    critic_hits,
    critic_loss,
    decorrelation_loss,
)
from kerasclust.models.base import DeepClusteringModel, positive
from kerasclust.models.selection import Candidate
from kerasclust.networks import build_critic
from kerasclust.optimizers import reset
from kerasclust.registry import register_method

HELD_OUT = 10  # one sample in ten is kept from the critic, to measure it on
MEASURED = 1024  # held-out samples that a measurement uses at most
CRITIC_RATE = 4.0  # the critic learns faster than the encoder, or chance would only mean a critic that lags behind
REFINE_RATE = 0.3  # of the learning rate: refinement starts from what works, and large steps would undo it
RIM_STEPS = 20  # updates of RIM that the progress bar counts as an epoch
TARGET_INTERVAL = 32  # updates between two target distributions


@register_method("dance", kind="autoencoder + adversary", paper="DANCE paper, algorithm 1")
@keras.saving.register_keras_serializable(package="kerasclust")
class DANCE(DeepClusteringModel):
    """Clusters Z_c, the part of an autoencoder's latent space that an adversary keeps free of everything else.

    Phases: "pretrain" (DAN: autoencoder and decorrelator), "initialize" (RIM on Z_c), "refine" (DEC on Z_c, with the
    decorrelation still on). The paper's symbols: encoder Q, decoder Q', decorrelator D, Z = z_c + z_r (concatenated),
    Z' = z_c + p_g with Gaussian p_g.

    Args:
        n_clusters: number of clusters k.
        cluster_dim: dimensions of Z_c.
        noise_dim: dimensions of Z_r.
        decorrelate: table V's DAN. Off: one latent space of cluster_dim + noise_dim dimensions, no critic.
        initializer: "rim", or "kmeans" (table V without RIM).
        refine: table V's DEC. Off: the starting centers are the result.
        sigma: standard deviation of p_g.
        beta_cor: starting weight of the decorrelation (eq. 4).
        balance: steer beta_cor so that the critic ends near chance; off keeps it as given.
        beta_dec: weight of the clustering loss (eq. 11).
        alpha: degrees of freedom of the Student's t assignment (eq. 8).
        rim_tries: tries of RIM (or of k-means).
        tolerance: refinement stops when fewer of the labels change.
        learning_rate: of Adam for encoder and decoder; the critic's is four times as high.
        n_runs: trainings up to the starting clusters; refinement goes on from what their best tries agree on.
        **shared: settings of `DeepClusteringModel` but `latent_dim`.

    Reference:
        DANCE paper, algorithm 1, eq. 1 to 11.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DANCE(2, pretrain_epochs=2, epochs=2, rim_tries=2, n_runs=1, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    phase_names = ("pretrain", "initialize", "refine")
    searched_phases = ("pretrain", "initialize")
    fixed_settings = ("latent_dim",)
    auto_updates = MappingProxyType({"pretrain": 3000, "initialize": 600, "refine": 1500})

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
        alpha=1.0,
        rim_tries=32,
        tolerance=0.001,
        learning_rate=5e-4,
        n_runs=8,
        **shared,
    ):
        if "latent_dim" in shared:
            raise InputError("DANCE has no latent_dim; give cluster_dim (Z_c) and noise_dim (Z_r).")
        cluster_dim, noise_dim = positive("cluster_dim", cluster_dim), positive("noise_dim", noise_dim)
        super().__init__(
            n_clusters, latent_dim=cluster_dim + noise_dim, learning_rate=learning_rate, n_runs=n_runs, **shared
        )
        if initializer not in ("rim", "kmeans"):
            raise InputError(f"initializer={initializer!r}: expected 'rim' or 'kmeans'.")
        self.cluster_dim = cluster_dim if decorrelate else self.latent_dim
        self.decorrelate = decorrelate
        self.initializer = initializer
        self.refine = refine
        self.sigma = sigma
        self.initial_beta_cor = beta_cor
        self.balance = balance
        self.beta_dec = beta_dec
        self.tolerance = tolerance
        self.assignment = StudentTAssignment(self.n_clusters, alpha)
        self.rim = RIM(self.n_clusters, positive("rim_tries", rim_tries))
        self.critic_optimizer = self.new_optimizer()
        self.trackers = {
            name: keras.metrics.Mean(name)
            for name in ("loss", "reconstruction_loss", "decorrelation_loss", "critic_loss", "clustering_loss")
        }

    def build(self, input_shape):
        """Create the networks for samples of a shape (None, ...)."""
        super().build(input_shape)
        self.assignment.build((None, self.cluster_dim))
        self.beta_cor = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(self.initial_beta_cor), trainable=False, name="beta_cor"
        )
        if self.decorrelate:
            self.critic = build_critic(self.latent_dim)
            self.measuring_noise = keras.random.SeedGenerator(0)  # measuring must not change what training draws
            self.critic_optimizer.build(self.critic.trainable_variables)
        self.optimizer.build([*self.autoencoder_variables, self.assignment.centers])

    @property
    def autoencoder_variables(self):
        """theta_q and theta_q'."""
        return [*self.encoder.trainable_variables, *self.decoder.trainable_variables]

    def reset_networks(self, seed):
        """Start anew from the weights of a seed."""
        super().reset_networks(seed)
        self.beta_cor.assign(self.initial_beta_cor)
        if self.decorrelate:
            self.critic.set_weights(build_critic(self.latent_dim, seed=seed + 500).get_weights())

    def forget(self, seed):
        """Start the optimizers and the noise anew; the weights stay."""
        super().forget(seed)
        if self.decorrelate:
            reset(self.critic_optimizer)

    # The parts of Z ---------------------------------------------------------------------------------------------------

    def split(self, z):
        """(z_c, z_r) of latent points z (b, d)."""
        return z[:, : self.cluster_dim], z[:, self.cluster_dim :]

    def soft_assignment(self, z):
        """Student's t assignments (b, k) of latent points z (b, d), by their z_c (eq. 8)."""
        return self.assignment(self.split(z)[0])

    def decorrelator_inputs(self, z, noise):
        """(Z with the gradient stopped through z_c, Z' with p_g drawn from `noise` in place of z_r), each (b, d)."""
        z_c, z_r = self.split(z)
        z_c = ops.stop_gradient(z_c)
        p_g = keras.random.normal(ops.shape(z_r), stddev=self.sigma, seed=noise, dtype="float32")
        return ops.concatenate([z_c, z_r], axis=1), ops.concatenate([z_c, p_g], axis=1)

    # Algorithm 1 ------------------------------------------------------------------------------------------------------

    def autoencode(self, index, x):
        """Procedure autoencode() of algorithm 1: z and the losses of eq. 1, 2 and 3 for a batch (index (b,), x)."""
        z = self.encoder(x, training=True)
        losses = {"reconstruction_loss": ops.mean((x - self.decoder(z, training=True)) ** 2)}  # eq. 1
        if self.decorrelate:
            inputs, reference = self.decorrelator_inputs(z, self.noise)
            d, d_reference = self.critic(inputs, training=True), self.critic(reference, training=True)
            losses["decorrelation_loss"] = ops.mean(decorrelation_loss(d))  # eq. 2
            seen = ops.cast(index % HELD_OUT != 0, "float32")
            losses["critic_loss"] = ops.sum(seen * critic_loss(d, d_reference)) / ops.maximum(
                ops.sum(seen), 1.0
            )  # eq. 3
        return z, losses

    def pretrain_step(self, index, x):
        """One iteration of DAN pretraining: L^Q = L_rec + beta_cor L_cor (eq. 4)."""
        with tf.GradientTape(persistent=True) as tape:
            _, losses = self.autoencode(index, x)
            losses["loss"] = losses["reconstruction_loss"] + self.beta_cor * losses.get("decorrelation_loss", 0.0)
            scaled = self.scaled(losses)
        return self.update(tape, losses, scaled, self.autoencoder_variables)

    def refine_step(self, index, x):
        """One iteration of DEC refinement: L^Q = L_rec + beta_cor L_cor + beta_dec L_dec (eq. 11)."""
        with tf.GradientTape(persistent=True) as tape:
            z, losses = self.autoencode(index, x)
            q, p = self.soft_assignment(z), tf.gather(self.targets, index)
            losses["clustering_loss"] = ops.mean(assignment_hardening(p, q))  # eq. 10
            losses["loss"] = (
                losses["reconstruction_loss"]
                + self.beta_cor * losses.get("decorrelation_loss", 0.0)
                + self.beta_dec * losses["clustering_loss"]
            )
            scaled = self.scaled(losses)
        return self.update(tape, losses, scaled, [*self.autoencoder_variables, self.assignment.centers])

    def scaled(self, losses):
        """The losses that are minimised, scaled by their optimizers where the precision asks for it."""
        scaled = [self.optimizer.scale_loss(losses["loss"])]
        return [*scaled, self.critic_optimizer.scale_loss(losses["critic_loss"])] if self.decorrelate else scaled

    def update(self, tape, losses, scaled, theta_q):
        """Update theta_d by L_cor^D, then theta_q by L^Q, each with its own optimizer."""
        if self.decorrelate:
            theta_d = self.critic.trainable_variables
            self.critic_optimizer.apply(tape.gradient(scaled[1], theta_d), theta_d)
        self.optimizer.apply(tape.gradient(scaled[0], theta_q), theta_q)
        for name, value in losses.items():
            self.trackers[name].update_state(value)
        return {name: self.trackers[name].result() for name in losses}

    # Phases -----------------------------------------------------------------------------------------------------------

    def run_pretrain(self, runner, seed, state):
        """DAN pretraining."""
        epochs = self.epochs_of("pretrain", runner.samples)
        runner.train("pretrain", runner.samples, epochs, self.steering(runner.samples, epochs), seed)

    def run_initialize(self, runner, seed, state):
        """Starting centers in Z_c: the means of the clusters of the best try of RIM, or of k-means."""
        z_c = self.cluster_features(runner.samples)
        if self.initializer == "kmeans":
            labels, scores = kmeans_tries(z_c, self.n_clusters, seed, self.rim.n_tries)
        else:
            labels, scores = self._rim_tries(runner, z_c, seed)
        order = rank_tries(labels, scores, self.n_clusters)
        state |= {"tries": labels[order], "tries_scores": scores[order], "initial_z_c": z_c}
        self.place_centers(state, state["tries"][0])

    def _rim_tries(self, runner, z_c, seed):
        self.rim.reset(z_c, seed)
        epochs = -(-self.auto_updates["initialize"] // RIM_STEPS)
        runner.train("initialize", Samples(z_c, 4 * self.batch_size), epochs, seed=seed, steps_per_epoch=RIM_STEPS)
        return self.rim.tries(z_c)

    def place_centers(self, state, labels):
        """Start the centers at the means in Z_c of clusters `labels` (n,)."""
        z_c = state["initial_z_c"]
        state["initial_labels"] = labels
        self.assignment.place(cluster_means(z_c, labels, self.n_clusters), z_c)

    def adopt(self, candidate, labels):
        """Go on from a run's weights, with the centers at the means of clusters `labels` (n,) in its Z_c."""
        self.set_weights(candidate.weights)
        self.place_centers(candidate.state, labels)

    def initialize_step(self, index, z_c):
        """One iteration of all tries of RIM (eq. 7)."""
        return self.rim.train_step(z_c)

    def run_refine(self, runner, seed, state):
        """DEC refinement."""
        if not self.refine:
            return
        samples = runner.samples
        if self.targets is None or self.targets.shape[0] != len(samples):
            self.targets = tf.Variable(tf.zeros((len(samples), self.n_clusters)), trainable=False)
        self.forget(seed + 1)  # weights may come from another run than the optimizers' moments
        interval = max(1, round(TARGET_INTERVAL / samples.steps_per_epoch))
        convergence = AssignmentConvergence(self.tolerance)
        epochs = self.epochs_of("refine", samples)
        callbacks = [
            TargetDistributionUpdate(samples, interval),
            convergence,
            *self.steering(samples, epochs, REFINE_RATE),
        ]
        runner.train("refine", samples, epochs, callbacks, seed + 1)

    def steering(self, samples, epochs, rate=1.0):
        """Callbacks that lower the learning rates and, when there is an adversary to balance, steer beta_cor."""
        rates = {"learning_rate": (self.optimizer, rate * self.learning_rate)}
        if not self.decorrelate:
            return [LearningRateDecay(rates, epochs)]
        rates["critic_learning_rate"] = (self.critic_optimizer, CRITIC_RATE * rate * self.learning_rate)
        self.measuring_noise.state.assign([0, 0])
        balance = [AdversaryBalance(self.held_out(samples))] if self.balance else []
        return [LearningRateDecay(rates, epochs), *balance]

    def held_out(self, samples):
        """Features that the critic is not trained on (m, ...)."""
        return samples.x[::HELD_OUT][:MEASURED]

    def cluster_features(self, samples):
        """Z_c of all samples (n, cluster_dim)."""
        return self.split(in_batches(self.function("encode_features"), samples.x))[0]

    # What a run leaves behind -----------------------------------------------------------------------------------------

    def encode_features(self, features):
        """Latent points (b, d) of features (b, ...)."""
        return self.encoder(features, training=False)

    def assign_features(self, features):
        """Soft assignments (b, k) of features (b, ...)."""
        return self.soft_assignment(self.encode_features(features))

    def critic_accuracy(self, features):
        """Share of right guesses of the critic on Z and Z' of features (m, ...): 0.5 is chance."""
        inputs, reference = self.decorrelator_inputs(self.encode_features(features), self.measuring_noise)
        return ops.mean(critic_hits(self.critic(inputs), self.critic(reference)))

    def candidate(self, samples, seed, state, seconds):
        """The trained model as a candidate for `choose_run`, with label-free evidence."""
        z = in_batches(self.function("encode_features"), samples.x)
        z_c, z_r = self.split(z)
        q = in_batches(self.function("soft_assignment"), z)
        evidence = measure(samples.x, z_c, q) | {"seed": seed, "seconds": seconds}
        reconstructed = in_batches(self.function("reconstruct"), z)
        evidence["reconstruction_loss"] = float(np.mean((reconstructed - samples.x) ** 2))
        if self.decorrelate:
            accuracies = [float(self.critic_accuracy(self.held_out(samples))) for _ in range(8)]
            evidence["critic_accuracy"] = float(np.mean(accuracies))
            evidence["latent_correlation"] = latent_correlation(z_c, z_r)
            evidence["fresh_critic_accuracy"] = fresh_critic_accuracy(z_c, z_r, self.sigma, seed)
            evidence["beta_cor"] = float(self.beta_cor)
        if "tries" in state:
            evidence |= tries_evidence(state)
        return Candidate(self.get_weights(), q.argmax(axis=1), evidence, state)
