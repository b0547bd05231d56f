"""The power of a sequence in frequency bands: its rhythm, whatever the phase."""

from itertools import pairwise

import keras
import numpy as np
import tensorflow as tf

from kerasclust.deployment.portable import power_spectrum
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd
from kerasclust.frontends.statistics import sequence_steps

# Added to the power before the logarithm: a hundredth of the input's unit as amplitude counts as silence.
_FLOOR = 1e-4


@keras.saving.register_keras_serializable(package="kerasclust")
class LogSpectrum(FrontEnd):
    """For each channel: log of the mean power in `n_bands` frequency bands.

    The sequence loses its mean and is weighted with a Hann window, so that neither its level nor the jump from its end
    to its start fills the bands. Power is |FFT|^2 over the sum of the squared window weights: white noise of deviation
    1 has power 1 whatever the number of steps (0.83 at the lowest frequency, where the mean took some of it away). The
    phase is dropped, so the result does not depend on where a repeating pattern starts. Bands are spaced
    logarithmically from one period in the sequence to one in two steps. There is nothing to adapt.

    Args:
        n_bands: frequency bands, at most half the steps.
        name: name of the layer.

    Input: (batch, steps, channels). Output: (batch, channels * n_bands), float32, natural log of squared units of the
    input plus 0.0001: -9.2 for a constant sequence; all channels of a band follow one another.

    Raises:
        InputError: if the input is no sequence or has fewer than 2 n_bands steps.

    Reference:
        P. Welch, "The use of fast Fourier transform for the estimation of power spectra", 1967 (one segment of it).

    Example:
        >>> steps = np.arange(64)[None, :, None]
        >>> spectrum = LogSpectrum(n_bands=4)
        >>> spectrum(np.sin(2 * np.pi * 16 * steps / 64)).numpy().argmax()
        np.int64(3)
    """

    learns = False

    def __init__(self, n_bands: int = 8, name: str | None = None):
        super().__init__(name=name)
        if n_bands < 1:
            raise InputError(f"LogSpectrum: n_bands must be at least 1, found {n_bands}.")
        self.n_bands = n_bands

    def build(self, input_shape):
        super().build(input_shape)
        steps = sequence_steps(self, input_shape)
        if steps < 2 * self.n_bands:
            raise InputError(f"LogSpectrum: {self.n_bands} bands need {2 * self.n_bands} steps, found {steps}.")
        # Periodic window: its own spectrum then touches only the two neighbors of a frequency.
        window = np.square(np.sin(np.pi * np.arange(steps) / steps))
        self._window = window.astype("float32")
        self._bands = (_band_matrix(steps, self.n_bands) / np.sum(window**2)).astype("float32")

    def transform(self, x):
        x = tf.transpose(x, (0, 2, 1))  # the FFT runs along the last axis
        x = (x - tf.reduce_mean(x, axis=-1, keepdims=True)) * self._window
        bands = tf.einsum("ncf,fb->nbc", power_spectrum(x), self._bands)
        return tf.math.log(tf.reshape(bands, (-1, self.n_bands * x.shape[1])) + _FLOOR)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1] * self.n_bands)

    def feature_names(self, channel_names) -> list[str]:
        """The band, counted from the slowest, and the channel of each feature."""
        return [f"band {band} of {channel}" for band in range(self.n_bands) for channel in channel_names]

    def get_config(self):
        return {**super().get_config(), "n_bands": self.n_bands}


def _band_matrix(steps: int, n_bands: int) -> np.ndarray:
    """(frequencies, bands): column b takes the mean over the frequencies of band b; none has frequency 0."""
    highest = steps // 2
    edges = np.round(np.geomspace(1, highest + 1, n_bands + 1)).astype(int)
    # At the low end the edges are closer than whole frequencies: every band gets at least one.
    for band in range(1, n_bands + 1):
        edges[band] = min(max(edges[band], edges[band - 1] + 1), highest + 1 - (n_bands - band))
    matrix = np.zeros((highest + 1, n_bands))
    for band, (start, end) in enumerate(pairwise(edges)):
        matrix[start:end, band] = 1 / (end - start)
    return matrix
