"""ACAI: k-means in the latent space of an autoencoder with an adversarially constrained interpolation."""

import keras

from kerasclust.models.autoencoders.interpolation import LAMBDA, InterpolationConstrained
from kerasclust.models.families.classical import ClassicalModel, KMeansClusters
from kerasclust.models.registry import register_method


@register_method(
    "acai",
    kind="autoencoder + interpolation critic, then k-means",
    paper="Berthelot et al. 2019; DANCE paper, section II",
)
@keras.saving.register_keras_serializable(package="kerasclust")
class ACAI(InterpolationConstrained, KMeansClusters, ClassicalModel):
    """k-means in a latent space where a mixture of two points decodes to what a critic takes for data.

    Phases: "pretrain" (autoencoder and critic: the critic says how much of a second point is mixed in, the autoencoder
    makes it say 0), "initialize" (k-means in the latent space, the best of several tries by its own objective). The
    paper's symbols: encoder f_theta, decoder g_phi, critic d_omega.

    A given autoencoder is where the game starts, unless it is an `ACAIAutoencoder`, for which it is over: that one is
    not trained any further, and the settings of the game have no effect.

    Args:
        n_clusters: number of clusters k.
        interpolation_weight: lambda, the weight of the critic's guess in the autoencoder's loss, in units of the
            features' variance.
        gamma: share of the sample itself in the mean of sample and reconstruction that the critic is shown.
        n_tries: starts of k-means.
        **shared: settings of `ClassicalModel`.

    Reference:
        D. Berthelot, C. Raffel, A. Roy, I. Goodfellow, "Understanding and improving interpolation in autoencoders via
        an adversarial regularizer", ICLR 2019: section 2, L_d and L_f,g. The authors whiten the latent points before
        k-means, which blows up noise where the data have fewer dimensions than the latent space, and start it 1000
        times.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = ACAI(2, pretrain_epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    loss_names = ("loss", "reconstruction_loss", "interpolation_loss", "critic_loss")

    def __init__(self, n_clusters, *, interpolation_weight=LAMBDA, gamma=0.2, n_tries=20, **shared):
        super().__init__(n_clusters, n_tries=n_tries, **shared)
        self.constrain(interpolation_weight, gamma)
        self.is_constrained = isinstance(shared.get("autoencoder"), InterpolationConstrained)

    def run_pretrain(self, runner, seed, state):
        """Autoencoder against critic, also from a given autoencoder that was not trained in this way."""
        if not self.is_constrained:
            self.train_autoencoder(runner, seed)
