"""Power of a sequence in frequency bands, independent of the phase."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasclust.compute.missing import filled, is_complete, missing_where
from kerasclust.compute.portable import power_spectrum, shortcut
from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.observed import counted_steps, interpolated, lengths, observed, observed_mean
from kerasclust.frontends.statistics import typical_steps
from kerasclust.types import Array, Tensor

# Added to the power before the logarithm: an amplitude of 0.01 in units of the input counts as silence.
_FLOOR = 1e-4
# Fewest observed steps of a channel that have a spectrum.
_FEWEST = 4
# Most frequencies in a band for sequences of unequal length, whose power is a sum over all steps for each frequency.
_MOST_FREQUENCIES = 128


@keras.saving.register_keras_serializable(package="kerasclust")
class LogSpectrum(FrontEnd):
    """Logarithm of the mean power of each channel in `n_bands` frequency bands.

    The mean of the sequence is subtracted, and a Hann window is applied. Hence neither the level nor the jump from the
    end to the start adds power. Power is |FFT|^2 over the sum of the squared window weights, so white noise of
    deviation 1 has power 1 for any number of steps (0.83 at the lowest frequency, because the mean is subtracted). The
    phase is dropped, so the start of a repeating pattern does not matter. Bands are spaced logarithmically, from one
    period per sequence to one period per two steps. There is nothing to adapt.

    Missing steps (NaN) are interpolated linearly in time, and the power is divided by the weights of the window at steps
    that count. A step in a hole counts for less the longer the hole is, because interpolation keeps slow variation in a
    short hole and none in a long one. A sequence with fewer than 4 observed steps has no power, so its features are
    missing.

    Sequences of unequal length end with steps that are missing. Each has a window over its own length. Frequencies are
    those of a sequence of typical length, at most 128 of them in a band.

    Args:
        n_bands: number of frequency bands, at most half the steps.
        steps: typical number of steps of sequences of unequal length, which need it.
        name: name of the layer.

    Input: (batch, steps, channels), where steps may be None. Output: (batch, channels * n_bands), float32, the natural logarithm of the power
    plus 0.0001, in squared units of the input: -9.2 for a constant sequence. All channels of a band follow one another.

    Raises:
        InputError: if the input is not a sequence, or has fewer than 2 n_bands steps, or its length is unknown and
            `steps` is None.

    Reference:
        P. Welch, "The use of fast Fourier transform for the estimation of power spectra", 1967 (one segment of it).

    Example:
        >>> steps = np.arange(64)[None, :, None]
        >>> spectrum = LogSpectrum(n_bands=4)
        >>> spectrum(np.sin(2 * np.pi * 16 * steps / 64)).numpy().argmax()
        np.int64(3)
    """

    learns = False
    takes_any_length = True

    def __init__(self, n_bands: int = 8, steps: int | None = None, name: str | None = None) -> None:
        super().__init__(name=name)
        if n_bands < 1:
            raise InputError(f"LogSpectrum: n_bands must be at least 1, found {n_bands}.")
        self.n_bands = n_bands
        self.steps = steps
        self._filters: tuple[Array, Array] | None = None

    def build(self, input_shape: Shape) -> None:
        """Check the number of steps."""
        super().build(input_shape)
        self._typical = typical_steps(self, input_shape, self.steps)
        if self._typical < 2 * self.n_bands:
            raise InputError(f"LogSpectrum: {self.n_bands} bands need {2 * self.n_bands} steps, found {self._typical}.")

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
        if self.any_length:
            return self._of_observed(x)
        return shortcut(is_complete(x), lambda: self._of_complete(x), lambda: self._of_observed(x))

    def _of_complete(self, x: Tensor) -> Tensor:
        """Return the log power of sequences without missing values."""
        window, matrix = self._window_and_bands()
        x = tf.transpose(x, (0, 2, 1))  # the FFT runs along the last axis
        x = (x - tf.reduce_mean(x, axis=-1, keepdims=True)) * window
        bands = tf.einsum("ncf,fb->nbc", power_spectrum(x), matrix)
        return tf.math.log(tf.reshape(bands, (-1, self.n_bands * x.shape[1])) + _FLOOR)

    def _of_observed(self, x: Tensor) -> Tensor:
        """Return the log power of the observed values of sequences."""
        window = self._own_windows(x) if self.any_length else self._window_and_bands()[0][None, :, None]
        counted = counted_steps(x, self._typical)
        seen = tf.reduce_sum(tf.square(window) * counted, axis=1)[:, None]
        x = x - observed_mean(x, axis=1, keepdims=True, fewest=_FEWEST)
        steps = filled(interpolated(x, self._typical)) * window
        bands = self._bands_of_any_length(steps) if self.any_length else self._bands(steps)
        enough = (tf.reduce_sum(observed(x), axis=1)[:, None] >= _FEWEST) & (seen > 0.0)
        power = missing_where(tf.logical_not(enough), bands / tf.where(enough, seen, 1.0))
        return tf.math.log(tf.reshape(power, (-1, self.n_bands * x.shape[2])) + _FLOOR)

    def _bands(self, x: Tensor) -> Tensor:
        """Return the mean |FFT|^2 in each band, (batch, n_bands, channels), of windowed sequences."""
        matrix = tf.constant(_band_matrix(self._typical, self.n_bands), "float32")
        return tf.einsum("ncf,fb->nbc", power_spectrum(tf.transpose(x, (0, 2, 1))), matrix)

    def _own_windows(self, x: Tensor) -> Tensor:
        """Return a window over the length of each sequence, (batch, steps, 1)."""
        places = tf.cast(tf.range(tf.shape(x)[1]), "float32")[None, :, None]
        end = tf.maximum(lengths(x), 1.0)
        return tf.where(places < end, tf.square(tf.sin(np.pi * places / end)), 0.0)

    def _bands_of_any_length(self, x: Tensor) -> Tensor:
        """Return the mean power in each band, as `_bands`, of windowed sequences of any number of steps."""
        numbers, matrix = _few_frequencies(_band_matrix(self._typical, self.n_bands))
        # Whole periods are removed from the integer, so that the angle keeps its digits as a float.
        turns = tf.math.floormod(tf.range(tf.shape(x)[1])[:, None] * numbers[None], self._typical)
        angles = (2.0 * np.pi / self._typical) * tf.cast(turns, "float32")
        x = tf.transpose(x, (0, 2, 1))
        power = tf.square(tf.matmul(x, tf.cos(angles))) + tf.square(tf.matmul(x, tf.sin(angles)))
        return tf.einsum("ncf,fb->nbc", power, tf.constant(matrix, "float32"))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, channels * n_bands)."""
        return (input_shape[0], input_shape[-1] * self.n_bands)

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the band, counted from the slowest, and the channel of each feature."""
        return [f"band {band} of {channel}" for band in range(self.n_bands) for channel in channel_names]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "n_bands": self.n_bands, "steps": self.steps}


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


def _few_frequencies(bands: Array) -> tuple[Array, Array]:
    """Return the numbers of at most `_MOST_FREQUENCIES` frequencies of each band, and a matrix that takes their means.

    Args:
        bands: matrix (frequencies, bands) that takes means over all frequencies of a band.
    """
    spread = [
        np.linspace(0, len(band) - 1, min(len(band), _MOST_FREQUENCIES)).round().astype(int)
        for band in (np.flatnonzero(column) for column in bands.T)
    ]
    numbers = [np.flatnonzero(column)[chosen] for column, chosen in zip(bands.T, spread, strict=True)]
    matrix = np.zeros((sum(map(len, numbers)), len(numbers)))
    for band, (end, chosen) in enumerate(zip(np.cumsum([len(chosen) for chosen in numbers]), numbers, strict=True)):
        matrix[end - len(chosen) : end, band] = 1 / len(chosen)
    return np.concatenate(numbers).astype("int32"), matrix
