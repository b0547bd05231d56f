"""Reading of a table the way the samples of a training were read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.data.findings import warn
from kerasclust.data.reading import from_frame
from kerasclust.data.tables.engine import connect
from kerasclust.data.tables.frames import as_arrow, open_frame
from kerasclust.data.tables.options import TableOptions
from kerasclust.data.tables.planning import make_plan
from kerasclust.data.tables.samples import read_samples
from kerasclust.types import Array

OPTIONAL = ("id_column", "label_column")  # columns that new data may lack
OF_TRAINING = ("missing", "constant")  # findings that say nothing of a few samples to predict on


def read_frame(frame: Any, reading: Mapping[str, Any] | None = None) -> DataSet:
    """Make samples of a table in memory.

    Args:
        frame: a table of pandas, polars, Arrow or DuckDB.
        reading: options with which the samples of the training were read, `DataSet.reading`. A table is then read
            although its few rows look odd by themselves, and no row that is a sample is left out. None: roles are
            found in the table.

    Warns:
        DataWarning: a category is unknown; without `reading`, anything doubtful.

    Raises:
        InputError: Something cannot be right, or a column is missing.
    """
    if reading is None:
        return from_frame(frame, name="x")
    table = as_arrow(frame)
    names = [str(name) for name in table.schema.names]
    options = {name: value for name, value in reading.items() if name not in OPTIONAL or value in names}
    options["drop"] = [name for name in options.get("drop") or () if name in names]
    if options.get("time_column") is None:
        options["max_missing"] = 1.0
    with connect() as connection:
        plan = make_plan(open_frame(connection, table, "x"), TableOptions.of(**options))
        plan.findings[:] = [finding for finding in plan.findings if finding.kind not in OF_TRAINING]
        data = read_samples(plan)
    warn([finding for finding in data.findings if finding.kind == "unknown_category"], stacklevel=2)
    return data


def in_categories(data: DataSet, expected: Mapping[str, Sequence[str]]) -> Array:
    """Return samples (n, features) of a table with the numbers that categories had in the training.

    An unknown category gets the next number after the known ones.

    Args:
        data: the samples.
        expected: categories of the training, {column: names in the order of their numbers}.

    Example:
        >>> data = DataSet("d", np.array([[0.0], [1.0]]), channel_names=("c",), categories={"c": ("x", "y")})
        >>> in_categories(data, {"c": ("y",)}).tolist()
        [[1.0], [0.0]]
    """
    x = np.array(data.x)
    for column, names in expected.items():
        found = data.categories.get(column)
        if found is not None and tuple(found) != tuple(names):
            numbers = {name: number for number, name in enumerate(names)}
            of_found = np.array([numbers.get(name, len(names)) for name in found], "float64")
            place = data.channel_names.index(column)
            known = ~np.isnan(x[:, place])
            x[known, place] = of_found[x[known, place].astype(int)]
    return x


def with_numbers_of(data: DataSet, expected: Mapping[str, Sequence[str]]) -> DataSet:
    """Return a data set whose categories have the numbers of the training; see `in_categories`."""
    return replace(data, x=in_categories(data, expected)) if expected and data.categories else data
