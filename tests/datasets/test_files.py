"""Files: what is read, what is inferred, and one clear error for each thing that can be wrong."""

import dataclasses

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kerasclust.datasets import DataSet, from_file
from kerasclust.data.array_files import write_archive
from kerasclust.errors import InputError

X = np.arange(24, dtype="float64").reshape(4, 3, 2) ** 1.5
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
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    return path


@pytest.fixture
def csv(tmp_path):
    """Loads a table, or text, by way of a CSV file."""

    def load(table, **options):
        path = tmp_path / "kpi.csv"
        path.write_text(table if isinstance(table, str) else table.to_csv(index=False))
        return from_file(path, **options)

    return load


def test_npy(tmp_path):
    np.save(tmp_path / "a.npy", X)
    data = from_file(tmp_path / "a.npy")
    assert data.x.dtype == np.float32 and data.y is None and data.name == "a"
    np.testing.assert_allclose(data.x, X, rtol=1e-6)


@pytest.mark.parametrize("content", [{"x": X}, {"only": X}, {"x": X, "y": np.array([2, 2, 7, 5])}, {"x": X, "z": X}])
def test_npz(tmp_path, content):
    np.savez_compressed(tmp_path / "a.npz", **content)
    data = from_file(str(tmp_path / "a.npz"))
    assert data.x.shape == X.shape
    if "y" in content:
        assert data.y.tolist() == [0, 0, 2, 1] and data.label_names == ("2", "5", "7")


@pytest.mark.parametrize(
    "about",
    [
        {},
        {
            "y": np.array([1, 0, 1, 1]),
            "label_names": ("walk", "drive"),
            "groups": np.array(["a", "a", "b", "b"]),
            "channel_names": ("rsrp", "cqi"),
            "channel_units": ("dBm", ""),
            "step_seconds": 0.5,
            "context": {"speed": np.ones((4, 3))},
        },
    ],
)
def test_a_data_set_survives_an_archive(tmp_path, about):
    data = DataSet("kept", X.astype("float32"), **about)
    write_archive(tmp_path / "kept.npz", data)
    again = from_file(tmp_path / "kept.npz")
    for field in dataclasses.fields(DataSet):
        np.testing.assert_equal(getattr(again, field.name), getattr(data, field.name))


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"channel_names": ["rsrp"]}, r"2 channels, but channel_names has shape \(1,\)"),
        ({"groups": [1, 2]}, r"4 samples, but groups has shape \(2,\)"),
        ({"y": [0, 1, 2, 0], "label_names": ["a", "b"]}, r"names 2 labels, but y is not made of the numbers 0 to 1"),
    ],
)
def test_an_archive_that_contradicts_itself(tmp_path, wrong, message):
    np.savez(tmp_path / "a.npz", x=X, **wrong)
    with pytest.raises(InputError, match=message):
        from_file(tmp_path / "a.npz")


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
    assert data.channel_names == ("age", "rate") and data.groups.tolist() == [7, 8]
    assert data.y.tolist() == [1, 0] and data.label_names == ("bus", "car")


def test_channels_decide_over_names(csv):
    data = csv(VECTORS.assign(time=[5, 5]), channels=["age", "time"])
    assert data.channel_names == ("age", "time") and data.x.shape == (2, 2)


def test_windows_of_sequences_of_different_length(csv):
    table = pd.DataFrame({"cell": [1] * 5 + [2] * 3 + [3], "step": [*range(5), *range(3), 0], "load": range(9)})
    data = csv(table.sample(frac=1, random_state=0), window=2)
    order = np.argsort(data.x[:, 0, 0])
    assert data.x[order, :, 0].tolist() == [[0, 1], [2, 3], [5, 6]] and data.groups[order].tolist() == [1, 1, 2]
    assert len(csv(table, window=2, stride=1).x) == 4 + 2


