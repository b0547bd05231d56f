"""Power of a sequence in frequency bands, independent of the phase."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasclust.compute.portable import power_spectrum
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.statistics import sequence_steps
from kerasclust.types import Array, Tensor

# Added to the power before the logarithm: an amplitude of 0.01 in units of the input counts as silence.
_FLOOR = 1e-4


@keras.saving.register_keras_serializable(package="kerasclust")
class LogSpectrum(FrontEnd):
    """Logarithm of the mean power of each channel in `n_bands` frequency bands.

    The mean of the sequence is subtracted, and a Hann window is applied. Hence neither the level nor the jump from the
    end to the start adds power. Power is |FFT|^2 over the sum of the squared window weights, so white noise of
    deviation 1 has power 1 for any number of steps (0.83 at the lowest frequency, because the mean is subtracted). The
    phase is dropped, so the start of a repeating pattern does not matter. Bands are spaced logarithmically, from one
    period per sequence to one period per two steps. There is nothing to adapt.

    Args:
        n_bands: number of frequency bands, at most half the steps.
        name: name of the layer.

    Input: (batch, steps, channels). Output: (batch, channels * n_bands), float32, the natural logarithm of the power
    plus 0.0001, in squared units of the input: -9.2 for a constant sequence. All channels of a band follow one another.

    Raises:
        InputError: if the input is not a sequence, or has fewer than 2 n_bands steps.

    Reference:
        P. Welch, "The use of fast Fourier transform for the estimation of power spectra", 1967 (one segment of it).

    Example:
        >>> steps = np.arange(64)[None, :, None]
        >>> spectrum = LogSpectrum(n_bands=4)
        >>> spectrum(np.sin(2 * np.pi * 16 * steps / 64)).numpy().argmax()
        np.int64(3)
    """

    learns = False

    def __init__(self, n_bands: int = 8, name: str | None = None) -> None:
        super().__init__(name=name)
        if n_bands < 1:
            raise InputError(f"LogSpectrum: n_bands must be at least 1, found {n_bands}.")
        self.n_bands = n_bands
        self._filters: tuple[Array, Array] | None = None

    def build(self, input_shape: Shape) -> None:
        """Check the number of steps."""
        super().build(input_shape)
        steps = sequence_steps(self, input_shape)
        if steps < 2 * self.n_bands:
            raise InputError(f"LogSpectrum: {self.n_bands} bands need {2 * self.n_bands} steps, found {steps}.")

    def _window_and_bands(self) -> tuple[Array, Array]:
        """Return window (steps,) and bands (frequencies, n_bands).

        They are computed when the layer is called, because they can be larger than the file of a model.
        """
        if self._filters is None:
            self._filters = self._computed_filters()
        return self._filters

    def _computed_filters(self) -> tuple[Array, Array]:
        steps = self._sample_shape[0]
        # Periodic window: its spectrum leaks only into the two neighbors of a frequency.
        window = np.square(np.sin(np.pi * np.arange(steps) / steps))
        bands = _band_matrix(steps, self.n_bands) / np.sum(window**2)
        return window.astype("float32"), bands.astype("float32")

    def transform(self, x: Tensor) -> Tensor:
        """Return the log power (batch, channels * n_bands) of sequences (batch, steps, channels)."""
        window, matrix = self._window_and_bands()
        x = tf.transpose(x, (0, 2, 1))  # the FFT runs along the last axis
        x = (x - tf.reduce_mean(x, axis=-1, keepdims=True)) * window
        bands = tf.einsum("ncf,fb->nbc", power_spectrum(x), matrix)
        return tf.math.log(tf.reshape(bands, (-1, self.n_bands * x.shape[1])) + _FLOOR)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, channels * n_bands)."""
        return (input_shape[0], input_shape[-1] * self.n_bands)

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the band, counted from the slowest, and the channel of each feature."""
        return [f"band {band} of {channel}" for band in range(self.n_bands) for channel in channel_names]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "n_bands": self.n_bands}


def _band_matrix(steps: int, n_bands: int) -> Array:
    """Return a matrix (frequencies, bands) that takes means over bands, without frequency 0."""
    highest = steps // 2
    edges = np.round(np.geomspace(1, highest + 1, n_bands + 1)).astype(int)
    # Low edges are closer than one frequency: every band gets at least one frequency.
    for band in range(1, n_bands + 1):
        edges[band] = min(max(edges[band], edges[band - 1] + 1), highest + 1 - (n_bands - band))
    matrix = np.zeros((highest + 1, n_bands))
    for band, (start, end) in enumerate(pairwise(edges)):
        matrix[start:end, band] = 1 / (end - start)
    return matrix
