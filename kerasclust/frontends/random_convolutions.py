"""Random dilated convolutions of a sequence, each reduced to the share of time above a bias."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasclust.compute.missing import filled, is_complete, missing_where
from kerasclust.compute.portable import shortcut
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.observed import interpolated, lengths, observed, weighted_mean
from kerasclust.frontends.sampling import RowSample
from kerasclust.frontends.statistics import typical_steps
from kerasclust.types import Array, Tensor

_LENGTH = 9
_MOST_CHANNELS = 9
# Number of sequences from which biases are computed.
_BIAS_SEQUENCES = 256
# More than rounding errors: where a sequence is constant, convolution and bias are often both exactly 0.
_MARGIN = 1e-4
# Smallest share of observed values at a place for which it counts for the biases.
_ENOUGH = 0.5
_GOLDEN = (np.sqrt(5) + 1) / 2


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomConvolutions(FrontEnd):
    """Shares of time at which random convolutions exceed a bias, or their principal components.

    As in MiniRocket, a kernel has 9 weights, a dilation and a random subset of the channels, which are summed. Three
    weights are 2 and six are -1: they sum to 0, so the level does not matter. The bias of a kernel is a quantile of its
    output on the data, with quantile levels that follow the golden ratio. A feature is the share of values above the
    bias.

    Three things differ from MiniRocket. Every kernel is drawn by itself and has one bias. Biases come from up to 256
    sequences in place of one. Dilations are powers of 2 for which a kernel covers at most half the sequence (1 if none
    does), without padding, so that features do not depend on the edges.

    The input should be scaled. The same seed and data give the same features.

    Missing steps (NaN) are interpolated linearly in time. Each place counts by the share of observed values that the
    kernel sees there. A feature without any is missing; its mean takes its place in principal components. Sequences of
    unequal length end with steps that are missing, where no kernel is placed.

    Args:
        n_kernels: number of random kernels.
        n_components: number of principal components to return; None for the features themselves. Components keep their
            deviations, so the first components matter most.
        seed: seed of the kernels, and of the sample of sequences for the biases.
        steps: typical number of steps of sequences of unequal length, which need it.
        name: name of the layer.

    Input: (batch, steps, channels), where steps may be None. Output: (batch, n_kernels), float32, shares from 0 to 1; or (batch, n_components).

    Raises:
        InputError: if the input is not a sequence of at least 9 steps, or its length is unknown and `steps` is None, or
            n_components is not from 1 to n_kernels.

    Reference:
        A. Dempster, D. F. Schmidt, G. I. Webb, "MiniRocket: a very fast (almost) deterministic transform for time
        series classification", KDD 2021.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(20, 64, 3))
        >>> convolutions = RandomConvolutions(n_kernels=100, n_components=8)
        >>> convolutions.adapt(x)
        >>> convolutions(x).shape
        TensorShape([20, 8])
    """

    takes_any_length = True

    def __init__(
        self,
        n_kernels: int = 512,
        n_components: int | None = None,
        seed: int = 0,
        steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if n_components is not None and not 1 <= n_components <= n_kernels:
            raise InputError(
                f"RandomConvolutions: n_components must be from 1 to n_kernels ({n_kernels}), found {n_components}."
            )
        self.n_kernels = n_kernels
        self.n_components = n_components
        self.seed = seed
        self.steps = steps
        self.features_share_unit = n_components is not None  # components tell by their deviation how important they are

    def build(self, input_shape: Shape) -> None:
        """Draw the kernels, and create biases and components."""
        super().build(input_shape)
        self._typical = typical_steps(self, input_shape, self.steps)
        if self._typical < _LENGTH:
            raise InputError(
                f"RandomConvolutions: kernels need sequences of at least {_LENGTH} steps, found {self._typical}."
            )
        self._dilations = _dilations(self._typical)
        shape = (_LENGTH, input_shape[-1], self.n_kernels)
        self.kernels = self.add_state("kernels", shape, self._drawn_kernels)
        self.bias = self.add_state("bias", (self.n_kernels,))
        if self.n_components:
            self.mean = self.add_state("mean", (self.n_kernels,))
            self.components = self.add_state("components", (self.n_kernels, self.n_components))

    def _drawn_kernels(self, shape: Shape, dtype: str) -> Tensor:
        return tf.constant(_draw_kernels(self.n_kernels, shape[1], self.seed), dtype)

    def adapt_batches(self, batches: Batches) -> None:
        """Set biases, and principal components if asked for."""
        self.bias.assign(self._quantiles_of_outputs(batches))
        if self.n_components:
            mean, components = _principal_components(batches.map(self._positive_shares), self.n_components)
            self.mean.assign(mean)
            self.components.assign(components)

    def _quantiles_of_outputs(self, batches: Batches) -> Array:
        """Return a bias for each kernel, (n_kernels,)."""
        sample = RowSample(int(np.prod(batches.shape)), _BIAS_SEQUENCES, self.seed)
        for batch in batches:
            sample.add(batch.reshape(len(batch), -1))
        x = tf.constant(sample.rows().reshape(-1, *batches.shape))
        if self.any_length or not is_complete(x):
            places = zip(self._convolutions(self._extended(x)), self._seen(x), strict=True)
            groups = [missing_where(seen < _ENOUGH, group) for group, seen in places]
        else:
            groups = self._convolutions(x)
        outputs = [output for group in groups for output in tf.unstack(group, axis=-1)]
        levels = np.arange(1, self.n_kernels + 1) * _GOLDEN % 1
        return np.array([_quantile(output.numpy(), level) for output, level in zip(outputs, levels, strict=True)])

    def _convolutions(self, x: Tensor) -> list[Tensor]:
        """Return the outputs (batch, fewer steps, kernels) for each dilation."""
        groups = tf.split(self.kernels, _group_sizes(self.n_kernels, len(self._dilations)), axis=-1)
        return [
            tf.nn.conv1d(x, group, stride=1, padding="VALID", dilations=dilation)
            for group, dilation in zip(groups, self._dilations, strict=True)
        ]

    def _extended(self, x: Tensor) -> Tensor:
        """Return sequences without missing values, long enough for every kernel."""
        x = filled(interpolated(x, self._typical))
        return tf.pad(x, [[0, 0], [0, _reach(self._dilations[-1])], [0, 0]]) if self.any_length else x

    def _seen(self, x: Tensor) -> list[Tensor]:
        """Return the share of observed values (batch, places, kernels) that kernels see, for each dilation."""
        is_seen, end = observed(x), lengths(x)
        if self.any_length:
            is_seen = tf.pad(is_seen, [[0, 0], [0, _reach(self._dilations[-1])], [0, 0]])
        sizes = _group_sizes(self.n_kernels, len(self._dilations))
        taken = tf.split(tf.cast(tf.not_equal(self.kernels[0], 0.0), "float32"), sizes, axis=-1)
        shares = []
        for channels, dilation in zip(taken, self._dilations, strict=True):
            steps = tf.shape(is_seen)[1] - _reach(dilation)
            weights = [is_seen[:, start : start + steps] for start in range(0, _LENGTH * dilation, dilation)]
            share = tf.matmul(tf.add_n(weights), channels / (_LENGTH * tf.reduce_sum(channels, axis=0)))
            if self.any_length:
                places = tf.cast(tf.range(steps), "float32")[None, :, None]
                share = tf.where(places + _reach(dilation) < end, share, 0.0)
            shares.append(share)
        return shares

    def _positive_shares(self, x: Tensor) -> Tensor:
        """Return the share of time (batch, n_kernels) above the bias."""
        if self.any_length:
            return self._observed_shares(x)
        return shortcut(is_complete(x), lambda: self._complete_shares(x), lambda: self._observed_shares(x))

    def _observed_shares(self, x: Tensor) -> Tensor:
        """Return the share of time above the bias, by what the kernels see."""
        biases = tf.split(self.bias, _group_sizes(self.n_kernels, len(self._dilations)))
        return tf.concat(
            [
                weighted_mean(tf.cast(output > bias + _MARGIN, "float32"), seen, axis=1, fewest=_ENOUGH)
                for output, bias, seen in zip(self._convolutions(self._extended(x)), biases, self._seen(x), strict=True)
            ],
            axis=-1,
        )

    def _complete_shares(self, x: Tensor) -> Tensor:
        """Return the share of time above the bias of sequences without missing values."""
        biases = tf.split(self.bias, _group_sizes(self.n_kernels, len(self._dilations)))
        return tf.concat(
            [
                tf.reduce_mean(tf.cast(output > bias + _MARGIN, "float32"), axis=1)
                for output, bias in zip(self._convolutions(x), biases, strict=True)
            ],
            axis=-1,
        )

    def transform(self, x: Tensor) -> Tensor:
        """Return shares of time, or their principal components."""
        features = self._positive_shares(x)
        if not self.n_components:
            return features
        known = tf.reduce_any(~tf.math.is_nan(features), axis=1, keepdims=True)
        return missing_where(~known, filled(features - self.mean) @ self.components)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, n_kernels), or (batch, n_components)."""
        return (input_shape[0], self.n_components or self.n_kernels)

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return numbered names, as a kernel mixes channels."""
        what, number = ("component", self.n_components) if self.n_components else ("kernel", self.n_kernels)
        return [f"convolution {what} {index}" for index in range(number)]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        own = {"n_kernels": self.n_kernels, "n_components": self.n_components, "seed": self.seed, "steps": self.steps}
        return {**super().get_config(), **own}


def _dilations(steps: int) -> list[int]:
    """Return powers of 2 for which a kernel covers at most half the steps, at least [1]."""
    longest = max(1, (steps - 1) // (2 * (_LENGTH - 1)))
    return [2**power for power in range(longest.bit_length())]


def _reach(dilation: int) -> int:
    """Return the number of steps from the first to the last weight of a kernel."""
    return (_LENGTH - 1) * dilation


def _quantile(outputs: Array, level: float) -> float:
    """Compute a quantile of the outputs of a kernel where it sees enough, or return 0 without any."""
    missing = np.isnan(outputs)
    if missing.any():
        outputs = outputs[~missing]
    return float(np.quantile(outputs, level)) if outputs.size else 0.0


def _group_sizes(total: int, groups: int) -> list[int]:
    """Divide a number into groups of nearly equal size."""
    return [total // groups + (group < total % groups) for group in range(groups)]


def _draw_kernels(n_kernels: int, channels: int, seed: int) -> Array:
    """Draw MiniRocket's kernels (9, channels, n_kernels).

    The weights are 2 at three places, -1 at six places, and 0 for channels outside the subset.
    """
    random = np.random.default_rng(seed)
    places = np.array(list(combinations(range(_LENGTH), 3)))
    kernels = np.zeros((_LENGTH, channels, n_kernels), "float32")
    for kernel in range(n_kernels):
        # Log-uniform, so that few channels are as likely as many.
        taken = int(2 ** random.uniform(0, np.log2(min(channels, _MOST_CHANNELS) + 1)))
        weights = np.full(_LENGTH, -1.0)
        weights[places[random.integers(len(places))]] = 2.0
        kernels[:, random.choice(channels, taken, replace=False), kernel] = weights[:, None]
    return kernels


def _principal_components(batches: Batches, n_components: int) -> tuple[Array, Array]:
    """Compute mean (features,) and components (features, n_components), strongest first."""
    mean, covariance = _mean_and_covariance(batches)
    _, vectors = np.linalg.eigh(covariance)
    vectors = vectors[:, ::-1][:, :n_components]
    # The sign of an eigenvector is arbitrary: make its largest entry positive.
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(0)[None], axis=0)
    return mean, vectors * np.sign(largest)


def _mean_and_covariance(batches: Batches) -> tuple[Array, Array]:
    """Compute mean (features,) and covariance (features, features), where the mean takes the place of missing values."""
    rows, count, total, products = 0, np.zeros(()), np.zeros(()), np.zeros(())
    totals = counts = np.zeros(())  # of pairs: sum of the first where both are observed, and how often they are
    for batch in batches:
        seen = ~np.isnan(batch)
        batch = np.where(seen, batch, 0.0).astype("float64")
        rows, count, total = rows + len(batch), count + seen.sum(0), total + batch.sum(0)
        products = products + batch.T @ batch
        if seen.all():
            totals, counts = totals + batch.sum(0)[:, None], counts + len(batch)
        else:
            seen = seen.astype("float64")
            totals, counts = totals + batch.T @ seen, counts + seen.T @ seen
    mean = total / np.maximum(count, 1)
    if np.all(count == rows):
        return mean, products / rows - np.outer(mean, mean)
    return mean, (products - totals * mean - totals.T * mean[:, None] + counts * np.outer(mean, mean)) / rows
