"""Spaces to judge clusterings in: features, and an autoencoder's latent space.

They belong to no method, so no method has an advantage.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from kerasclust.choosing.planned import SHARED
from kerasclust.data.inputs import Rows, read_samples
from kerasclust.data.pipeline import in_batches
from kerasclust.frontends import build_frontend
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.models.parts.clock import clock_of
from kerasclust.types import Array

MOST_DIMENSIONS = 50  # with more, distances are slow and tell little
FEATURES, LATENT = "features", "latent space"


def feature_space(x: Any, frontend: Any = "auto") -> Array:
    """Compute the features of samples by a front end, or their first principal components.

    Args:
        x: samples (n, ...), as models take them. Missing features count as 0.
        frontend: front end, as models take it.

    Returns:
        Array (n, d) with d of at most `MOST_DIMENSIONS`.

    Example:
        >>> import numpy as np
        >>> feature_space(np.random.default_rng(0).normal(size=(100, 8, 8, 1))).shape
        (100, 50)
    """
    rows = x if isinstance(x, Rows) else read_samples(x)
    clock = clock_of(frontend, rows)
    layer = build_frontend(
        frontend,
        rows.sample_shape,
        steps=rows.typical_steps,
        period=clock and clock.period,
        weekend=clock.weekend if clock else (),
        categories=rows.kind.category_sizes,
    )
    layer.adapt(rows.array())
    features = in_batches(layer, rows.array())
    flat = features.reshape(len(features), -1).astype("float64")
    flat = np.where(np.isnan(flat), 0.0, flat)
    n_components = min(MOST_DIMENSIONS, len(flat))
    if flat.shape[1] <= n_components:
        return flat
    return PCA(n_components, random_state=0).fit_transform(flat)


def latent_space(x: Any, seed: int = 0, verbose: int = 0, **settings: Any) -> Array:
    """Train an autoencoder on samples, and return its latent space.

    Its networks are dense by default, which is fast.

    Args:
        x: samples (n, ...), as models take them.
        seed: seed of everything random in it.
        verbose: 0 is silent, anything else shows a bar.
        **settings: settings of `Autoencoder`.

    Returns:
        Array (n, d).

    Example:
        >>> import numpy as np
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> latent_space(x, latent_dim=2, pretrain_epochs=2).shape
        (60, 2)
    """
    given: dict[str, Any] = {"network": "dense", "random_state": seed} | settings
    autoencoder = Autoencoder(**given)
    autoencoder.fit(x, verbose=verbose)
    return autoencoder.encode(x).astype("float64")


@dataclass(frozen=True)
class JudgingSpaces:
    """Spaces that clusterings and numbers of clusters are judged in.

    Args:
        by_name: {name: array (n, d)}.
        seconds: duration of the training of the autoencoder.
    """

    by_name: Mapping[str, Array]
    seconds: float


def judging_spaces(
    x: Any, seed: int, settings: Mapping[str, Any], verbose: int = 0, features: Array | None = None
) -> JudgingSpaces:
    """Return the `JudgingSpaces` of samples.

    They are the features and the latent space of an autoencoder that no method may start from.

    Args:
        x: samples (n, ...), as models take them.
        seed: seed of the autoencoder.
        settings: {name: value} of methods; the front end and the settings of an autoencoder are taken from it.
        verbose: 0 is silent, anything else shows a bar.
        features: result of `feature_space` for the same front end, if it is computed already.
    """
    of_autoencoder = {name: value for name, value in settings.items() if name in SHARED}
    began = time.perf_counter()
    latent = latent_space(x, seed, verbose, **of_autoencoder)
    seconds = time.perf_counter() - began
    if features is None:
        features = feature_space(x, settings.get("frontend", "auto"))
    return JudgingSpaces({FEATURES: features, LATENT: latent}, seconds)
