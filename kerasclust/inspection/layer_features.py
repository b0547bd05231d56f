"""Features for clustering from several layers of an encoder."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from kerasclust.compute.missing import filled
from kerasclust.data.pipeline import in_batches
from kerasclust.errors import InputError
from kerasclust.inspection.fitted import FittedModel
from kerasclust.types import Array


def layer_features(
    model: FittedModel,
    x: Array,
    layers: Sequence[str] | None = None,
    n_components: int | None = None,
    random_state: int = 0,
) -> Array:
    """Return the principal components of the outputs of several layers of a fitted encoder.

    The outputs are scaled to equal total variance, so that wide layers do not count more.

    Args:
        model: a fitted model with an encoder: an autoencoder or a clustering model.
        x: raw samples (n, ...).
        layers: names of layers of `model.encoder`; None for all layers with weights.
        n_components: number of principal components; None for the model's latent_dim.
        random_state: seed of the decomposition.

    Returns:
        Array (n, n_components) float32, for a classical method such as `sklearn.cluster.KMeans`; NaN for a sample that
        the model cannot use.

    Raises:
        InputError: the model is not fitted, a layer is unknown, or there are more components than outputs or samples.

    Reference:
        Survey, section 5.2; S. Saito, R. T. Tan, "Neural clustering: concatenating layers for better projections",
        ICLR 2017 workshop.

    Example:
        >>> from kerasclust.models.autoencoders import Autoencoder
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> autoencoder = Autoencoder(latent_dim=2, units=(8,), pretrain_epochs=1, random_state=0)
        >>> history = autoencoder.fit(x, verbose=0)
        >>> layer_features(autoencoder, x).shape
        (60, 2)
    """
    model.check_fitted()
    known = [layer.name for layer in model.encoder.layers if layer.weights]
    names = known if layers is None else list(layers)
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise InputError(f"layers={names}: expected some of {', '.join(known)}.")
    outputs = keras.Model(model.encoder.input, [model.encoder.get_layer(name).output for name in names])
    raw = model.raw(x)
    usable = in_batches(lambda rows: model.entry(tf.constant(rows))[1], raw)
    features = _side_by_side(outputs, in_batches(model.traced(model.features), raw[usable]))
    n_components = model.latent_dim if n_components is None else n_components
    if not 1 <= n_components <= min(features.shape):
        raise InputError(
            f"n_components={n_components}: expected at least 1 and at most {min(features.shape)} for "
            f"{len(features)} samples with {features.shape[1]} outputs."
        )
    found = np.full((len(raw), n_components), np.nan, "float32")
    found[usable] = PCA(n_components, random_state=random_state).fit_transform(features)
    return found


def _side_by_side(outputs: keras.Model, features: Array) -> Array:
    """Return the outputs of all layers (n, sum of widths), each layer with total variance 1."""
    flatten = tf.function(
        lambda batch: tf.concat([tf.reshape(h, (len(h), -1)) for h in tf.nest.flatten(outputs(filled(batch)))], axis=1)
    )
    joined = in_batches(flatten, features)
    widths = [int(np.prod(shape[1:])) for shape in tf.nest.map_structure(lambda h: tuple(h.shape), outputs.outputs)]
    parts = np.split(joined, np.cumsum(widths)[:-1], axis=1)
    centered = [StandardScaler(with_std=False).fit_transform(part) for part in parts]
    return np.concatenate([part / (np.sqrt((part**2).sum(axis=1).mean()) or 1.0) for part in centered], axis=1)
