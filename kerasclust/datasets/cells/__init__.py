"""Simulated cells of a mobile network: hourly key performance indicators over weeks, of seven kinds of cells."""

import numbers
from typing import Any, Literal

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.validation import check_whole
from kerasclust.datasets.cells.settings import CHANNELS, KINDS
from kerasclust.errors import InputError

__all__ = ["cells"]

DAYS = {"days": 1, "weeks": 7, "cells": None}  # of a sample; a cell has all


def cells(
    n_cells: int = 300,
    weeks: int = 6,
    samples: Literal["cells", "weeks", "days"] = "cells",
    missing: float = 0.01,
    seed: int = 0,
) -> DataSet:
    """Simulate hourly key performance indicators of cells, as an operator has them.

    Kinds of cells differ mostly by when the cells are busy. The level varies from cell to cell by an order of
    magnitude, more than between kinds. Peaks are up to an hour early or late.

    - "business", "residential", "nightlife" and "commuting" are places. No cell is of one place alone: about five
      sixths of its demand has the profile of its kind, the rest that of other places (Wang et al.).
    - "mixed" cells are between business and residential.
    - "event" cells are at any place, nearly idle, and have a crowd about three times in four weeks (Shafiq et al.).
    - "faulty" cells are at any place, and for days drop sessions, fail to set them up, or lose service.

    Demand has seasons, growth, sudden changes of the level, noise with heavy tails that lasts for hours, and days that
    are busy everywhere. Public holidays, those of Austria, are like a Sunday. Volume and utilization follow from demand
    and capacity, and saturate. Throughput falls with the load, and failures rise. Any cell has outages and planned
    works.

    The time is that of the wall clock, which is never changed. It starts on Monday, April 22, 2024.

    Args:
        n_cells: number of cells. Cell c is of kind c modulo 7.
        weeks: number of weeks.
        samples: "cells" for all weeks of a cell, "weeks" from Monday, or "days" from midnight.
        missing: share of the hours whose row is missing, from 0 to below 1. They come in stretches.
        seed: seed of everything random. The same seed and sizes give the same data.

    Returns:
        A `DataSet` of n samples, the samples of a cell in order of time: x float32 (n, steps, 9), with 168 steps for
        each week or 24 for a day; y (n,) the kind, with `label_names`; groups (n,) the id of the cell; `groupings`
        "everyday" (n,), the kind without events and faults: 0 business, 1 residential, 2 nightlife, 3 commuting,
        4 mixed. Its context: "start_time" (n,) local time and "holiday" (n, days), whether each day is a public
        holiday. NaN is a missing row, or a share of nothing in an hour without service.

    Raises:
        InputError: An argument is out of range.

    Source:
        Profiles, and mixtures of four places: H. Wang, F. Xu, Y. Li, P. Zhang, D. Jin, "Understanding Mobile Traffic
        Patterns of Large Scale Cellular Towers in Urban Environment", IMC 2015; weekends, nights and places of
        leisure: A. Furno, M. Fiore, R. Stanica, C. Ziemlicki, Z. Smoreda, "A Tale of Ten Cities", IEEE Transactions on
        Mobile Computing, 2017; regular and irregular parts: B. Cici, M. Gjoka, A. Markopoulou, C. Butts, "On the
        Decomposition of Cell Phone Activity Patterns and their Connection with Urban Ecology", MobiHoc 2015; crowds:
        M. Z. Shafiq et al., "A First Look at Cellular Network Performance during Crowded Events", SIGMETRICS 2013.
        They are drawn after these descriptions and are no measured values.

    Example:
        >>> data = cells(n_cells=14, weeks=2, samples="days")
        >>> data.x.shape, data.channel_label(3), data.label_names[3], str(data.groups[-1])
        ((196, 24, 9), 'prb_utilization [%]', 'commuting', 'cell_0013')
    """
    from kerasclust.datasets.cells.days import START  # imports pandas, so not with the package
    from kerasclust.datasets.cells.simulation import simulate

    if not isinstance(samples, str) or samples not in DAYS:
        raise InputError(f"samples must be 'cells', 'weeks' or 'days'; found {samples!r}.")
    sizes = check_sizes(n_cells, weeks, missing, seed)
    simulated = simulate(**sizes)
    n_cells, n_days = sizes["n_cells"], 7 * sizes["weeks"]
    length = DAYS[samples] or n_days
    per_cell = n_days // length
    kpis = np.where(simulated.missing[..., None], np.nan, simulated.kpis).astype("float32")
    return DataSet(
        name="cells",
        x=kpis.reshape(n_cells * per_cell, 24 * length, len(CHANNELS)),
        y=np.repeat(simulated.kind, per_cell),
        label_names=KINDS,
        groups=np.repeat(simulated.ids, per_cell),
        channel_names=tuple(name for name, _ in CHANNELS),
        channel_units=tuple(unit for _, unit in CHANNELS),
        step_seconds=3600.0,
        context={
            "start_time": np.tile(START + length * np.arange(per_cell), n_cells).astype("datetime64[s]"),
            "holiday": np.tile(simulated.holiday.reshape(per_cell, length), (n_cells, 1)),
        },
        groupings={"everyday": np.repeat(simulated.everyday, per_cell)},
    )


def check_sizes(n_cells: Any, weeks: Any, missing: Any, seed: Any) -> dict[str, Any]:
    """Check the arguments of a simulation and return them by name.

    Raises:
        InputError: An argument is out of range.
    """
    if not isinstance(missing, numbers.Real) or isinstance(missing, bool) or not 0 <= float(missing) < 1:
        raise InputError(f"missing must be a share from 0 to below 1, but it is {missing!r}.")
    return {
        "n_cells": check_whole(n_cells, "n_cells", 1),
        "weeks": check_whole(weeks, "weeks", 1),
        "missing": float(missing),
        "seed": check_whole(seed, "seed", 0),
    }
