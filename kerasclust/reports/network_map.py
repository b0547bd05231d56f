"""Map of the simulated mobile network: the city with its cells and users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.system.optional import require
from kerasclust.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAP = frozenset({"positions", "street_nodes", "street_edges", "cell_xyz", "cell_layer", "buildings", "parks"})

MOBILITY_COLORS = {"Stationary": "#7a3e9d", "Pedestrian": "#d1495b", "Vehicular": "#1d6fa3"}
LAYER_STYLES = {  # marker, size, color
    "macro": ("^", 120, "#1b1b1b"),
    "micro": ("o", 42, "#e08e0b"),
    "WiFi": ("s", 22, "#2a9d8f"),
}
GROUND, PARK, BUILDING, STREET = "#efece6", "#cfe3c0", "#dcd5ca", "#ffffff"


def plot_network_map(data: DataSet, n_trajectories: int = 4, sequence: int = 0) -> Figure:
    """Draw the city: streets, buildings, parks, the cells of each layer, and some users.

    Args:
        data: result of `kerasclust.datasets.mobile_network`.
        n_trajectories: number of pedestrians, and of vehicles, whose trajectories are drawn.
        sequence: number of the sequence of each user whose trajectory is drawn.

    Returns:
        matplotlib Figure with axes in kilometers.

    Raises:
        InputError: the data set has no map, there is no such sequence, or matplotlib is not installed.
    """
    _check_has_map(data, sequence)
    figure = require("matplotlib.figure").Figure(figsize=(11.0, 8.4), layout="constrained")
    axes = figure.add_subplot()
    _draw_city(axes, data.context)
    handles = _draw_users(axes, data, n_trajectories, sequence) + _draw_cells(axes, data.context)
    axes.set_aspect("equal")
    axes.set_xlabel("west to east [km]")
    axes.set_ylabel("south to north [km]")
    minutes = data.x.shape[1] * data.step_seconds / 60
    axes.set_title(f"Simulated mobile network: {minutes:.0f} minutes of some of the {_n_users(data)} users")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    return figure


def _draw_city(axes: Axes, city: Mapping[str, Array]) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    axes.set_facecolor(GROUND)
    axes.add_collection(PolyCollection(list(city["parks"] / 1e3), facecolor=PARK, edgecolor="none", zorder=1))
    axes.add_collection(PolyCollection(list(city["buildings"] / 1e3), facecolor=BUILDING, edgecolor="#c9c0b2", lw=0.5))
    streets = city["street_nodes"][city["street_edges"]] / 1e3
    limits = city["street_speed_limit"]
    for limit, width in zip(np.unique(limits), (2.0, 3.2, 5.0), strict=False):
        lines = LineCollection(streets[limits == limit], colors=STREET, linewidths=width, capstyle="round", zorder=2)
        axes.add_collection(lines)
    axes.autoscale_view()


def _draw_users(axes: Axes, data: DataSet, n_trajectories: int, sequence: int) -> list[Any]:
    """Draw users and return the entries of the legend."""
    from matplotlib.lines import Line2D

    n_steps = data.x.shape[1]
    ways = data.context["positions"][:, sequence * n_steps : (sequence + 1) * n_steps] / 1e3
    assert data.y is not None and data.groups is not None  # a simulated data set has both
    mobility = np.array([_mobility(data.label_names[group]) for group in data.y])
    handles = []
    for kind, color in MOBILITY_COLORS.items():
        users = np.unique(data.groups[mobility == kind])
        if kind == "Stationary":
            axes.scatter(ways[users, 0, 0], ways[users, 0, 1], s=11, color=color, alpha=0.75, lw=0, zorder=4)
            handles.append(Line2D([], [], marker="o", ls="", ms=4, color=color, label="stationary user"))
            continue
        for user in users[:n_trajectories]:
            axes.plot(*ways[user].T, color=color, lw=1.7, alpha=0.8, zorder=3, solid_joinstyle="round")
            axes.plot(*ways[user, -1], "o", ms=5, color=color, mec="white", mew=0.8, zorder=5)
        handles.append(Line2D([], [], color=color, lw=2, marker="o", ms=5, mec="white", label=f"{kind.lower()} user"))
    return handles


def _draw_cells(axes: Axes, network: Mapping[str, Array]) -> list[Any]:
    """Draw the sites of each layer and return the entries of the legend."""
    names = network["layer_names"].tolist()
    handles = []
    for number, name in enumerate(names):
        xyz = network["cell_xyz"][network["cell_layer"] == number]
        sites = np.unique(xyz[:, :2], axis=0) / 1e3
        marker, size, color = LAYER_STYLES.get(name, ("D", 30, "black"))
        label = f"{name} site ({len(sites)}, {len(xyz)} cells)" if len(xyz) > len(sites) else f"{name} ({len(sites)})"
        style: dict[str, Any] = {"marker": marker, "s": size, "color": color, "edgecolors": "white", "linewidths": 0.8}
        handles.append(axes.scatter(sites[:, 0], sites[:, 1], zorder=6, label=label, **style))
    return handles


def _check_has_map(data: DataSet, sequence: int) -> None:
    if missing := MAP - set(data.context):
        raise InputError(f"The data set {data.name!r} has no map: its context lacks {', '.join(sorted(missing))}.")
    n_sequences = data.context["positions"].shape[1] // data.x.shape[1]
    if not 0 <= sequence < n_sequences:
        raise InputError(f"There is no sequence {sequence}: each user has {n_sequences}, counted from 0.")


def _n_users(data: DataSet) -> int:
    return len(data.context["positions"])


def _mobility(label: str) -> str:
    return label.split()[0]
