"""Simulated cells as the table that an operator exports."""

from typing import TYPE_CHECKING

import numpy as np

from kerasclust.datasets.cells import check_sizes
from kerasclust.datasets.cells.settings import CHANNELS, COUNTERS, KINDS
from kerasclust.types import Array

if TYPE_CHECKING:
    import pandas as pd

RESTART_HOURS = 14 * 24  # between two restarts of the counters of a cell
COUNTED_HOURS = 1000  # before the first row, at most


def cells_table(n_cells: int = 300, weeks: int = 6, missing: float = 0.01, seed: int = 0) -> "pd.DataFrame":
    """Simulate the cells of `cells` as a long table with counters.

    Volumes and handovers are counters: the value of a row includes its hour. A counter goes on where a row is missing,
    and starts again from 0 every two weeks. Missing rows are absent.

    Args:
        n_cells: see `cells`.
        weeks: see `cells`.
        missing: see `cells`.
        seed: see `cells`.

    Returns:
        A pandas DataFrame with a row for each cell and hour: "cell", "time" (the start of the hour, local time), "kind"
        and the channels of `cells`.

    Raises:
        InputError: An argument is out of range.

    Example:
        >>> from kerasclust.data import from_frame
        >>> table = cells_table(n_cells=2, weeks=1, missing=0)
        >>> counters = ["downlink_volume", "uplink_volume", "handovers"]
        >>> from_frame(table, label_column="kind", rate=counters, window="1d").x.shape
        (14, 24, 9)
    """
    import pandas as pd

    from kerasclust.datasets.cells.days import START
    from kerasclust.datasets.cells.simulation import simulate

    simulated = simulate(**check_sizes(n_cells, weeks, missing, seed))
    names = [name for name, _ in CHANNELS]
    counted = [names.index(name) for name in COUNTERS]
    kpis = simulated.kpis.copy()
    kpis[..., counted] = _count(kpis[..., counted], np.random.default_rng([seed, 1]))
    n, hours, _ = kpis.shape
    table = pd.DataFrame(kpis.reshape(n * hours, -1), columns=names)
    table.insert(0, "cell", np.repeat(simulated.ids, hours))
    table.insert(1, "time", np.tile(START.astype("datetime64[s]") + 3600 * np.arange(hours), n))
    table.insert(2, "kind", np.repeat(np.array(KINDS)[simulated.kind], hours))
    return table[~simulated.missing.ravel()].reset_index(drop=True)


def _count(values: Array, rng: np.random.Generator) -> Array:
    """Return values of hours (n, hours, channels) as counters, which have counted before the first hour."""
    n, hours, _ = values.shape
    before = values.mean(axis=1, keepdims=True) * rng.uniform(0, COUNTED_HOURS, (n, 1, 1))
    total = before + np.cumsum(values, axis=1)
    restarts = (np.arange(hours) + rng.integers(1, RESTART_HOURS, (n, 1))) // RESTART_HOURS
    first = np.diff(restarts, axis=1, prepend=0) > 0  # hours that start from 0
    lost = np.where(first[..., None], total - values, 0.0)
    return np.asarray(total - np.maximum.accumulate(lost, axis=1))