def test_one_series_without_ids(csv):
    table = pd.DataFrame({"timestamp": pd.date_range("2024-05-31", periods=6, freq="h"), "load": range(6)})
    data = csv(table, window=3)
    assert data.x[:, :, 0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert data.context["start_time"][1] == np.datetime64("2024-05-31T03:00")
    with pytest.raises(InputError, match=r"There is one sequence, of 6 rows: cut it .* window=2"):
        csv(table)


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
    ],
)
def test_times_with_offsets_are_put_in_order_and_are_utc(csv, times, start):
    table = pd.DataFrame({"time": times, "load": [0, 1, 2]})
    data = csv(table.iloc[::-1], window=3)
    assert data.x[:, :, 0].tolist() == [[0, 1, 2]]
    assert data.context["start_time"].dtype.kind == "M"
    assert data.context["start_time"].tolist() == np.array([start], data.context["start_time"].dtype).tolist()


def test_times_of_a_zone_in_a_parquet_file_are_utc(tmp_path):
    times = pd.date_range("2024-10-27T00:30", periods=3, freq="h", tz="Europe/Berlin")
    data = from_file(write(pd.DataFrame({"time": times, "load": range(3)}), tmp_path / "kpi.parquet"), window=3)
    assert data.context["start_time"].dtype.kind == "M"
    assert data.context["start_time"][0] == np.datetime64("2024-10-26T22:30")


def test_durations_are_times(tmp_path):
    times = pd.to_timedelta([2, 0, 1], unit="s")
    data = from_file(write(pd.DataFrame({"time": times, "load": range(3)}), tmp_path / "kpi.parquet"), window=3)
    assert data.x[0, :, 0].tolist() == [1, 2, 0]
    assert data.context["start_time"][0] == np.timedelta64(0, "s")


def test_times_of_another_kind_are_refused(tmp_path):
    months = pd.period_range("2024-01", periods=3, freq="M")
    path = write(pd.DataFrame({"time": months, "load": range(3)}), tmp_path / "kpi.parquet")
    with pytest.raises(InputError, match=r"'time' holds no times \(period"):
        from_file(path, window=3)


def test_the_index_of_a_parquet_file_counts(tmp_path):
    path = tmp_path / "kpi.parquet"
    LONG.set_index(["user", "time"]).to_parquet(path)
    assert from_file(path).x.shape == (2, 3, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rsrp": [-93, None, -91, None, -83, -92]}, "2 values .* first is missing .* column 'rsrp', row 2"),
        ({"rsrp": [-93, -82, np.inf, -81, -83, -92]}, "infinite, in column 'rsrp', row 3"),
        ({"rsrp": [-93, -82, "weak", -81, -83, -92]}, "Column 'rsrp' is not numbers .*row 3 holds 'weak'"),
        ({"time": [3, 2, 1, 1, 2, 2]}, "1 rows repeat an earlier time, the first is row 5 with user 'a' and time 2"),
        ({"time": [3, 2, None, 1, 2, 2]}, "Column 'time' has 1 missing values, the first in row 3"),
        ({"time": ["3", "2", "noon", "1", "2", "2"]}, "'time' holds '.*which is not a time"),
        (
            {"time": [f"2024-05-31T0{hour}:00{offset}" for hour, offset in enumerate(["", "", "Z", "", "", "+02:00"])]},
            "such as 2024-05-31T02:00Z in row 3, and times without, such as 2024-05-31T00:00 in row 1",
        ),
        ({"user": ["b", "a", "b", None, "a", "b"]}, "'user' has 1 missing values, the first in row 4"),
        ({"user": ["b", "a", "a", "a", "a", "b"], "time": range(6)}, r"from 2 to 4 rows \(b: 2, a: 4\).* window=2"),
    ],
)
def test_bad_values_are_located(csv, change, message):
    with pytest.raises(InputError, match=message):
        csv(LONG.assign(**change))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"id_column": "imsi"}, "no column 'imsi': it has 'user', 'time', 'rsrp', 'cqi'"),
        ({"channels": ["rsrp", "snr"]}, "no column 'snr'"),
        ({"id_column": "user", "channels": ["user"]}, "'user' has two"),
        ({"window": 4}, "window is 4, but the longest sequence has 3 rows"),
        ({"window": 1}, "window must be"),
        ({"window": 2, "stride": 0}, "stride must be"),
    ],
)
def test_bad_options(csv, options, message):
    with pytest.raises(InputError, match=message):
        csv(LONG, **options)


