"""DCCS: deep clustering with category-style representation."""

import math
from typing import Any

import keras
from keras import ops

from kerasclust.compute.draws import one_hot_and_normal, partners
from kerasclust.compute.gradients import Tape
from kerasclust.compute.missing import filled
from kerasclust.losses import jensen_shannon_information, prior_matching_loss, self_augmentation
from kerasclust.models.checks import above_zero, positive, weight
from kerasclust.models.families.classifier import CLASSIFIER, ClassifierModel
from kerasclust.models.parts.paired_views import BATCH, PAIRED_VIEWS, VIEWS
from kerasclust.models.parts.single_phase import clustering_phase
from kerasclust.models.parts.wasserstein import WassersteinCritic, adversarial_adam
from kerasclust.models.registry import register_method
from kerasclust.models.settings import Setting, with_defaults
from kerasclust.networks import build_classifier, build_critic
from kerasclust.training.logged import CRITIC, CRITIC_RATE, Logged
from kerasclust.training.phase import Phase
from kerasclust.types import Tensor


@register_method("dccs", kind="discriminative + adversary, paired views", paper="DANCE paper, II and IV")
class DCCS(ClassifierModel):
    """Encoder of category and style; the category is the cluster.

    The code of category and style tells samples apart. All views of a sample have the same category.

    The paper's symbols: encoder Q(Z | X), code Z = (Z_c, Z_s), category Z_c, style Z_s, critic D, and S, which scores
    pairs of a sample and a code. Z_c and Z_s come from the encoder's latent points by one linear layer each, Z_c with a
    softmax. D keeps Z near its prior: Z_c is one-hot with equally likely clusters, and Z_s is Gaussian.

    Reference:
        J. Zhao, D. Lu, K. Ma, Y. Zhang, Y. Zheng, "Deep image clustering with category-style representation", ECCV
        2020: section 3, and section 4 for the weights, sigma and the dimensions of Z_s. For sequences the augmentation
        is that of the DANCE paper, section IV.

    Differs from the paper:
        - S is a dense network on the sample's features, laid out flat, and the code.
        - By default views of images have another rotation, shift and light, without crops.
        - The encoder is that of this package, with 64 latent dimensions.
        - Training takes as many samples as 6,000 updates of 256 by default.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DCCS(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    takes = (
        *with_defaults(CLASSIFIER, batch_size=64, learning_rate=5e-4),
        *PAIRED_VIEWS,
        Setting("style_dim", 50, positive, "dimensions of Z_s"),
        Setting("sigma", 0.1, above_zero, "standard deviation of the prior of Z_s"),
        Setting("beta_mi", 0.5, weight, "weight of the information of the code about the sample"),
        Setting("beta_adv", 1.0, weight, "weight of the distance of Z from its prior"),
        Setting("beta_aug", 2.0, weight, "weight of the changes of Z_c between views"),
        Setting("critic_steps", 4, positive, "steps of D for each step of the encoder"),
    )
    cost, compared = 100, True
    losses = (
        Logged("information", "clustering", "information"),
        Logged("prior_loss", "adversary", "prior"),
        Logged("self_augmentation_loss", "clustering", "self-augmentation"),
        CRITIC,
    )
    further_logs = (*ClassifierModel.further_logs, CRITIC_RATE)
    auto_augmentation = VIEWS
    critic: WassersteinCritic

    def set_up(self, values: dict[str, Any]) -> None:
        """Create the critic D."""
        super().set_up(values)
        self.compile(optimizer=adversarial_adam(self.learning_rate), jit_compile=False)
        optimizer = self.new_optimizer(adversarial_adam(self.learning_rate))
        self.critic = WassersteinCritic(self.new_critic, optimizer, self.learning_rate)

    @property
    def code_dim(self) -> int:
        """Dimensions of Z."""
        return self.n_clusters + self.style_dim

    def new_heads(self, seed: int) -> dict[str, keras.Model]:
        """Return the networks of Z_c and Z_s from latent points, and S."""
        pair_dim = math.prod(self.feature_shape) + self.code_dim
        return super().new_heads(seed) | {
            "style": build_classifier(self.latent_dim, self.style_dim, seed + 1),
            "statistics": build_critic(pair_dim, seed=seed + 2),
        }

    def new_critic(self, seed: int) -> keras.Model:
        """Return D with the starting weights of a seed."""
        return build_critic(self.code_dim, seed=seed)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The only phase."""
        return (clustering_phase(self, BATCH),)

    # Losses -----------------------------------------------------------------------------------------------------------

    def coded_losses(self, x: Tensor, view: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the code Z (b, c), and the losses of its information, prior and views."""
        z = self.encoder(x, training=True)
        category = ops.softmax(self.heads["classifier"](z), axis=-1)  # Z_c
        code = ops.concatenate([category, self.heads["style"](z)], axis=1)  # Z
        of_view = self.heads["classifier"](self.encoder(view, training=True))
        return code, {
            "information": self.code_information(x, code),  # section 3.1
            "self_augmentation_loss": ops.mean(self_augmentation(category, of_view)),  # section 3.2
            "prior_loss": ops.mean(prior_matching_loss(self.critic(code))),  # section 3.3
        }

    def code_information(self, x: Tensor, code: Tensor) -> Tensor:
        """Return I(X; Z) of features x (b, ...) and codes (b, c), by the scores of S.

        S scores each sample with its own code, and with the code of another sample.
        """
        x = ops.reshape(filled(x), (ops.shape(x)[0], -1))
        pairs = [ops.concatenate([x, ops.cast(z, x.dtype)], axis=1) for z in (code, partners(code))]
        return jensen_shannon_information(*(self.heads["statistics"](pair, training=True) for pair in pairs))

    def prior(self, n: int | Tensor) -> Tensor:
        """Return n draws (n, c) of the prior of Z: equally likely categories, Gaussian style."""
        return one_hot_and_normal(n, self.n_clusters, self.style_dim, self.noise, self.sigma)

    def objective(self, losses: dict[str, Tensor]) -> Tensor:
        """Return L = beta_mi L_mi + beta_adv L_adv + beta_aug L_aug, L_mi = -I(X; Z).

        Reference:
            Section 3.4.
        """
        matched = self.beta_adv * losses["prior_loss"] + self.beta_aug * losses["self_augmentation_loss"]
        return matched - self.beta_mi * losses["information"]

    def cluster_step(self, index: Tensor, x: Tensor, view: Tensor) -> dict[str, Tensor]:
        """Make one iteration: several steps of D, and one of encoder, heads and S by L."""
        with Tape() as tape:
            code, losses = self.coded_losses(x, view)
            losses["loss"] = self.objective(losses)
        for _ in range(self.critic_steps):
            prior = self.prior(ops.shape(code)[0])
            losses["critic_loss"] = self.critic.train(ops.stop_gradient(code), prior, self.noise)
        tape.minimize((self.optimizer, losses["loss"], self.trained_variables))
        return self.logs(losses)
