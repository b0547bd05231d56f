"""DANCE: decorrelating adversarial nets for clustering-friendly encoding."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasclust.callbacks import AdversaryBalance
from kerasclust.compute.draws import normal
from kerasclust.compute.gradients import Tape
from kerasclust.data.pipeline import Samples
from kerasclust.inspection.diagnostics import fresh_critic_accuracy, latent_correlation
from kerasclust.losses import critic_hits, critic_loss, decorrelation_loss
from kerasclust.models.checks import above_zero, positive, switch, weight
from kerasclust.models.families.refined import RefinedModel
from kerasclust.models.parts.critic import Critic
from kerasclust.models.parts.feature_variance import mean_variance
from kerasclust.models.parts.leading_dimensions import LeadingDimensions
from kerasclust.models.registry import register_method
from kerasclust.models.settings import CENTERS, LATENT_DIM, REFINEMENT, Setting, with_defaults
from kerasclust.networks import build_critic
from kerasclust.training.logged import CLUSTERING, CRITIC, CRITIC_RATE, RECONSTRUCTION, Logged
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array, Tensor

HELD_OUT = 10  # the critic is not trained on one sample in ten, to measure its accuracy
MEASURED = 1024  # most held-out samples of a measurement
CRITIC_SHARE = 4.0  # learning rate of the critic over that of the encoder: a slow critic would guess by chance
SHARED = with_defaults(
    [setting for setting in REFINEMENT if setting is not LATENT_DIM],
    initializer="rim",
    n_tries=32,
    learning_rate=5e-4,
    n_runs=10,
)


@register_method("dance", kind="autoencoder + adversary", paper="DANCE paper, algorithm 1")
class DANCE(RefinedModel):
    """Autoencoder with a clustered part Z_c, which an adversary decorrelates from the rest.

    Phases: "pretrain" (DAN: autoencoder and decorrelator), "initialize" (RIM on Z_c), "refine" (DEC on Z_c, with the
    decorrelation still on). The paper's symbols: encoder Q, decoder Q', decorrelator D, Z = z_c + z_r (concatenated),
    Z' = z_c + p_g with Gaussian p_g.

    Reference:
        M. Kajó, J. Schnellbach, S. S. Mwanje, G. Carle, "Decorrelating adversarial nets for clustering mobile network
        data": algorithm 1, eq. 1 to 11.

    Differs from the paper:
        - The networks do not get the sequences. By default a dense network gets 34 statistics of a random part of a
          sequence, and restores the statistics of the whole sequence. The front end "variability" was chosen with
          labels. The paper has 1-d convolutions on sequences of 256 x 17.
        - `n_runs` encodings are trained, and the one with the lowest entropy of RIM is kept. The paper chooses among
          RIM's tries of one encoding.
        - D learns from nine of ten samples, at four times the learning rate of Q; the others measure its accuracy.
        - beta_cor is steered so that D ends near chance (`balance`); the paper tunes beta_cor by hand.
        - beta_cor and beta_dec count in units of the features' variance.
        - sigma is the standard deviation of p_g. The paper calls it the variance; both agree at 1.
        - Z_c has 4 dimensions and Z_r 2; the paper's network data have 4 in all.
        - Q and D are updated at the same point, from one pass through the networks.
        - Eq. 10 is a mean over the batch instead of a sum.
        - Refinement has 0.3 of the learning rate and stops when the labels settle; algorithm 1 runs e_dec iterations.
        - RIM: kernels without biases are regularized, z_c is standardized (`kerasclust.initializers.RIM`).

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DANCE(2, pretrain_epochs=2, epochs=2, n_tries=2, n_runs=1, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (
        *SHARED,
        *CENTERS,
        Setting("cluster_dim", 4, positive, "dimensions of Z_c"),
        Setting("noise_dim", 2, positive, "dimensions of Z_r"),
        Setting(
            "decorrelate",
            True,
            switch,
            "decorrelate Z_c and Z_r by a critic, DAN in table V. Off: one latent space of cluster_dim + noise_dim "
            "dimensions, without critic",
        ),
        Setting("refine", True, switch, "refine the starting centers, DEC in table V. Off: they are the result"),
        Setting("sigma", 1.0, above_zero, "standard deviation of p_g"),
        Setting(
            "beta_cor", 0.1, weight, "starting weight of the decorrelation (eq. 4), in units of the features' variance"
        ),
        Setting("balance", True, switch, "steer beta_cor so that the critic ends near chance; off keeps it as given"),
        Setting("beta_dec", 0.1, weight, "weight of the clustering loss (eq. 11), in the same units"),
    )
    cost, compared, leads = 40, True, True  # the cost of a single run
    losses = (
        RECONSTRUCTION,
        Logged("decorrelation_loss", "adversary", "decorrelation", shown=False),
        CRITIC,
        CLUSTERING,
    )
    further_logs = (
        *RefinedModel.further_logs,
        CRITIC_RATE,
        Logged("critic_accuracy", "progress", "critic's right guesses", chance=0.5),
        Logged("beta_cor", "progress", "weight of the decorrelation", shown=False),
    )
    evidence_words = MappingProxyType(
        {
            "critic_accuracy": (
                "Critic's right guesses",
                "{:.0%}",
                "Share of right guesses of the adversary that tells Z_r from noise. 50% is chance: then the clusters "
                "are in Z_c alone. Well above 60% the decorrelation has not succeeded.",
            ),
            "beta_cor": (
                "Final weight of the decorrelation",
                "{:.3g}",
                "beta_cor, steered so that the critic ends near chance.",
            ),
        }
    )
    critic: Critic

    def set_up(self, values: dict[str, Any]) -> None:
        """Split the latent space and create the decorrelator."""
        self.latent_dim = self.cluster_dim + self.noise_dim
        super().set_up(values)
        if self.decorrelate:
            self.critic = Critic(self.new_critic, self.new_optimizer(), CRITIC_SHARE * self.learning_rate)

    @property
    def clustered_dim(self) -> int:
        """Dimensions of Z_c; without decorrelation those of Z."""
        return self.cluster_dim if self.decorrelate else self.latent_dim

    @property
    def is_split(self) -> bool:
        """Whether the latent space has a part that is clustered and another part."""
        return self.decorrelate

    def new_space(self) -> LeadingDimensions:
        """Return the split of Z into Z_c and Z_r."""
        return LeadingDimensions(self.clustered_dim, self.latent_dim)

    def new_critic(self, seed: int) -> keras.Model:
        """Return the decorrelator D with the starting weights of a seed."""
        return build_critic(self.latent_dim, seed=seed)

    def build_further(self) -> None:
        """Create the weight of the decorrelation and the unit of the weights."""
        super().build_further()
        start = keras.initializers.Constant(self.settings["beta_cor"])
        self.beta_cor = self.add_weight(shape=(), initializer=start, trainable=False, name="beta_cor")
        self.feature_variance = self.add_weight(shape=(), initializer="ones", trainable=False, name="feature_variance")
        if self.decorrelate:
            self.measuring_noise = keras.random.SeedGenerator(0)  # measuring must not change what training draws

    def reset_networks(self, seed: int) -> None:
        """Reset everything to the weights of a seed."""
        super().reset_networks(seed)
        self.beta_cor.assign(self.settings["beta_cor"])

    # Algorithm 1 ------------------------------------------------------------------------------------------------------

    def decorrelator_inputs(self, z: Tensor, noise: keras.random.SeedGenerator) -> tuple[Tensor, Tensor]:
        """Return (Z, Z') of latent points z (b, d), the inputs of the decorrelator.

        No gradient flows through z_c. Z' has p_g, drawn from `noise`, in the place of z_r.
        """
        z_c, z_r = self.split(z)
        z_c = ops.stop_gradient(z_c)
        p_g = normal((ops.shape(z_r)[0], z_r.shape[1]), noise, self.sigma)
        return ops.concatenate([z_c, z_r], axis=1), ops.concatenate([z_c, p_g], axis=1)

    def autoencode(self, index: Tensor, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return z (b, d) of the views and the losses of a batch (eq. 1, 2 and 3).

        This is the procedure of the same name in algorithm 1.
        """
        z, losses = super().autoencode(index, x, view)  # eq. 1
        if self.decorrelate:
            inputs, reference = self.decorrelator_inputs(z, self.noise)
            d, d_reference = self.critic(inputs, training=True), self.critic(reference, training=True)
            losses["decorrelation_loss"] = ops.mean(decorrelation_loss(d))  # eq. 2
            learned = ops.cast(index % HELD_OUT != 0, "float32")
            losses["critic_loss"] = critic_loss(d, d_reference, learned)  # eq. 3
        return z, losses

    def pretrain_objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L^Q = L_rec + beta_cor L_cor (eq. 4)."""
        beta_cor = self.beta_cor * self.feature_variance
        return losses["reconstruction_loss"] + beta_cor * losses.get("decorrelation_loss", 0.0)

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L^Q = L_rec + beta_cor L_cor + beta_dec L_dec (eq. 11)."""
        beta_dec = self.beta_dec * self.feature_variance
        return self.scheduled(beta_dec * losses["clustering_loss"], self.pretrain_objective(losses))

    def pretrain_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of DAN: D lowers L_D (eq. 3), Q and Q' lower L^Q (eq. 4)."""
        with Tape() as tape:
            _, losses = self.autoencode(index, x, view)  # eq. 1 to 3
            losses["loss"] = self.pretrain_objective(losses)  # eq. 4
        tape.minimize(*self.of_critic(losses), (self.optimizer, losses["loss"], self.autoencoder_variables))
        return self.logs(losses)

    def refine_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration of refinement: D lowers L_D (eq. 3), Q, Q' and c_j lower L^Q (eq. 11)."""
        with Tape() as tape:
            z, losses = self.autoencode(index, x, view)  # eq. 1 to 3
            losses["clustering_loss"] = self.clustering_loss(index, z)  # eq. 10
            losses["loss"] = self.objective(losses)  # eq. 11
        tape.minimize(*self.of_critic(losses), (self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)

    # Phases -----------------------------------------------------------------------------------------------------------

    def pretraining(self) -> Phase:
        """Return DAN pretraining, which also follows a given autoencoder.

        The latent space of a given autoencoder is not decorrelated.
        """
        return replace(
            super().pretraining(),
            step=self.pretrain_step,
            before=self.measure_variance,
            callbacks=self.balancing_callbacks,
        )

    def refinement(self) -> Phase:
        """Return DEC refinement, without a step where it is switched off."""
        phase = super().refinement()
        return phase if self.refine else replace(phase, step=None, before=None, restart=None)

    def measure_variance(self, run: Run) -> None:
        """Measure the variance of the features, the unit of the weights."""
        self.feature_variance.assign(mean_variance(run.samples.x))

    def refinement_callbacks(self, samples: Samples, epochs: int) -> list[keras.callbacks.Callback]:
        """Return the callbacks of refinement, and the balance of the adversary."""
        return [*super().refinement_callbacks(samples, epochs), *self.balancing_callbacks(samples, epochs)]

    def balancing_callbacks(self, samples: Samples, epochs: int) -> list[keras.callbacks.Callback]:
        """Return the callback that steers beta_cor; none without adversary or balance."""
        if not self.decorrelate:
            return []
        self.measuring_noise.state.assign([0, 0])
        return [AdversaryBalance(self.held_out(samples))] if self.balance else []

    def held_out(self, samples: Samples) -> Array:
        """Return features (m, ...) that the critic is not trained on."""
        return samples.x[::HELD_OUT][:MEASURED]

    # Evidence ---------------------------------------------------------------------------------------------------------

    def critic_accuracy(self, features: Tensor) -> Tensor:
        """Return the share of right guesses of the critic for features (m, ...); 0.5 is chance."""
        inputs, reference = self.decorrelator_inputs(self.encode_features(features), self.measuring_noise)
        return ops.mean(critic_hits(self.critic(inputs), self.critic(reference)))

    def further_evidence(self, run: Run, z: Array) -> dict[str, Any]:
        """Return measurements of the decorrelation, and those of the base class."""
        evidence = super().further_evidence(run, z)
        if self.decorrelate:
            z_c, z_r = self.split(z)
            measure, held_out = self.traced(self.critic_accuracy), self.held_out(run.samples)
            evidence["critic_accuracy"] = float(np.mean([measure(held_out) for _ in range(8)]))
            evidence["latent_correlation"] = latent_correlation(z_c, z_r)
            evidence["fresh_critic_accuracy"] = fresh_critic_accuracy(z_c, z_r, self.sigma, run.seed)
            evidence["beta_cor"] = float(ops.convert_to_numpy(self.beta_cor))
        return evidence
