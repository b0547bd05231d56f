"""Spaces that all clusterings of some samples are judged in: what a front end shows, and an autoencoder's latent space.

They belong to no method, so that none has an advantage there.
"""

from sklearn.decomposition import PCA

from kerasclust.data.inputs import read_samples
from kerasclust.data.pipeline import in_batches
from kerasclust.frontends import build_frontend
from kerasclust.models.autoencoders import Autoencoder

MOST_DIMENSIONS = 50  # in more, distances take long and tell little
FEATURES, LATENT = "features", "latent space"


def feature_space(x, frontend="auto"):
    """What the networks see of samples: the front end's features, or their first principal components.

    Args:
        x: samples (n, ...), as models take them.
        frontend: as in `RepresentationModel`.

    Returns:
        Array (n, d), d at most `MOST_DIMENSIONS`.

    Example:
        >>> import numpy as np
        >>> feature_space(np.random.default_rng(0).normal(size=(100, 8, 8, 1))).shape
        (100, 50)
    """
    rows = read_samples(x)
    layer = build_frontend(frontend, rows.shape[1:])
    layer.adapt(rows.array())
    features = in_batches(layer, rows.array())
    flat = features.reshape(len(features), -1).astype("float64")
    n_components = min(MOST_DIMENSIONS, len(flat))
    if flat.shape[1] <= n_components:
        return flat
    return PCA(n_components, random_state=0).fit_transform(flat)


def latent_space(x, seed=0, verbose=0, **settings):
    """The latent space of an autoencoder that is trained on the samples; its networks are dense, which is quick.

    Args:
        x: samples (n, ...), as models take them.
        seed: of everything random in it.
        verbose: 0 is silent, anything else shows a bar.
        **settings: of `Autoencoder`.

    Returns:
        Array (n, d).

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> latent_space(x, latent_dim=2, pretrain_epochs=2).shape
        (60, 2)
    """
    autoencoder = Autoencoder(**{"network": "dense", "random_state": seed} | settings)
    autoencoder.fit(x, verbose=verbose)
    return autoencoder.encode(x).astype("float64")
