"""Tables in memory of all libraries give the same samples."""

import numpy as np
import pandas as pd
import polars
import pyarrow as pa
import pytest

from kerasclust.data import from_frame
from kerasclust.errors import InputError

duckdb = pytest.importorskip("duckdb")
TABLE = pd.DataFrame({"cell": ["u", "v", "u", "v"], "time": [2, 1, 1, 2], "load": [0.25, 0.5, 0.75, 1.0]})
LOADS = [[0.75, 0.25], [0.5, 1.0]]


class Stream:
    """A table that can only be read by Arrow's protocol."""

    def __arrow_c_stream__(self, requested_schema=None):
        return pa.Table.from_pandas(TABLE).__arrow_c_stream__(requested_schema)


class Interchange:
    """A table that can only be read by Python's protocol for tables."""

    def __dataframe__(self, **options):
        return pa.Table.from_pandas(TABLE).__dataframe__(**options)


def of_duckdb():
    connection = duckdb.connect()
    connection.register("of_pandas", TABLE)
    return connection.sql("SELECT * FROM of_pandas")


@pytest.mark.parametrize(
    "make",
    [
        lambda: TABLE,
        lambda: TABLE.set_index(["cell", "time"]),
        lambda: TABLE.convert_dtypes(),
        lambda: polars.from_pandas(TABLE),
        lambda: polars.from_pandas(TABLE).lazy().collect(),
        lambda: pa.Table.from_pandas(TABLE),
        lambda: pa.RecordBatch.from_pandas(TABLE),
        lambda: pa.Table.from_pandas(TABLE).to_reader(),
        of_duckdb,
        Stream,
        Interchange,
    ],
)
def test_all_libraries(make):
    data = from_frame(make(), name="cells")
    assert data.name == "cells" and data.groups.tolist() == ["u", "v"]
    assert data.x[:, :, 0].tolist() == LOADS and data.channel_names == ("load",)


def test_a_time_index_without_a_name(frame):
    times = pd.date_range("2024-01-01", periods=6, freq="15min")
    data = frame(pd.DataFrame({"load": np.arange(6.0)}, index=times), window=3)
    assert data.x[:, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_integers_as_names(frame):
    data = frame(np.arange(12.0).reshape(4, 3), channels=[2, 0])
    assert data.channel_names == ("2", "0") and data.x[1].tolist() == [5, 3]


def test_objects_of_several_types_are_texts(frame):
    data = frame({"cell": [7, "007", 7, "007"], "time": [1, 1, 2, 2], "load": ["1", 2, 3.5, "4e0"]})
    assert dict(zip(data.groups.tolist(), data.x[:, :, 0].tolist(), strict=True)) == {"7": [1, 3.5], "007": [2, 4]}
    with pytest.raises(InputError, match="'load' is not numbers: row 2 holds 'two'"):
        frame({"load": [1, "two", 3]})


def test_ids_that_a_missing_value_made_floats(frame):
    data = frame({"id": [10.0, 20.0, None], "load": [1, 2, 3]})
    assert data.groups.tolist() == ["10", "20", ""]


def test_names_that_occur_twice(frame):
    with pytest.raises(InputError, match="2 columns have the name 'load'"):
        frame(pd.DataFrame([[1, 2, 3]], columns=["load", "rsrp", "load"]))


@pytest.mark.parametrize("data", [{"load": [1, 2]}, [1, 2], None, pd.DataFrame(index=range(3))])
def test_what_is_no_table(data):
    with pytest.raises(InputError, match=r"is no table|has no columns"):
        from_frame(data)
