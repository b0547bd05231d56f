"""DCCS: deep clustering with category-style representation."""

import math

import keras
import tensorflow as tf
from keras import ops

from kerasclust.compute.distribution import drawn, gathered, own_rows, scaled
from kerasclust.losses import jensen_shannon_information, prior_matching_loss, self_augmentation
from kerasclust.models.families.discriminative import DiscriminativeModel
from kerasclust.models.parts.checks import number, positive, weight
from kerasclust.models.parts.paired_views import PairedViews
from kerasclust.models.parts.wasserstein import Wasserstein
from kerasclust.models.registry import register_method
from kerasclust.networks import build_classifier, build_critic


@register_method("dccs", kind="discriminative + adversary, paired views", paper="DANCE paper, II and IV")
@keras.saving.register_keras_serializable(package="kerasclust")
class DCCS(Wasserstein, PairedViews, DiscriminativeModel):
    """A code of category and style that tells samples apart; the category is the cluster, the same for all views.

    The paper's symbols: encoder Q(Z | X), Z = (Z_c, Z_s) with category Z_c, a softmax, and style Z_s; critic D; S,
    which scores pairs of a sample and a code. D keeps Z near its prior: Z_c a certain answer, every cluster as likely,
    and Z_s Gaussian. Both come from the encoder's latent points by one linear layer each.

    Args:
        n_clusters: number of clusters k.
        style_dim: dimensions of Z_s.
        sigma: standard deviation of the prior of Z_s.
        beta_mi: weight of the information of the code about the sample.
        beta_adv: weight of the prior.
        beta_aug: weight of what augmentation changes in Z_c.
        critic_steps: of D for each of the encoder.
        batch_size: samples a step; the paper's 64, as the game takes many steps.
        learning_rate: of Adam, for both.
        **shared: settings of `DiscriminativeModel`.

    Reference:
        J. Zhao, D. Lu, K. Ma, Y. Zhang, Y. Zheng, "Deep image clustering with category-style representation", ECCV
        2020: section 3, and section 4 for the weights, sigma and the dimensions of Z_s. For sequences the augmentation
        is that of the DANCE paper, section IV.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DCCS(2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    loss_names = ("loss", "information", "prior_loss", "self_augmentation_loss", "critic_loss")

    def __init__(
        self,
        n_clusters,
        *,
        style_dim=50,
        sigma=0.1,
        beta_mi=0.5,
        beta_adv=1.0,
        beta_aug=2.0,
        critic_steps=4,
        batch_size=64,
        learning_rate=5e-4,
        **shared,
    ):
        super().__init__(n_clusters, batch_size=batch_size, learning_rate=learning_rate, **shared)
        self.style_dim = positive("style_dim", style_dim)
        self.sigma = number("sigma", sigma, above=0.0)
        self.beta_mi, self.beta_adv = weight("beta_mi", beta_mi), weight("beta_adv", beta_adv)
        self.beta_aug = weight("beta_aug", beta_aug)
        self.compete(critic_steps)

    @property
    def code_dim(self):
        """Dimensions of Z."""
        return self.n_clusters + self.style_dim

    def new_heads(self, seed):
        """What makes Z_c and Z_s of latent points, and S."""
        pair_dim = math.prod(self.feature_shape) + self.code_dim
        return super().new_heads(seed) | {
            "style": build_classifier(self.latent_dim, self.style_dim, seed + 1),
            "statistics": build_critic(pair_dim, seed=seed + 2),
        }

    def new_critic(self, seed):
        """D."""
        return build_critic(self.code_dim, seed=seed)

    # Losses -----------------------------------------------------------------------------------------------------------

    def coded_losses(self, x, view):
        """Z (b, c), and what it tells about the sample, its distance from the prior and from the view's."""
        z = self.encoder(x, training=True)
        category = ops.softmax(self.heads["classifier"](z), axis=-1)  # Z_c
        code = ops.concatenate([category, self.heads["style"](z)], axis=1)  # Z
        of_view = self.heads["classifier"](self.encoder(view, training=True))
        return code, {
            "information": self.code_information(x, code),  # section 3.1
            "self_augmentation_loss": ops.mean(self_augmentation(category, of_view)),  # section 3.2
            "prior_loss": ops.mean(prior_matching_loss(self.critic(code))),  # section 3.3
        }

    def code_information(self, x, code):
        """I(X; Z), by S on features x (b, ...) with their own codes (b, c) and with those of others of the batch."""
        n = ops.shape(x)[0]
        x, others = ops.reshape(x, (n, -1)), own_rows(ops.roll(gathered(code), 1, axis=0), n)
        pairs = [ops.concatenate([x, ops.cast(z, x.dtype)], axis=1) for z in (code, others)]
        return jensen_shannon_information(*(self.heads["statistics"](pair, training=True) for pair in pairs))

    def prior(self, n):
        """n draws of the prior of Z (n, c): a category, each as likely, and Gaussian style."""
        category = keras.random.randint((n,), 0, self.n_clusters, seed=self.noise)
        style = keras.random.normal((n, self.style_dim), stddev=self.sigma, seed=self.noise)
        return ops.concatenate([ops.one_hot(category, self.n_clusters, dtype="float32"), style], axis=1)

    def objective(self, losses):
        """L = beta_mi L_mi + beta_adv L_adv + beta_aug L_aug, with L_mi = -I(X; Z) (section 3.4)."""
        matched = self.beta_adv * losses["prior_loss"] + self.beta_aug * losses["self_augmentation_loss"]
        return matched - self.beta_mi * losses["information"]

    def cluster_step(self, index, x, view):
        """One iteration: D by its loss, several times, and encoder, heads and S by L (`objective`)."""
        with tf.GradientTape() as tape:
            code, losses = self.coded_losses(x, view)
            losses["loss"] = self.objective(losses)
            share = scaled(self.optimizer, losses["loss"])
        for _ in range(self.critic_steps):
            prior = drawn(self.prior, ops.shape(code)[0])
            losses["critic_loss"] = self.train_critic(ops.stop_gradient(code), prior)
        return self.descend(tape, share, self.trained_variables, losses)
