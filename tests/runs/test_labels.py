"""The table of clusters: times with their offset, and samples without a cluster with a reason."""

import csv

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet, LeftOut
from kerasclust.runs.labels import rename_labels, write_labels
from kerasclust.runs.unassigned import counted, reasons_without_cluster

NAN = float("nan")


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def column(rows, title):
    return [row[title] for row in rows]


def days(*texts):
    return np.array(texts, "datetime64[us]")


def data_of(n=3, **more):
    return DataSet("d", np.zeros((n, 4, 2)), **more)


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("Europe/Berlin", ["2025-03-29T00:00:00+01:00", "2025-03-30T00:00:00+01:00", "2025-03-31T00:00:00+02:00"]),
        ("UTC", ["2025-03-28T23:00:00+00:00", "2025-03-29T23:00:00+00:00", "2025-03-30T22:00:00+00:00"]),
        (None, ["2025-03-28T23:00:00", "2025-03-29T23:00:00", "2025-03-30T22:00:00"]),
    ],
)
def test_starts_have_the_offset_of_their_time_zone(tmp_path, timezone, expected):
    start = days("2025-03-28T23:00", "2025-03-29T23:00", "2025-03-30T22:00")
    write_labels(tmp_path / "l.csv", np.eye(3), data_of(timezone=timezone, context={"start_time": start}))
    assert column(rows_of(tmp_path / "l.csv"), "start") == expected


def test_fractions_of_a_second_and_impossible_years_are_written(tmp_path):
    start = days("2025-01-01T00:00:00.25", "12025-01-01T00:00", "NaT")
    write_labels(tmp_path / "l.csv", np.eye(3), data_of(timezone="Asia/Tokyo", context={"start_time": start}))
    first, second, third = column(rows_of(tmp_path / "l.csv"), "start")
    assert first == "2025-01-01T09:00:00.250000+09:00"
    assert second.startswith("12025-01-01") and third == ""


def test_samples_that_were_left_out_stand_where_they_belong(tmp_path):
    left = LeftOut(
        np.array(["b", "a", "c"]),
        days("2025-01-02", "2025-01-01", "2025-01-01"),
        np.array(["a hole of 9 steps", "40 % of the values are missing", "no value was measured"]),
    )
    start = days("2025-01-02", "2025-01-03", "2025-01-01")
    data = data_of(groups=np.array(["a", "a", "b"]), context={"start_time": start}, left_out=left)
    write_labels(tmp_path / "l.csv", np.eye(3), data, {0: "quiet"})
    rows = rows_of(tmp_path / "l.csv")
    assert [(row["group"], row["start"][8:10]) for row in rows] == [
        ("a", "01"),
        ("a", "02"),
        ("a", "03"),
        ("b", "01"),
        ("b", "02"),
        ("c", "01"),
    ]
    assert column(rows, "sample") == ["", "0", "1", "2", "", ""]
    assert column(rows, "cluster") == ["", "0", "1", "2", "", ""]
    assert column(rows, "name") == ["", "quiet", "cluster 1", "cluster 2", "", ""]
    assert column(rows, "confidence") == ["", "1.0000", "1.0000", "1.0000", "", ""]
    reasons = ["40 % of the values are missing", "", "", "", "a hole of 9 steps", "no value was measured"]
    assert column(rows, "reason") == reasons
    rename_labels(tmp_path / "l.csv", {2: "busy"})
    renamed = rows_of(tmp_path / "l.csv")
    assert column(renamed, "name") == ["", "cluster 0", "cluster 1", "busy", "", ""]
    assert column(renamed, "reason") == reasons


def test_rows_of_a_table_that_were_left_out_come_last(tmp_path):
    left = LeftOut(np.array(["7"]), None, np.array(["75 % of the values are missing"]))
    write_labels(tmp_path / "l.csv", np.eye(3), DataSet("d", np.zeros((3, 4)), left_out=left))
    rows = rows_of(tmp_path / "l.csv")
    assert column(rows, "cluster") == ["0", "1", "2", ""]
    assert column(rows, "reason") == ["", "", "", "75 % of the values are missing"]


def test_samples_without_an_answer_say_why(tmp_path):
    x = np.zeros((5, 4, 2))
    x[1, 0, 0], x[2], x[3, :3] = np.inf, NAN, NAN
    q = np.full((5, 2), NAN)
    q[0] = 0.25, 0.75
    data = DataSet("d", x)
    write_labels(tmp_path / "l.csv", q, data)
    rows = rows_of(tmp_path / "l.csv")
    assert column(rows, "cluster") == ["1", "", "", "", ""]
    assert column(rows, "confidence") == ["0.7500", "", "", "", ""]
    assert column(rows, "reason") == [
        "",
        "an infinite value",
        "no value was measured",
        "75 % of the values are missing",
        "values that are too large",
    ]
    assert len(reasons_without_cluster(q, data)) == 4


def test_the_padding_of_a_short_series_is_not_missing():
    x = np.full((1, 10, 1), NAN)
    x[0, :2] = 1.0
    data = DataSet("d", x, lengths=np.array([4]))
    assert reasons_without_cluster(np.full((1, 2), NAN), data) == ["50 % of the values are missing"]


def test_all_samples_with_a_cluster_need_no_reason(tmp_path):
    write_labels(tmp_path / "l.csv", np.eye(3), data_of())
    assert list(rows_of(tmp_path / "l.csv")[0]) == ["sample", "cluster", "confidence"]


def test_reasons_that_differ_in_numbers_are_of_one_kind():
    reasons = ["a hole of 1,200 steps", "a hole of 7 steps", "an infinite value", "an infinite value", "too late"]
    assert counted(reasons) == [(2, "a hole of 1,200 steps"), (2, "an infinite value"), (1, "too late")]
