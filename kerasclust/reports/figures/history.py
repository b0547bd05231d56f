"""Course of a training."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kerasclust.reports.figures.style import GRAY, INK, PALETTE, new_figure, tidy
from kerasclust.reports.logged import GROUPS, Declared, by_name, chance_of, group_of, label_of
from kerasclust.system.optional import require
from kerasclust.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAMES = ("phase", "run")  # columns of a history that are not measurements
PHASE_COLORS = ("#eef3f8", "#fdf3e1", "#eaf5ee", "#f6ecf4")
TITLES = {  # {group: (title, unit)} of the groups that share one plot
    "loss": ("Losses", "loss"),
    "autoencoder": ("Autoencoder", "loss"),
    "clustering": ("Clustering", "loss"),
    "adversary": ("Adversary", "loss"),
    "rate": ("Rates", ""),
}
WIDE = 4  # ratio of the largest to the smallest value from which an axis is logarithmic
LEGIBLE = 40  # number of values up to which each value is marked

Stretch = tuple[int, int, str]  # (first epoch, end, phase)


class Panel(NamedTuple):
    """Plot of the values of a group.

    Args:
        title: title of the plot.
        unit: label of the vertical axis.
        group: group of the values.
        names: columns of the history.
    """

    title: str
    unit: str
    group: str
    names: list[str]


def plot_history(history: Any, logged: Iterable[Declared] = ()) -> Figure:
    """Plot the values that a training logged over its epochs, with the phases as bands.

    Args:
        history: result of `fit`, or its `.history`: a dict of lists with one entry an epoch.
        logged: declarations of the values, `model.logged`. Values without a declaration are grouped by their names
            (`kerasclust.reports.logged.group_of`).

    Returns:
        matplotlib Figure with a plot for each group of values, and for each measure of progress.

    Raises:
        InputError: matplotlib is not installed.
    """
    columns = history_columns(history)
    declared = by_name(logged)
    stretches = _stretches(columns)
    panels = _panels(columns, declared)
    rows = max(1, math.ceil(len(panels) / 2))
    figure = new_figure(11, 0.3 + 2.5 * rows)
    bands: dict[str, Any] = {}
    for place, panel in enumerate(panels, start=1):
        axes = figure.add_subplot(rows, 2, place)
        for number, name in enumerate(panel.names):
            _line(axes, columns[name], stretches, label_of(name, declared), PALETTE[number % len(PALETTE)])
        _scale(axes, panel, columns, declared)
        bands = _bands(axes, stretches)
        axes.set_ylabel(panel.unit, fontsize=8)
        axes.set_xlabel("epoch", fontsize=8)
        tidy(axes, panel.title)
        axes.legend(fontsize=7, frameon=False)
    if panels and "phase" in columns:
        place_of_legend: dict[str, Any] = {"loc": "outside upper center", "ncols": len(bands)}
        figure.legend(bands.values(), bands, fontsize=8, frameon=False, **place_of_legend)
    return figure


def history_columns(history: Any) -> dict[str, Any]:
    """Return the columns of a history at equal length, with NaN for values that were not logged at the end.

    Args:
        history: keras.callbacks.History, or a dict of lists.
    """
    columns: dict[str, Any] = {name: list(values) for name, values in getattr(history, "history", history).items()}
    n = max((len(values) for values in columns.values()), default=0)
    for name, values in columns.items():
        if name not in NAMES:
            columns[name] = np.array(values + [np.nan] * (n - len(values)), float)
    return columns


def _panels(columns: Mapping[str, Any], declared: Mapping[str, Declared]) -> list[Panel]:
    """Return the plots; each column is in exactly one of them, and a declared order is kept.

    A measure of progress has its own scale and its own plot. The same holds for a value with a level of chance.
    """
    order = [*declared, *sorted(columns)]
    measured = [name for name, values in columns.items() if name not in NAMES and np.isfinite(values).any()]
    measured.sort(key=order.index)
    together: dict[str, list[str]] = {group: [] for group in GROUPS}
    alone = []
    for name in measured:
        group = group_of(name, declared)
        if group in TITLES and chance_of(name, declared) is None:
            together[group].append(name)
        else:
            alone.append(Panel(_as_title(label_of(name, declared)), "", group, [name]))
    return [Panel(*TITLES[group], group, names) for group, names in together.items() if names] + alone


def _as_title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _stretches(columns: Mapping[str, Any]) -> list[Stretch]:
    """Return the epochs of each phase of each run."""
    n = max((len(values) for values in columns.values()), default=0)
    phases, runs = columns.get("phase", ["training"] * n), columns.get("run", [0] * n)
    starts = [i for i in range(n) if i == 0 or (phases[i], runs[i]) != (phases[i - 1], runs[i - 1])]
    return [(start, end, phases[start]) for start, end in zip(starts, [*starts[1:], n], strict=True)]


def _line(axes: Axes, values: Array, stretches: Iterable[Stretch], name: str, color: str) -> None:
    """Draw one line a phase; within a phase the line bridges epochs without a value."""
    label: str | None = name
    for start, end, _ in stretches:
        epochs = start + np.flatnonzero(np.isfinite(values[start:end]))
        if not len(epochs):
            continue
        marker = "." if len(epochs) <= LEGIBLE else None
        axes.plot(epochs + 1, values[epochs], color=color, linewidth=1.1, marker=marker, markersize=4, label=label)
        label = None


def _scale(axes: Axes, panel: Panel, columns: Mapping[str, Any], declared: Mapping[str, Declared]) -> None:
    """Draw the level of chance, or make the axis of losses and rates logarithmic where their range is wide."""
    values = np.concatenate([columns[name] for name in panel.names])
    low, high = np.nanmin(values), np.nanmax(values)
    chances = {chance for name in panel.names if (chance := chance_of(name, declared)) is not None}
    for chance in chances:
        axes.axhline(chance, color=INK, linewidth=0.9, linestyle="--", label="chance")
        axes.set_ylim(min(chance - 0.1, low - 0.02), max(chance + 0.15, high + 0.02))
    if not chances and panel.group in TITLES and 0 < WIDE * low < high:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(require("matplotlib.ticker").LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.tick_params(axis="y", which="minor", labelleft=False)


def _bands(axes: Axes, stretches: list[Stretch]) -> dict[str, Any]:
    """Shade the phases and return a band of each phase by its name."""
    kinds = list(dict.fromkeys(phase for _, _, phase in stretches))
    bands: dict[str, Any] = {}
    for start, end, phase in stretches:
        color = PHASE_COLORS[kinds.index(phase) % len(PHASE_COLORS)]
        bands[phase] = axes.axvspan(start + 0.5, end + 0.5, color=color, linewidth=0, zorder=0)
        if start and phase == kinds[0]:  # a new run
            axes.axvline(start + 0.5, color=GRAY, linewidth=1)
    axes.set_xlim(0.5, max((end for _, end, _ in stretches), default=1) + 0.5)
    return bands
