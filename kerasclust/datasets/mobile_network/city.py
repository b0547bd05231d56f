"""The city: streets of three classes, and blocks with buildings or parks."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kerasclust.types import Array

COLUMNS, ROWS = 15, 14  # street crossings west to east and south to north
SPACING_M = 165.0
ROTATION = np.deg2rad(17.0)
LOCAL, COLLECTOR, ARTERIAL = 30.0, 50.0, 90.0  # speed limits in km/h
STREET_WIDTH_M = 18.0


@dataclass(frozen=True)
class City:
    """Streets and blocks. All coordinates are in meters; the center of the city is near (0, 0).

    Args:
        nodes: (n, 2), the street crossings.
        edges: (m, 2), the numbers of the two crossings at the ends of each street segment.
        speed_limit: (m,) km/h of each segment.
        buildings: (b, 4, 2), the corners of blocks with buildings.
        parks: (p, 4, 2), the corners of blocks without buildings.
    """

    nodes: Array
    edges: Array
    speed_limit: Array
    buildings: Array
    parks: Array

    @property
    def half_side(self) -> float:
        """Half the side of the square around (0, 0) with all streets and sidewalks, in meters."""
        return float(np.abs(self.nodes).max()) + STREET_WIDTH_M


def build_city(rng: np.random.Generator) -> City:
    """Lay out streets and blocks.

    The streets form a distorted, rotated grid. Some local streets are dropped, which creates parks.
    """
    nodes = _crossings(rng)
    edges, limits = _streets()
    kept = _drop_local_streets(edges, limits, rng)
    blocks, open_block = _blocks(edges, kept)
    corners = nodes[blocks]
    # Shrink each block to its building line, to leave room for streets and sidewalks.
    corners = corners + (corners.mean(1, keepdims=True) - corners) * (STREET_WIDTH_M / SPACING_M)
    return City(nodes, edges[kept], limits[kept], corners[~open_block], corners[open_block])


def points_in_buildings(city: City, building: Array, rng: np.random.Generator) -> Array:
    """Draw one random point inside each building (n,), and return the points (n, 2)."""
    u, v = rng.uniform(0.05, 0.95, (2, len(building), 1))
    a, b, c, d = np.moveaxis(city.buildings[building], 1, 0)
    return (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c)


def points_on_streets(city: City, n: int, rng: np.random.Generator) -> Array:
    """Draw random points on the sidewalks, (n, 2)."""
    edge = rng.integers(len(city.edges), size=n)
    start, end = city.nodes[city.edges[edge, 0]], city.nodes[city.edges[edge, 1]]
    along = (end - start) / np.linalg.norm(end - start, axis=1, keepdims=True)
    side = rng.choice([-1.0, 1.0], (n, 1)) * rng.uniform(5.0, STREET_WIDTH_M / 2, (n, 1))
    return start + rng.uniform(0.05, 0.95, (n, 1)) * (end - start) + side * along[:, ::-1] * [-1.0, 1.0]


def _crossings(rng: np.random.Generator) -> Array:
    grid = np.stack(np.meshgrid(np.arange(COLUMNS), np.arange(ROWS), indexing="ij"), -1).astype(float)
    # Shift whole streets, then every crossing: straight enough to drive, irregular enough for a city.
    grid[..., 0] += rng.normal(0, 0.12, COLUMNS)[:, None]
    grid[..., 1] += rng.normal(0, 0.12, ROWS)[None, :]
    grid += rng.normal(0, 0.07, grid.shape)
    xy = (grid.reshape(-1, 2) - [(COLUMNS - 1) / 2, (ROWS - 1) / 2]) * SPACING_M
    turn = np.array([[np.cos(ROTATION), -np.sin(ROTATION)], [np.sin(ROTATION), np.cos(ROTATION)]])
    return xy @ turn.T


def _street_class(index: int, count: int) -> float:
    """Return the speed limit of a street.

    Arterials are the ring around the city and two streets each way across it.
    """
    if index in (0, count - 1, count // 3, (2 * count) // 3):
        return ARTERIAL
    return COLLECTOR if index % 2 == 0 else LOCAL


def _streets() -> tuple[Array, Array]:
    """Return the segments of all streets and their speed limits."""
    edges, limits = [], []
    for i in range(COLUMNS):
        for j in range(ROWS):
            node = i * ROWS + j
            if i + 1 < COLUMNS:
                edges.append((node, node + ROWS))
                limits.append(_street_class(j, ROWS))
            if j + 1 < ROWS:
                edges.append((node, node + 1))
                limits.append(_street_class(i, COLUMNS))
    return np.array(edges), np.array(limits)


def _drop_local_streets(edges: Array, limits: Array, rng: np.random.Generator) -> Array:
    """Drop a few local street segments without cutting off any crossing.

    Returns a mask of the segments that are kept.
    """
    kept = np.ones(len(edges), bool)
    for edge in rng.permutation(np.flatnonzero(limits == LOCAL))[: len(edges) // 18]:
        kept[edge] = False
        links = coo_array((np.ones(kept.sum()), edges[kept].T), shape=(COLUMNS * ROWS,) * 2)
        degree = np.bincount(edges[kept].ravel(), minlength=COLUMNS * ROWS)
        if connected_components(links, directed=False)[0] > 1 or degree[edges[edge]].min() < 2:
            kept[edge] = True
    return kept


def _blocks(edges: Array, kept: Array) -> tuple[Array, Array]:
    """Return the four crossings around each block, and whether a street at its side was dropped."""
    dropped = {tuple(edge) for edge in edges[~kept].tolist()}
    blocks, is_open = [], []
    for i in range(COLUMNS - 1):
        for j in range(ROWS - 1):
            a = i * ROWS + j
            b, c, d = a + ROWS, a + ROWS + 1, a + 1
            blocks.append((a, b, c, d))
            is_open.append(not dropped.isdisjoint({(a, b), (b, c), (d, c), (a, d)}))
    return np.array(blocks), np.array(is_open)
