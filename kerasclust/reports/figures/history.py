"""The course of a training."""

import numpy as np

from kerasclust.reports.figures.style import GRAY, INK, PALETTE, new_figure, tidy
from kerasclust.system.optional import require

NAMES = ("phase", "run")  # columns of a history that are not measurements
PHASE_COLORS = ("#eef3f8", "#fdf3e1", "#eaf5ee", "#f6ecf4")
ADVERSARY = ("decorrelation_loss", "interpolation_loss", "critic_loss")
START = ("rim_conditional_entropy", "rim_loss")
WIDE = 4  # times its smallest value is the largest of an axis that is logarithmic
LEGIBLE = 40  # values up to which each one is marked


def plot_history(history):
    """Losses, critic, weight of the decorrelation and changing labels over the epochs, with the phases as bands.

    Args:
        history: what `fit` returned, or its `.history`: a dict of lists, one entry an epoch.

    Returns:
        matplotlib Figure with one plot for each kind of measurement that the history has.

    Raises:
        InputError: matplotlib is not installed.
    """
    columns = history_columns(history)
    stretches = _stretches(columns)
    panels = _panels(columns)
    rows = max(1, -(-len(panels) // 2))
    figure = new_figure(11, 0.3 + 2.5 * rows)
    for place, (title, unit, names) in enumerate(panels, start=1):
        axes = figure.add_subplot(rows, 2, place)
        for color, name in zip(PALETTE, names, strict=False):
            _line(axes, columns[name], stretches, name.replace("_", " "), color)
        _scale(axes, names, columns)
        bands = _bands(axes, stretches)
        axes.set_ylabel(unit, fontsize=8)
        axes.set_xlabel("epoch", fontsize=8)
        tidy(axes, title)
        axes.legend(fontsize=7, frameon=False)
    if panels and "phase" in columns:
        figure.legend(bands.values(), bands, loc="outside upper center", ncols=len(bands), fontsize=8, frameon=False)
    return figure


def history_columns(history) -> dict[str, list]:
    """The columns of a history, padded to one length: a value that was not logged at the end is NaN.

    Args:
        history: keras.callbacks.History, or a dict of lists.
    """
    columns = {name: list(values) for name, values in getattr(history, "history", history).items()}
    n = max((len(values) for values in columns.values()), default=0)
    for name, values in columns.items():
        if name not in NAMES:
            columns[name] = np.array(values + [np.nan] * (n - len(values)), float)
    return columns


def _panels(columns):
    """(title, unit, names of the columns) of each plot; each column is in one of them."""
    left = sorted(name for name, values in columns.items() if name not in NAMES and np.isfinite(values).any())

    def take(wanted):
        taken = [name for name in left if wanted(name)]
        left[:] = [name for name in left if name not in taken]
        return taken

    panels = [
        ("Adversary", "loss", take(lambda name: name in ADVERSARY)),
        ("Critic on held-out samples", "share of right guesses", take(lambda name: name == "critic_accuracy")),
        ("Weight of the decorrelation", "beta_cor", take(lambda name: name == "beta_cor")),
        ("Search for starting clusters (RIM)", "nats", take(lambda name: name in START)),
        ("Labels that change", "share of samples", take(lambda name: name == "label_change")),
        ("Smallest cluster", "samples", take(lambda name: name == "smallest_cluster")),
        ("Losses", "loss", take(lambda name: name.endswith("loss"))),
    ]
    panels.insert(0, panels.pop())
    panels += [(name.replace("_", " "), "", [name]) for name in left]
    return [panel for panel in panels if panel[2]]


def _stretches(columns):
    """(start, end, phase) of the epochs of each phase of each run."""
    n = max((len(values) for values in columns.values()), default=0)
    phases, runs = columns.get("phase", ["training"] * n), columns.get("run", [0] * n)
    starts = [i for i in range(n) if i == 0 or (phases[i], runs[i]) != (phases[i - 1], runs[i - 1])]
    return [(start, end, phases[start]) for start, end in zip(starts, [*starts[1:], n], strict=True)]


def _line(axes, values, stretches, name, color):
    """One line a phase; within it, epochs that do not log the value are bridged."""
    label = name
    for start, end, _ in stretches:
        epochs = start + np.flatnonzero(np.isfinite(values[start:end]))
        if not len(epochs):
            continue
        marker = "." if len(epochs) <= LEGIBLE else None
        axes.plot(epochs + 1, values[epochs], color=color, linewidth=1.1, marker=marker, markersize=4, label=label)
        label = None


def _scale(axes, names, columns):
    if names == ["critic_accuracy"]:
        axes.axhline(0.5, color=INK, linewidth=0.9, linestyle="--", label="chance")
        low, high = np.nanmin(columns["critic_accuracy"]), np.nanmax(columns["critic_accuracy"])
        axes.set_ylim(min(0.4, low - 0.02), max(0.65, high + 0.02))
    elif names == ["beta_cor"] or any(name.endswith("loss") for name in names):
        values = np.concatenate([columns[name] for name in names])
        if 0 < WIDE * np.nanmin(values) < np.nanmax(values):
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(require("matplotlib.ticker").LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.tick_params(axis="y", which="minor", labelleft=False)


def _bands(axes, stretches):
    """Shade the phases; returns one band of each by its name."""
    kinds = list(dict.fromkeys(phase for _, _, phase in stretches))
    bands = {}
    for start, end, phase in stretches:
        color = PHASE_COLORS[kinds.index(phase) % len(PHASE_COLORS)]
        bands[phase] = axes.axvspan(start + 0.5, end + 0.5, color=color, linewidth=0, zorder=0)
        if start and phase == kinds[0]:  # a new run
            axes.axvline(start + 0.5, color=GRAY, linewidth=1)
    axes.set_xlim(0.5, max((end for _, end, _ in stretches), default=1) + 0.5)
    return bands
