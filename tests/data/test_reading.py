"""Tables in files become samples: what is read, what is inferred, and one clear error for what cannot be right."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kerasclust.data import DataWarning, from_file
from kerasclust.errors import InputError

LONG = pd.DataFrame(
    {
        "user": ["b", "a", "b", "a", "a", "b"],
        "time": [3, 2, 1, 1, 3, 2],
        "rsrp": [-93.0, -82, -91, -81, -83, -92],
        "cqi": [3, 2, 1, 11, 12, 13],
    }
)
VECTORS = pd.DataFrame({"age": [1.5, 2.5], "rate": [3, 4]})


def write(table, path):
    if isinstance(table, pa.Table):
        pq.write_table(table, path)
    elif path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    return path


@pytest.fixture
def csv(tmp_path):
    """Reads a table, or text, by way of a CSV file."""

    def load(table, **options):
        path = tmp_path / "kpi.csv"
        path.write_text(table if isinstance(table, str) else table.to_csv(index=False))
        return from_file(path, **options)

    return load


@pytest.fixture
def parquet(tmp_path):
    """Reads a table by way of a Parquet file."""
    return lambda table, **options: from_file(write(table, tmp_path / "kpi.parquet"), **options)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_long_table_becomes_sequences_in_order_of_time(tmp_path, suffix):
    data = from_file(write(LONG, tmp_path / f"kpi{suffix}"))
    assert data.x.shape == (2, 3, 2) and data.channel_names == ("rsrp", "cqi")
    of_user = dict(zip(data.groups.tolist(), data.x.tolist(), strict=True))
    assert of_user == {"a": [[-81, 11], [-82, 2], [-83, 12]], "b": [[-91, 1], [-92, 13], [-93, 3]]}
    assert data.context["start_time"].tolist() == [1, 1]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_other_tables_are_feature_vectors(tmp_path, suffix):
    data = from_file(write(VECTORS, tmp_path / f"kpi{suffix}"))
    assert data.x.tolist() == [[1.5, 3], [2.5, 4]] and data.groups is None and data.y is None


def test_columns_can_be_named(csv):
    table = LONG.rename(columns={"user": "who", "time": "when"}).assign(kind=["x", "y", "x", "y", "y", "x"])
    data = csv(table, id_column="who", time_column="when", label_column="kind", channels=["cqi"])
    assert data.x.shape == (2, 3, 1) and data.channel_names == ("cqi",)
    assert dict(zip(data.groups.tolist(), data.y.tolist(), strict=True)) == {"a": 1, "b": 0}
    assert data.label_names == ("x", "y")


def test_an_id_per_row_is_a_group_and_a_label_is_not_input(csv):
    data = csv(VECTORS.assign(UE_ID=[7, 8], Label=["car", "bus"]))
    assert data.channel_names == ("age", "rate") and data.groups.tolist() == ["7", "8"]
    assert data.y.tolist() == [1, 0] and data.label_names == ("bus", "car")


def test_channels_decide_over_names(csv):
    data = csv(VECTORS.assign(time=[5, 6]), channels=["age", "time"])
    assert data.channel_names == ("age", "time") and data.x.shape == (2, 2)


def test_windows_of_sequences_of_different_length(csv):
    table = pd.DataFrame({"cell": [1] * 5 + [2] * 3, "step": [*range(5), *range(3)], "load": range(8)})
    data = csv(table.sample(frac=1, random_state=0), window=2)
    assert data.x[:, :, 0].tolist() == [[0, 1], [2, 3], [5, 6]] and data.groups.tolist() == ["1", "1", "2"]
    assert len(csv(table, window=2, stride=1).x) == 4 + 2


@pytest.mark.parametrize(
    ("times", "start"),
    [
        (
            ["2024-10-27T01:30+02:00", "2024-10-27T02:30+02:00", "2024-10-27T02:30+01:00"],
            "2024-10-26T23:30",
        ),  # DST ends
        (["2024-05-31T01:00+02:00", "2024-05-31T02:00+02:00", "2024-05-31T03:00+02:00"], "2024-05-30T23:00"),
        (["2024-05-31 01:00Z", "2024-05-31 02:00Z", "2024-05-31 03:00Z"], "2024-05-31T01:00"),
        (["2024-05-31", "2024-06-01", "2024-06-02"], "2024-05-31"),
        ([1717113600, 1717117200, 1717120800], "2024-05-31T00:00"),
        ([1717113600000, 1717117200000, 1717120800000], "2024-05-31T00:00"),
        (["20240531", "20240601", "20240602"], "2024-05-31"),
    ],
)
def test_times_are_put_in_order_and_are_utc(csv, times, start):
    table = pd.DataFrame({"time": times, "load": [0, 1, 2]})
    data = csv(table.iloc[::-1], window=3)
    assert data.x[:, :, 0].tolist() == [[0, 1, 2]]
    assert data.context["start_time"].tolist() == np.array([start], "datetime64[us]").tolist()


def test_times_of_a_zone_in_a_parquet_file_are_utc(parquet):
    times = pd.date_range("2024-10-27T00:30", periods=3, freq="h", tz="Europe/Berlin")
    data = parquet(pd.DataFrame({"time": times, "load": range(3)}), window=3)
    assert data.context["start_time"][0] == np.datetime64("2024-10-26T22:30")


def test_durations_are_times_in_seconds(parquet):
    times = pd.to_timedelta([120, 0, 60], unit="s")
    data = parquet(pd.DataFrame({"time": times, "load": range(3)}), window=3)
    assert data.x[0, :, 0].tolist() == [1, 2, 0] and data.context["start_time"].tolist() == [0]


def test_an_index_in_a_parquet_file_counts(tmp_path):
    path = tmp_path / "kpi.parquet"
    LONG.set_index(["user", "time"]).to_parquet(path)
    assert from_file(path).x.shape == (2, 3, 2)
    days = pd.date_range("2024-02-28", periods=12, freq="D")
    pd.DataFrame({"load": np.arange(12.0)}, index=days).to_parquet(path)
    data = from_file(path, window=4)
    assert data.x.shape == (3, 4, 1) and data.context["start_time"][1] == np.datetime64("2024-03-03")


def test_kinds_of_columns_in_a_parquet_file(parquet):
    table = pa.table(
        {
            "device": pa.array(["p", "p", "q", "q"]).dictionary_encode(),
            "date": pa.array([datetime.date(2023, 12, day) for day in (30, 31)] * 2),
            "money": pa.array([decimal.Decimal("1.25"), decimal.Decimal("2.50"), None, decimal.Decimal("4.75")]),
            "n": pa.array([1, 2, 3, 4], pa.uint8()),
            "half": pa.array(np.arange(4, dtype="float16")),
            "on": [True, False, True, True],
            "text": ["1.5", "2.5", "3.5", "4.5"],
        }
    )
    data = parquet(table, max_missing=0.5)
    assert data.channel_names == ("money", "n", "half", "on", "text")
    np.testing.assert_array_equal(
        data.x, [[[1.25, 1, 0, 1, 1.5], [2.5, 2, 1, 0, 2.5]], [[np.nan, 3, 2, 1, 3.5], [4.75, 4, 3, 1, 4.5]]]
    )


def test_names_that_occur_twice_in_a_parquet_file(parquet):
    columns = [pa.array([1.0, 2.0])] * 3
    with pytest.raises(InputError, match="2 columns have the name 'rsrp'"):
        parquet(pa.Table.from_arrays(columns, names=["rsrp", "load", "rsrp"]))


def test_lists_are_no_numbers(parquet):
    with pytest.raises(InputError, match=r"Column 'embedding' is not numbers \(DOUBLE\[\]\): row 2 holds \[3.0, 4.0\]"):
        parquet(pa.table({"a": [1.0, 2.0], "embedding": [None, [3.0, 4.0]]}))


def test_folders_of_parquet_files(tmp_path):
    LONG.to_parquet(tmp_path / "part", partition_cols=["user"])
    data = from_file(tmp_path / "part")
    assert data.groups.tolist() == ["a", "b"] and data.x[:, 0, 0].tolist() == [-81, -91]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rsrp": [-93, -82, np.inf, -81, -83, -92]}, "'rsrp' has 1 infinite value, the first in row 3"),
        ({"rsrp": [-93, -82, "weak", -81, -83, -92]}, "Column 'rsrp' is not numbers: row 3 holds 'weak'"),
        ({"time": [3, 2, None, 1, 2, 2]}, "Column 'time' has 1 missing value, the first in row 3"),
        ({"time": ["3", "2", "noon", "1", "2", "2"]}, "'time' holds 'noon' in row 3, which is not a time"),
        (
            {"time": [f"2024-05-31T0{hour}:00{offset}" for hour, offset in enumerate(["", "", "Z", "", "", "+02:00"])]},
            "such as 2024-05-31T02:00Z in row 3, and times without, such as 2024-05-31T00:00 in row 1",
        ),
        ({"user": ["b", "a", "b", None, "a", "b"]}, "'user' has 1 missing value, the first in row 4"),
    ],
)
def test_bad_values_are_located(csv, change, message):
    with pytest.raises(InputError, match=message):
        csv(LONG.assign(**change))


def test_rows_that_repeat_a_time_are_located(csv):
    with pytest.warns(DataWarning, match="the first is row 5"):
        csv(LONG.assign(time=[3, 2, 1, 1, 2, 2]))
    with pytest.raises(InputError, match=r"1 row repeats an earlier time; the first is row 2"):
        csv("cell,time,load\nq,7,1\nq,7,2\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"id_column": "imsi"}, "no column 'imsi': it has 'user', 'time', 'rsrp', 'cqi'"),
        ({"channels": ["rsrp", "snr"]}, "no column 'snr'"),
        ({"id_column": "user", "channels": ["user"]}, "'user' has two"),
        ({"window": 9}, "longest series, user a, has 3"),
        ({"window": 2, "stride": 0}, "stride must be a whole number of steps"),
        ({"aggregate": "median"}, "aggregate is 'median'"),
        ({"max_missing": 2}, "max_missing is 2"),
        ({"kpi_column": "user"}, "kpi_column and value_column belong together"),
        ({"rate": "speed"}, "rate names 'speed', which is no input column"),
    ],
)
def test_bad_options(csv, options, message):
    with pytest.raises(InputError, match=message):
        csv(LONG, **options)


def test_a_column_to_drop_may_be_lacking_but_not_in_silence(csv):
    with pytest.warns(DataWarning, match="no column 'snr' to leave out"):
        assert csv(LONG, drop=["snr", "cqi"]).channel_names == ("rsrp",)


def test_repeated_ids_need_a_time_and_the_advice_works(csv):
    table = LONG.drop(columns="time")
    with pytest.raises(InputError, match=r"Several rows share a value of 'user'.*time_column.*drop='user'"):
        csv(table)
    assert csv(table, drop="user").groups is None
    for options in ({"id_column": "user"}, {"channels": ["rsrp", "cqi"]}):
        data = csv(table, **options)
        assert data.x.shape == (6, 2) and data.groups.tolist() == ["b", "a", "b", "a", "a", "b"]


def test_feature_vectors_have_no_windows(csv):
    with pytest.raises(InputError, match=r"window and stride need sequences.*time_column"):
        csv(VECTORS, window=2, stride=1)


@pytest.mark.parametrize(
    ("text", "message"), [("", "is empty, 0 bytes"), ("id,time\n1,2\n", "has no input: its columns are 'id', 'time'")]
)
def test_bad_csv(csv, text, message):
    with pytest.raises(InputError, match=message):
        csv(text)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00nonsense\x81" * 9, None], ids=["nonsense", "truncated"])
def test_damaged_parquet_files(tmp_path, content):
    path = write(LONG, tmp_path / "a.parquet")
    path.write_bytes(content or path.read_bytes()[:-40])
    with pytest.raises(InputError, match=r"a\.parquet cannot be read as a table"):
        from_file(path)


def test_bytes_that_are_no_table(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00nonsense\x81" * 9)
    with pytest.raises(InputError):
        from_file(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "There is no file"),
        ("folder", "is a directory with no files that end in .csv"),
        ("a.xlsx", "ends in '.xlsx'; files end in .npy"),
    ],
)
def test_paths_that_are_no_data(tmp_path, name, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.xlsx").write_text("a")
    with pytest.raises(InputError, match=message):
        from_file(tmp_path / name)


@pytest.mark.parametrize("column", ["user", "label"])
def test_lists_are_no_ids_and_no_labels(parquet, column):  # found by the soak
    with pytest.raises(InputError, match=f"Column '{column}' holds lists or records"):
        parquet(pd.DataFrame({column: [[1, 2], [3]], "rsrp": [1.0, 2.0]}))


def test_further_data_is_read_the_same_way(csv):
    first = csv(LONG.assign(extra=range(6)), channels=["cqi", "rsrp"], missing_value=-83)
    again = csv(LONG[["time", "cqi", "user", "rsrp"]], **first.reading)
    np.testing.assert_array_equal(first.x, again.x)
    assert again.channel_names == ("cqi", "rsrp") and again.reading == first.reading


@pytest.mark.parametrize("offset", [0.0, 5e11])
def test_numbers_keep_their_differences(csv, offset):
    table = LONG.assign(rsrp=LONG.rsrp + offset, cqi=LONG.cqi + offset)
    x = csv(table).x
    assert x.dtype == (np.float32 if offset == 0 else np.float64)
    assert np.diff(x[:, :, 0]).tolist() == [[-1, -1], [-1, -1]]
