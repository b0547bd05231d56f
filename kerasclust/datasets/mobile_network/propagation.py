"""Propagation beyond CRRM's models: shadowing by place, line of sight, and walls."""

import numpy as np
from scipy import fft

from kerasclust.types import Array


class RandomFields:
    """Gaussian random fields over the city.

    Their variance is 1, and their correlation is exp(-distance / decorrelation distance).

    Values along a way through such a field are the shadowing of 3GPP TR 38.901, section 7.4.4. A user who stands still
    has constant shadowing.

    Args:
        n: number of independent fields.
        decorrelation_m: distance at which the correlation is 1/e.
        half_side_m: half the side of the square that the fields cover.
        rng: random generator.
    """

    resolution_m = 6.0

    def __init__(self, n: int, decorrelation_m: float, half_side_m: float, rng: np.random.Generator) -> None:
        self.half_side = half_side_m
        self.side = fft.next_fast_len(int(2 * half_side_m / self.resolution_m) + 2, real=True)
        rows, columns = fft.fftfreq(self.side, self.resolution_m), fft.rfftfreq(self.side, self.resolution_m)
        squared = rows[:, None] ** 2 + columns**2
        # The two-dimensional spectrum of an exponential correlation.
        amplitude = ((1 + squared * (2 * np.pi * decorrelation_m) ** 2) ** -0.75).astype(np.float32)
        fields = np.empty((n, self.side, self.side), np.float32)
        for field in fields:
            real, imaginary = rng.standard_normal((2, *squared.shape), dtype=np.float32)
            field[:] = fft.irfft2((real + 1j * imaginary) * amplitude, field.shape)
            field[:] = (field - field.mean()) / field.std()
        self.values = np.ascontiguousarray(fields.reshape(n, -1).T)  # values of a place are adjacent

    def at(self, xy: Array) -> Array:
        """Return the fields at places (m, 2) as (m, n), interpolated between grid points."""
        place = np.clip((xy + self.half_side) / self.resolution_m, 0, self.side - 1.001)
        corner = place.astype(int)
        (u, v) = (place - corner).astype(np.float32).T[..., None]
        index = corner[:, 0] * self.side + corner[:, 1]
        near = (1 - v) * self.values[index] + v * self.values[index + 1]
        far = (1 - v) * self.values[index + self.side] + v * self.values[index + self.side + 1]
        return (1 - u) * near + u * far


def line_of_sight_probability(model: str, distance_m: Array) -> Array:
    """Return the probability of a line of sight at a horizontal distance.

    From 3GPP TR 38.901, table 7.4.2-1.

    Args:
        model: CRRM's name of the path loss model: "UMa", "UMi" or "InH" (mixed office).
        distance_m: horizontal distances of any shape.
    """
    if model == "InH":
        near = np.exp(-np.maximum(distance_m - 1.2, 0) / 4.7)
        return np.where(distance_m < 6.5, near, 0.32 * np.exp(-np.maximum(distance_m - 6.5, 0) / 32.6))
    ratio = np.minimum(18.0 / np.maximum(distance_m, 1e-3), 1.0)
    return ratio + np.exp(-distance_m / {"UMa": 63.0, "UMi": 36.0}[model]) * (1 - ratio)


def wall_loss_db(carrier_ghz: float, high_loss: bool) -> float:
    """Return the loss of an outer wall of glass and concrete.

    From 3GPP TR 38.901, tables 7.4.3-1 and 7.4.3-2.
    """
    glass = 23.0 + 0.3 * carrier_ghz if high_loss else 2.0 + 0.2 * carrier_ghz
    concrete = 5.0 + 4.0 * carrier_ghz
    shares = (0.7, 0.3) if high_loss else (0.3, 0.7)
    return 5.0 - 10 * np.log10(shares[0] * 10 ** (-glass / 10) + shares[1] * 10 ** (-concrete / 10))
