"""Random dilated convolutions of a sequence, each summed up by how much of the time it is positive."""

from itertools import combinations

import keras
import numpy as np
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.batches import Batches
from kerasclust.frontends.sampling import RowSample
from kerasclust.frontends.statistics import sequence_steps

_LENGTH = 9
_MOST_CHANNELS = 9
# Sequences whose convolutions give the biases.
_BIAS_SEQUENCES = 256
# Above the bias by more than rounding: where a sequence stands still, convolution and bias are often both exactly 0.
_MARGIN = 1e-4
_GOLDEN = (np.sqrt(5) + 1) / 2


@keras.saving.register_keras_serializable(package="kerasclust")
class RandomConvolutions(FrontEnd):
    """Shares of time at which random convolutions exceed a bias, optionally as principal components.

    As in MiniRocket, a kernel has 9 weights, three of them 2 and six -1 (which sum to 0, so the level does not
    matter), a dilation, and a random subset of the channels, which are summed; its bias is a quantile of its own output
    on the data, the quantile levels following the golden ratio. The feature is the proportion of positive values. What
    differs from MiniRocket: every kernel is drawn anew and has one bias; biases come from up to 256 sequences, not from
    one; dilations are powers of 2 for which the kernel covers at most half the sequence (1 if none does), and there is
    no padding, so that features do not depend on what is at the edges.

    Made for scaled input. The same seed and data give the same features.

    Args:
        n_kernels: random kernels.
        n_components: principal components of the features to return, None for the features themselves. Components
            keep their deviations: the first ones matter most.
        seed: of the kernels and of the sequences that give the biases.
        name: name of the layer.

    Input: (batch, steps, channels). Output: (batch, n_kernels), float32, shares from 0 to 1; or (batch, n_components).

    Raises:
        InputError: if the input is no sequence of at least 9 steps, or n_components is not from 1 to n_kernels.

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

    def __init__(self, n_kernels: int = 512, n_components: int | None = None, seed: int = 0, name: str | None = None):
        super().__init__(name=name)
        if n_components is not None and not 1 <= n_components <= n_kernels:
            raise InputError(
                f"RandomConvolutions: n_components must be from 1 to n_kernels ({n_kernels}), found {n_components}."
            )
        self.n_kernels = n_kernels
        self.n_components = n_components
        self.seed = seed

    @property
    def features_share_unit(self) -> bool:
        return self.n_components is not None

    def build(self, input_shape):
        super().build(input_shape)
        steps = sequence_steps(self, input_shape)
        if steps < _LENGTH:
            raise InputError(f"RandomConvolutions: kernels of {_LENGTH} steps need as many, found {steps}.")
        self._dilations = _dilations(steps)
        kernels = _draw_kernels(self.n_kernels, input_shape[-1], self.seed)
        self.kernels = self.add_state("kernels", kernels.shape, lambda shape, dtype: tf.constant(kernels, dtype))
        self.bias = self.add_state("bias", (self.n_kernels,))
        if self.n_components:
            self.mean = self.add_state("mean", (self.n_kernels,))
            self.components = self.add_state("components", (self.n_kernels, self.n_components))

    def adapt_batches(self, batches: Batches) -> None:
        self.bias.assign(self._quantiles_of_outputs(batches))
        if self.n_components:
            mean, components = _principal_components(batches.map(self._positive_shares), self.n_components)
            self.mean.assign(mean)
            self.components.assign(components)

    def _quantiles_of_outputs(self, batches: Batches) -> np.ndarray:
        sample = RowSample(int(np.prod(self._sample_shape)), _BIAS_SEQUENCES, self.seed)
        for batch in batches:
            sample.add(batch.reshape(len(batch), -1))
        x = tf.constant(sample.rows().reshape(-1, *self._sample_shape))
        outputs = [output for group in self._convolutions(x) for output in tf.unstack(group, axis=-1)]
        levels = np.arange(1, self.n_kernels + 1) * _GOLDEN % 1
        return np.array([np.quantile(output, level) for output, level in zip(outputs, levels, strict=True)])

    def _convolutions(self, x) -> list:
        """(batch, fewer steps, kernels) for each dilation."""
        groups = tf.split(self.kernels, _group_sizes(self.n_kernels, len(self._dilations)), axis=-1)
        return [
            tf.nn.conv1d(x, group, stride=1, padding="VALID", dilations=dilation)
            for group, dilation in zip(groups, self._dilations, strict=True)
        ]

    def _positive_shares(self, x):
        biases = tf.split(self.bias, _group_sizes(self.n_kernels, len(self._dilations)))
        return tf.concat(
            [
                tf.reduce_mean(tf.cast(output > bias + _MARGIN, "float32"), axis=1)
                for output, bias in zip(self._convolutions(x), biases, strict=True)
            ],
            axis=-1,
        )

    def transform(self, x):
        features = self._positive_shares(x)
        return (features - self.mean) @ self.components if self.n_components else features

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.n_components or self.n_kernels)

    def feature_names(self, channel_names) -> list[str]:
        """Numbered: a kernel mixes channels."""
        what, number = ("component", self.n_components) if self.n_components else ("kernel", self.n_kernels)
        return [f"convolution {what} {index}" for index in range(number)]

    def get_config(self):
        own = {"n_kernels": self.n_kernels, "n_components": self.n_components, "seed": self.seed}
        return {**super().get_config(), **own}


def _dilations(steps: int) -> list[int]:
    longest = max(1, (steps - 1) // (2 * (_LENGTH - 1)))
    return [2**power for power in range(longest.bit_length())]


def _group_sizes(total: int, groups: int) -> list[int]:
    return [total // groups + (group < total % groups) for group in range(groups)]


def _draw_kernels(n_kernels: int, channels: int, seed: int) -> np.ndarray:
    """(9, channels, n_kernels), the weights of MiniRocket: 2 at three places, -1 at six, 0 for channels not taken."""
    random = np.random.default_rng(seed)
    places = np.array(list(combinations(range(_LENGTH), 3)))
    kernels = np.zeros((_LENGTH, channels, n_kernels), "float32")
    for kernel in range(n_kernels):
        # Log-uniform: few channels are as likely as many.
        taken = int(2 ** random.uniform(0, np.log2(min(channels, _MOST_CHANNELS) + 1)))
        weights = np.full(_LENGTH, -1.0)
        weights[places[random.integers(len(places))]] = 2.0
        kernels[:, random.choice(channels, taken, replace=False), kernel] = weights[:, None]
    return kernels


def _principal_components(batches: Batches, n_components: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean (features,) and components (features, n_components), strongest first, in one pass and float64."""
    count, total, products = 0, 0.0, 0.0
    for batch in batches:
        batch = batch.astype("float64")
        count, total, products = count + len(batch), total + batch.sum(0), products + batch.T @ batch
    mean = total / count
    _, vectors = np.linalg.eigh(products / count - np.outer(mean, mean))
    vectors = vectors[:, ::-1][:, :n_components]
    # An eigenvector has no sign of its own: the largest entry is made positive.
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(0)[None], axis=0)
    return mean, vectors * np.sign(largest)
