"""DEC: deep embedded clustering."""

import keras
import tensorflow as tf

from kerasclust.compute.distribution import scaled
from kerasclust.models.families.centroid import CentroidModel
from kerasclust.models.registry import register_method


@register_method("dec", kind="autoencoder, KL divergence", paper="survey, 3.2.2 and eq. 5 to 7")
@keras.saving.register_keras_serializable(package="kerasclust")
class DEC(CentroidModel):
    """Pretrains an autoencoder, drops its decoder, and pulls soft assignments towards a sharpened target.

    Args:
        n_clusters: number of clusters k.
        **shared: settings of `CentroidModel`.

    Reference:
        J. Xie, R. Girshick, A. Farhadi, "Unsupervised deep embedding for clustering analysis", ICML 2016: eq. 1 to 3;
        survey, eq. 5 and 7. Adam takes the place of the paper's SGD, here as in every method.

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
        >>> model = DEC(2, pretrain_epochs=2, epochs=2, random_state=0)
        >>> history = model.fit(x, verbose=0)
        >>> model.predict(x).shape
        (60, 2)
    """

    def objective(self, losses):
        """L = L_c; a schedule brings the reconstruction back."""
        return self.shares(losses["clustering_loss"], losses.get("reconstruction_loss", 0.0))

    def refine_step(self, index, x, view):
        """One iteration of refinement: L = KL(P, Q) for the encoder and the centers; the decoder is dropped."""
        if self.schedule is not None:
            return super().refine_step(index, x, view)
        with tf.GradientTape() as tape:
            losses = {"clustering_loss": self.clustering_loss(index, self.encoder(view, training=True))}
            losses["loss"] = self.objective(losses)
            share = scaled(self.optimizer, losses["loss"])
        return self.descend(tape, share, [*self.encoder.trainable_variables, self.assignment.centers], losses)
