"""Single samples in the units of the data: sequences over time, images, or the values of a row of a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.reports.figures.profiles import show_image
from kerasclust.reports.figures.style import FAINT, GRAY, INK, PALETTE, new_figure, plain, tidy
from kerasclust.reports.profiles import mean_and_deviation
from kerasclust.reports.words import short_number
from kerasclust.types import Array, Labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 11.0  # inches
MINUTES_FROM = 300  # seconds from which a time axis counts minutes


def plot_members(
    data: DataSet,
    indices: Sequence[int] | Labels,
    channels: Sequence[int] | None = None,
    color: str = PALETTE[0],
) -> Figure:
    """Plot samples in the units of the data: sequences by channel over time, images, or bars for feature vectors.

    All figures of a data set have the same scales, so that clusters can be compared. The scale of a channel covers 98 %
    of all its values, and all values of the shown samples.

    Args:
        data: the samples.
        indices: numbers of the samples to show, integers (m,).
        channels: channels to show of sequences and feature vectors; None for the first 4 of sequences and the first 16
            of feature vectors.
        color: color of the lines or bars.

    Returns:
        matplotlib Figure.

    Raises:
        InputError: matplotlib is not installed.
    """
    indices = np.asarray(indices)
    if data.x.ndim == 4:
        return _images(data, indices)
    first = range(min(data.x.shape[-1], 4 if data.x.ndim == 3 else 16))
    draw = _sequences if data.x.ndim == 3 else _bars
    return draw(data, indices, list(first if channels is None else channels), color)


def _title(data: DataSet, index: int) -> str:
    group = f", group {data.groups[index]}" if data.groups is not None else ""
    return plain(f"sample {index}{group}")


def _sequences(data: DataSet, indices: Labels, channels: list[int], color: str) -> Figure:
    time, time_label = _time_axis(data)
    height = 0.8 + 1.15 * len(channels)
    # Margins in inches: matplotlib's constrained layout is slow for a grid of this size.
    figure = new_figure(WIDTH, height, layout="none")
    figure.subplots_adjust(0.85 / WIDTH, 0.45 / height, 1 - 0.1 / WIDTH, 1 - 0.3 / height, wspace=0.06, hspace=0.18)
    grid = figure.subplots(len(channels), len(indices), squeeze=False, sharex=True, sharey="row")
    for row, channel in zip(grid, channels, strict=True):
        overall = float(np.nanmean(data.x[..., channel], dtype="float64"))
        for axes, index in zip(row, indices, strict=True):
            axes.axhline(overall, color=GRAY, linewidth=0.8, linestyle="--")
            axes.plot(time, data.x[index, :, channel], color=color, linewidth=0.9)
            tidy(axes)
        row[0].set_ylim(*_limits(data.x[..., channel], data.x[indices][..., channel]))
        row[0].set_ylabel(_wrapped(data, channel), fontsize=8)
    for axes, index in zip(grid[0], indices, strict=True):
        axes.set_title(_title(data, index), fontsize=9, color=INK, loc="left")
    for axes in grid[-1]:
        axes.set_xlabel(time_label, fontsize=8)
    figure.align_ylabels()
    return figure


def _time_axis(data: DataSet) -> tuple[Array, str]:
    steps = np.arange(data.x.shape[1])
    if data.step_seconds is None:
        return steps, "step"
    seconds = steps * data.step_seconds
    return (seconds / 60, "time [min]") if seconds[-1] >= MINUTES_FROM else (seconds, "time [s]")


def _limits(values: Array, shown: Array) -> tuple[float, float]:
    low, high = np.nanquantile(values[:: max(1, len(values) // 1000)], (0.01, 0.99))
    low, high = np.nanmin([low, np.fmin.reduce(shown, axis=None)]), np.nanmax([high, np.fmax.reduce(shown, axis=None)])
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def _wrapped(data: DataSet, channel: int) -> str:
    """Return the label of a row with its unit in a second line; a long unit is left out."""
    label = data.channel_label(channel)
    name, bracket, unit = label.rpartition(" [") if label.endswith("]") else (label, "", "")
    return plain(name) if not bracket or len(unit) > 11 else plain(f"{name}\n[{unit}")


def _images(data: DataSet, indices: Labels) -> Figure:
    columns = min(len(indices), 12)
    rows = math.ceil(len(indices) / columns)
    figure = new_figure(columns * 0.95, rows * 1.15)
    low, high = np.nanmin(data.x), np.nanmax(data.x)
    for place, index in enumerate(indices, start=1):
        axes = figure.add_subplot(rows, columns, place)
        show_image(axes, data.x[index], low, high)
        axes.set_title(f"sample {index}", fontsize=6.5, color=INK)
    return figure


def _bars(data: DataSet, indices: Labels, channels: list[int], color: str) -> Figure:
    overall, deviation = mean_and_deviation(data.x, axis=0)
    figure = new_figure(WIDTH, 1.0 + 0.26 * len(channels))
    row = figure.subplots(1, len(indices), squeeze=False, sharey=True, sharex=True)[0]
    for axes, index in zip(row, indices, strict=True):
        values = data.x[index, channels]
        z = np.nan_to_num((values - overall[channels]) / np.where(deviation[channels] > 0, deviation[channels], np.inf))
        axes.barh(range(len(channels)), z, color=color, height=0.7)
        axes.axvline(0, color=FAINT, linewidth=0.8)
        for place, (value, length) in enumerate(zip(values, z, strict=True)):
            axes.annotate(
                short_number(value),
                (max(length, 0), place),
                (3, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
            )
        axes.margins(x=0.15)
        axes.set_xlabel("difference from the mean\n[standard deviations]", fontsize=8)
        tidy(axes, _title(data, index))
    row[0].set_yticks(range(len(channels)), [plain(data.channel_label(c)) for c in channels])
    row[0].invert_yaxis()
    return figure