def test_repeated_ids_need_a_time(csv):
    with pytest.raises(InputError, match=r"Several rows share a value of 'user'.*time_column"):
        csv(LONG.drop(columns="time"))


def test_feature_vectors_have_no_windows(csv):
    with pytest.raises(InputError, match="window and stride need sequences"):
        csv(VECTORS, window=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty, 0 bytes"),
        ("a,b\n", r"is empty: it has 0 rows and 2 columns"),
        ('a,b\n1,2\n3,"4', r"cannot be read as a table"),
        ("a,b\n1,2\n3,4,5,6\n", "cannot be read as a table .*line 3"),
        ("id,time\n1,2\n", "has no input"),
    ],
)
def test_bad_csv(csv, text, message):
    with pytest.raises(InputError, match=message):
        csv(text)


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".parquet", ".csv"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00nonsense\x81" * 9, None], ids=["nonsense", "truncated"])
def test_damaged_files(tmp_path, suffix, content):
    path = tmp_path / f"a{suffix}"
    if suffix == ".npy":
        np.save(path, X)
    elif suffix == ".npz":
        np.savez(path, x=X)
    else:
        write(LONG, path)
    if suffix == ".csv" and content is None:
        pytest.skip("a shorter CSV file is another CSV file")
    path.write_bytes(content or path.read_bytes()[:-40])
    with pytest.raises(InputError, match=rf"a\{suffix} cannot be read as a"):
        from_file(path)


def test_a_damaged_member_of_an_archive(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, x=X)
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        from_file(path)


def test_bad_arrays(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="it holds Python objects"):
        from_file(tmp_path / "objects.npy")
    np.savez(tmp_path / "two.npz", a=X, b=X)
    with pytest.raises(InputError, match=r"two.npz holds a, b: name the samples 'x'"):
        from_file(tmp_path / "two.npz")
    np.savez(tmp_path / "y.npz", x=X, y=[1, 2])
    with pytest.raises(InputError, match=r"4 samples, but y has shape \(2,\)"):
        from_file(tmp_path / "y.npz")
    np.save(tmp_path / "nan.npy", X * np.nan)
    with pytest.raises(InputError, match=r"nan.npy has 24 missing values \(NaN\), the first at sample 0, step 0"):
        from_file(tmp_path / "nan.npy")
    np.save(tmp_path / "a.npy", X)
    with pytest.raises(InputError, match="window only apply to tables"):
        from_file(tmp_path / "a.npy", window=3)


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.csv", "There is no file"), ("folder", "is a directory"), ("a.xlsx", "ends in '.xlsx'; files end in .npy")],
)
def test_paths_that_are_no_data(tmp_path, name, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.xlsx").write_text("a")
    with pytest.raises(InputError, match=message):
        from_file(tmp_path / name)


@pytest.mark.parametrize("column", ["user", "label"])
def test_lists_are_no_ids_and_no_labels(column, tmp_path):  # found by the soak
    pd.DataFrame({column: [[1, 2], [3]], "rsrp": [1.0, 2.0]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match=f"Column '{column}' holds lists or records"):
        from_file(tmp_path / "a.parquet")


def test_a_parquet_file_that_does_not_know_its_columns(tmp_path):  # found by the soak
    table = pa.Table.from_pandas(pd.DataFrame({"rsrp": [1.0, 2.0]}))
    about = table.schema.metadata[b"pandas"].replace(b"pandas_type", b"pandas_typo")
    pq.write_table(table.replace_schema_metadata({b"pandas": about}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="cannot be read as a table"):
        from_file(tmp_path / "a.parquet")
