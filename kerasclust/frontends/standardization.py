"""Standardization of features to mean 0 and deviation 1, with balanced blocks of features."""

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np

from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.soft_clip import soft_clip
from kerasclust.types import Array, Tensor

# Variation of scaled data, as a share of its level or of 1, below which it is rounding errors.
_NO_VARIATION = 1e-5
_CLIP = 5.0


@keras.saving.register_keras_serializable(package="kerasclust")
class Standardization(FrontEnd):
    """Scaling of each feature to (x - mean) / deviation, softly clipped at 5 deviations.

    A feature without variation becomes 0. Missing values (NaN) do not count and stay missing. All blocks of features get the same total variance, while the variance of all
    features together does not change. A block of 8 features then counts as much in a distance as a block of 136.

    Args:
        blocks: (features, share_unit) of each block. If `share_unit` is true, the whole block is divided by one number,
            because its features, such as principal components, tell by their deviation how important they are.
        name: name of the layer.

    Input and output: (batch, features), float32. The output is in deviations.

    Example:
        >>> x = np.random.default_rng(0).normal(3.0, [[1.0, 10.0, 0.0]], (500, 3))
        >>> standardization = Standardization(blocks=[(3, False)])
        >>> standardization.adapt(x)
        >>> np.std(standardization(x), axis=0).round(2)
        array([1., 1., 0.], dtype=float32)
    """

    def __init__(self, blocks: Iterable[tuple[int, bool]], name: str | None = None) -> None:
        super().__init__(name=name)
        self.blocks = [(int(features), bool(share_unit)) for features, share_unit in blocks]

    def build(self, input_shape: Shape) -> None:
        """Create mean, deviation and gain of each feature."""
        super().build(input_shape)
        features = (input_shape[-1],)
        self.mean = self.add_state("mean", features)
        self.deviation = self.add_state("deviation", features, "ones")
        self.gain = self.add_state("gain", features, "ones")

    def adapt_batches(self, batches: Batches) -> None:
        """Set mean, deviation and gain of each feature."""
        mean, variance = mean_and_variance(batches)
        deviation = np.sqrt(variance)
        varies = deviation > _NO_VARIATION * np.maximum(1.0, np.abs(mean))
        self.mean.assign(mean)
        self.deviation.assign(np.where(varies, deviation, 1.0))
        self.gain.assign(_gains(np.where(varies, deviation, 0.0), self.blocks))

    def transform(self, x: Tensor) -> Tensor:
        """Return standardized features (batch, features)."""
        return soft_clip((x - self.mean) / self.deviation, _CLIP) * self.gain

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the input shape."""
        return tuple(input_shape)

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the names as they are, as standardization keeps the features."""
        return list(channel_names)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "blocks": [list(block) for block in self.blocks]}


def mean_and_variance(batches: Iterable[Array]) -> tuple[Array, Array]:
    """Compute mean and population variance of the observed values of each feature, in one float64 pass.

    Both are 0 for a feature that is always missing.

    Args:
        batches: iterable of arrays (n, features), where NaN means missing.

    Reference:
        Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.

    Example:
        >>> mean_and_variance([np.array([[1.0], [2.0]]), np.array([[6.0]])])
        (array([3.]), array([4.66666667]))
    """
    count, mean, squares = np.zeros((), "int64"), np.zeros(()), np.zeros(())
    for batch in batches:
        batch = batch.astype("float64")
        missing = np.isnan(batch)
        new = len(batch) - missing.sum(0)
        batch_mean = np.where(missing, 0.0, batch).sum(0) / np.maximum(new, 1)
        step = batch_mean - mean
        total = np.maximum(count + new, 1)
        squares = squares + np.square(np.where(missing, 0.0, batch - batch_mean)).sum(0) + step**2 * count * new / total
        mean = mean + step * new / total
        count = count + new
    return mean, squares / np.maximum(count, 1)


def _gains(deviation: Array, blocks: Sequence[tuple[int, bool]]) -> Array:
    """Compute the factors of standardized features, from their deviations (0 if constant)."""
    ends = np.cumsum([features for features, _ in blocks])
    gains = [
        _block_gains(part, share_unit)
        for part, (_, share_unit) in zip(np.split(deviation, ends[:-1]), blocks, strict=True)
    ]
    variances = np.array([np.sum(part**2) for part in gains])
    share = variances.sum() / max(1, np.count_nonzero(variances))
    return np.concatenate(
        [
            part * np.sqrt(share / variance) if variance else part
            for part, variance in zip(gains, variances, strict=True)
        ]
    )


def _block_gains(deviation: Array, share_unit: bool) -> Array:
    """Compute the factors of a block by itself."""
    if share_unit and deviation.any():
        return np.asarray(deviation / np.sqrt(np.mean(deviation**2)))
    return (deviation > 0).astype("float64")
