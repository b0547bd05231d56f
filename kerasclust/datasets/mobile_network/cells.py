"""Positions of the cells, and their load by people outside the simulation."""

from dataclasses import dataclass

import numpy as np

from kerasclust.datasets.mobile_network.city import City, points_in_buildings
from kerasclust.datasets.mobile_network.settings import LAYERS
from kerasclust.types import Array

MACRO_DISTANCE_M = 820.0
N_MICRO, N_WIFI = 26, 46
START_HOUR = 15.5
MIN_LOAD, MAX_LOAD = 0.03, 0.85


@dataclass(frozen=True)
class Sites:
    """The sites of each layer. A site has one cell for each sector.

    Args:
        xyz: for each layer, (n_sites, 3) in meters.
        building: (n_wifi,), the building of each WiFi access point.
    """

    xyz: tuple[Array, ...]
    building: Array

    def cell_xyz(self) -> Array:
        """Return the position of every cell, (n_cells, 3) meters, in the order macro, micro, WiFi."""
        return np.concatenate(
            [np.repeat(xyz, layer.sectors, axis=0) for xyz, layer in zip(self.xyz, LAYERS, strict=True)]
        )

    def cell_layer(self) -> Array:
        """Return the number of the layer of every cell, (n_cells,)."""
        sizes = [len(xyz) * layer.sectors for xyz, layer in zip(self.xyz, LAYERS, strict=True)]
        return np.repeat(np.arange(len(LAYERS)), sizes)


def place_sites(city: City, rng: np.random.Generator) -> Sites:
    """Place the sites of all layers.

    Macro sites form a hexagon, micro sites are at crossings far from each other, and WiFi is inside buildings.
    """
    angle = np.arange(6) * np.pi / 3 + 0.5
    macro = MACRO_DISTANCE_M * np.concatenate([np.zeros((1, 2)), np.stack([np.cos(angle), np.sin(angle)], 1)])
    macro += rng.normal(0, 25, macro.shape)
    micro = _spread(city.nodes[rng.permutation(len(city.nodes))], N_MICRO) + rng.uniform(-7, 7, (N_MICRO, 2))
    building = rng.choice(len(city.buildings), min(N_WIFI, len(city.buildings)), replace=False)
    wifi = points_in_buildings(city, building, rng)
    plan = zip((macro, micro, wifi), LAYERS, strict=True)
    return Sites(tuple(np.column_stack([xy, np.full(len(xy), layer.height_m)]) for xy, layer in plan), building)


def cell_loads(sites: Sites, n_steps: int, step_seconds: float, rng: np.random.Generator) -> Array:
    """Draw the share of each cell's resources that people outside the simulation use.

    The share is a typical load of the layer, times a factor of the cell, times a factor of the hour (office hours in
    the center, the evening elsewhere), times noise with a memory of two minutes.

    Returns:
        float array (n_steps, n_cells) between 0 and 1.
    """
    layer = sites.cell_layer()
    centrality = np.exp(-np.linalg.norm(sites.cell_xyz()[:, :2], axis=1) / 700.0)
    hour = hours(n_steps, step_seconds)[:, None]
    office = np.exp(-(((hour - 13.5) / 4.0) ** 2))
    evening = np.exp(-(((hour - 20.0) / 3.5) ** 2))
    day = 0.5 + 0.8 * (centrality * office + (1 - centrality) * evening)
    typical = np.array([item.typical_load for item in LAYERS])[layer] * rng.lognormal(0, 0.35, len(layer))
    noise = first_order_noise((n_steps, len(layer)), step_seconds / 120.0, rng)
    return np.clip(typical * day * np.exp(0.25 * noise), MIN_LOAD, MAX_LOAD)


def hours(n_steps: int, step_seconds: float) -> Array:
    """Return the hour of the day at each step, (n_steps,)."""
    return (START_HOUR + np.arange(n_steps) * step_seconds / 3600) % 24


def first_order_noise(shape: tuple[int, ...], step_over_memory: float, rng: np.random.Generator) -> Array:
    """Draw Gaussian noise of unit variance with exponentially decaying correlation along axis 0."""
    keep = np.exp(-step_over_memory)
    noise = rng.standard_normal(shape)
    noise[1:] *= np.sqrt(1 - keep**2)
    for step in range(1, len(noise)):
        noise[step] += keep * noise[step - 1]
    return noise


def _spread(points: Array, n: int) -> Array:
    """Choose n points in order that keep a distance.

    The distance shrinks until there are enough points.
    """
    distance = 260.0
    while True:
        taken: list[Array] = []
        for point in points:
            if all(np.hypot(*(point - other)) > distance for other in taken):
                taken.append(point)
        if len(taken) >= n:
            return np.array(taken[:n])
        distance *= 0.9
