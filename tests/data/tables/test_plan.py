"""Plans of tables: layouts, roles by values, and everything doubtful, each with what settles it."""

import numpy as np
import pandas as pd
import pytest

from kerasclust.data import check
from kerasclust.errors import InputError

DAYS = ["2024-01-05", "2024-01-05", "2024-02-01", "2024-01-09"] * 6


def found(table, **options):
    """Findings by kind."""
    return {finding.kind: str(finding) for finding in check(pd.DataFrame(table), **options).findings}


@pytest.fixture
def random():
    return np.random.default_rng(0)


def series(random, **columns):
    """Two series of 30 steps."""
    base = {"cell": ["a"] * 30 + ["b"] * 30, "time": [*range(30)] * 2, "load": random.random(60)}
    return pd.DataFrame(base | columns)


def test_values_that_mark_missing_ones(frame, random):
    table = series(random, rsrp=np.where(random.random(60) < 0.1, -140.0, random.normal(-90, 2, 60)))
    table.loc[table.index % 20 == 3, "load"] = 65535
    proposals = [str(finding) for finding in check(table).findings if finding.kind == "sentinel"]
    assert len(proposals) == 2 and "give missing_value=65535" in " ".join(proposals)
    x = frame(table, missing_value=[65535, -140], max_missing=0.5).x
    assert np.isnan(x[..., 0]).sum() == 3 and 0 < np.isnan(x[..., 1]).sum() < 12


def test_texts_that_mark_missing_values(frame, random):
    loads = ["NA" if i == 7 else "-" if i == 9 else f"{value:.3f}" for i, value in enumerate(random.random(60))]
    with pytest.raises(InputError, match=r"row 10 holds '-'.*give missing_value='-'"):
        frame(series(random, load=loads))
    data = frame(series(random, load=loads), missing_value="-")
    assert np.isnan(data.x[..., 0]).sum() == 2
    assert (
        "marks a missing number, the first in row 8, 'NA'"
        in found(series(random, load=[*["1.5"] * 7, "NA", *["2.5"] * 52]))["marks"]
    )


def test_heavy_tails_mark_nothing(random):
    assert "sentinel" not in found(series(random, bytes=np.round(np.exp(random.normal(0, 2, 60)))))


def test_counters_and_their_rates(frame, random):
    rises = random.integers(1, 100, (2, 30))
    table = series(random, octets=1e6 + np.cumsum(rises, axis=1).ravel())
    assert "give rate='octets'" in found(table)["counter"]
    data = frame(table, rate="octets", channels=["octets", "load"])
    np.testing.assert_array_equal(data.x[:, 1:, 0], rises[:, 1:])
    assert np.isnan(data.x[:, 0, 0]).all() and "counter" not in {finding.kind for finding in data.findings}


def test_rates_over_holes_and_resets(frame):
    table = {"cell": "a", "time": [1, 2, 3, 6, 7, 8], "octets": [10, 20, 40, 70, 5, 9], "load": range(6)}
    data = frame(table, rate="octets", max_missing=1.0)
    assert data.x[0, :, 0].tolist() == pytest.approx(
        [np.nan, 10, 20, np.nan, np.nan, 10, np.nan, 4], nan_ok=True
    )  # 30 in 3 steps, then a reset


@pytest.mark.parametrize("name", ["subscriber_id", "IMSI", "siteNumber", "node_key"])
def test_identifiers_by_name(name):
    of = found({"id": range(4), name: [11, 12, 13, 14], "age": [3, 5, 4, 6]})
    assert f"give drop='{name}'" in of["identifier"]
    assert "identifier" not in found({"id": range(4), name: [11, 12, 13, 14], "age": [3, 5, 4, 6]}, drop=name)


def test_identifiers_by_values(random):
    numbers = random.permutation(40)
    phones = 353_860_000_000 + random.permutation(10**6)[:40]
    of = [str(finding) for finding in check(pd.DataFrame({"a": numbers, "b": phones, "c": random.random(40)})).findings]
    assert len(of) == 2 and "'a' numbers the rows" in of[0] and "'b' holds long whole numbers" in of[1]


def test_an_identifier_is_the_id_where_there_is_no_better(frame):
    data = frame({"subscriber_no": ["07", "7"], "age": [3, 5]})
    assert data.groups.tolist() == ["07", "7"] and data.channel_names == ("age",)


def test_the_finest_id_counts(frame):
    table = {"enodeb_id": [1, 1, 1, 1], "cell_id": [11, 11, 12, 12], "time": [1, 2, 1, 2], "load": [1, 2, 3, 4]}
    assert frame(table).groups.tolist() == ["11", "12"]


def test_texts_with_which_no_time_repeats_are_the_id(frame, random):
    table = series(random, vendor="x").rename(columns={"cell": "antenna"})
    data = frame(table)
    assert data.groups.tolist() == ["a", "b"] and data.reading["id_column"] == "antenna"
    table["antenna"] = [1] * 30 + [2] * 30
    with pytest.raises(InputError, match=r"Rows share times in column 'time'.*give id_column"):
        frame(table)
    assert frame(table, id_column="antenna").x.shape == (2, 30, 1)


def test_dates_of_rows_of_their_own(frame, random):
    table = {"date": DAYS, "age": random.random(24), "income": random.random(24)}
    data = frame(table)
    assert data.x.shape == (24, 2) and data.channel_names == ("age", "income")
    assert "left out" in found(table)["dates"]
    assert frame(table | {"date": DAYS, "customer_id": range(24)}).groups.tolist() == [str(i) for i in range(24)]
    with pytest.raises(InputError):
        frame(table, time_column="date")


def test_categories(frame, random):
    colors, on = ["red", "green", "blue", "green"] * 5, [True, False, None, True] * 5
    data = frame({"color": colors, "on": on, "size": random.random(20)})
    assert data.categories == {"color": ("blue", "green", "red"), "on": ("false", "true")}
    assert data.x[:4, 0].tolist() == [2, 1, 0, 1]
    np.testing.assert_array_equal(data.x[:4, 1], [1, 0, np.nan, 1])


def test_further_categories_are_no_other(frame, random):
    first = frame({"radio": ["4G", "5G", "3G"] * 4, "size": random.random(12)})
    table = {"radio": ["5G", "6G"] * 6, "size": random.random(12)}
    again = frame(table, **first.reading)
    assert again.x[:2, 0].tolist() == [2, 3] and again.categories == first.categories
    assert "'6G'" in " ".join(map(str, again.findings))


def test_free_texts_are_left_out(random):
    of = check(pd.DataFrame({"note": [f"Note {i} of {i}" for i in range(60)], "a": random.random(60)}))
    assert of.shape == (1,) and "holds 60 different texts" in of.findings[0].sentence


def test_texts_in_series_are_left_out(frame, random):
    data = frame(series(random, vendor=["x", "y"] * 30))
    assert data.channel_names == ("load",)
    with pytest.raises(InputError, match="'vendor' holds texts"):
        frame(series(random, vendor=["x", "y"] * 30), channels=["vendor", "load"])


def test_missing_values_of_rows(frame, random):
    x = random.random((40, 4))
    x[3, 1] = x[9, :3] = np.nan
    table = pd.DataFrame(x, columns=list("abcd"))
    data = frame(table)
    assert len(data) == 39 and np.isnan(data.x).sum() == 1
    assert data.left_out.groups.tolist() == ["10"] and "75% of the values" in data.left_out.reasons[0]
    assert len(frame(table, max_missing=0.75)) == 40
    assert "2 missing values (5.0%), the first in row 4" in found(table)["missing"] + str(check(table).findings)


def test_a_column_with_hardly_a_value(frame):
    with pytest.raises(InputError, match=r"'b' has 2 missing values .* the first in row 2, and only 2 others"):
        frame({"a": [1, 2, 3, 4], "b": [1, None, None, 4]})
    data = frame({"a": [1, 2, 3, 4], "b": [None] * 4})
    assert data.channel_names == ("a",) and "no value" in str(data.findings)


def test_wide_tables(frame, random):
    x = random.random((5, 2, 12))
    names = [f"{kpi}_{month:02}" for kpi in ("load", "drops") for month in range(1, 13)]
    table = pd.DataFrame(x.reshape(5, 24), columns=names).assign(cell=list("abcde"))
    data = frame(table)
    assert data.channel_names == ("load", "drops") and data.groups.tolist() == list("abcde")
    np.testing.assert_allclose(data.x, x.transpose(0, 2, 1), rtol=1e-6)
    shuffled = table.sample(frac=1, axis=1, random_state=0)
    np.testing.assert_array_equal(frame(shuffled, **data.reading).x, data.x)
    assert frame(table, channels=["load_01", "load_02"]).x.shape == (5, 2)


def test_numbered_features_are_no_steps_unless_they_are_said_to_be(frame, random):
    table = pd.DataFrame(random.random((5, 6)), columns=[f"x{i}" for i in range(6)])
    assert frame(table).x.shape == (5, 6) and frame(table, channels="x").x.shape == (5, 6, 1)


def test_one_kpi_a_row(frame, random):
    table = series(random, drops=random.random(60))
    rows = table.melt(["cell", "time"], var_name="counter", value_name="value").sample(frac=1, random_state=0)
    data = frame(rows)
    np.testing.assert_array_equal(data.x, frame(table, channels=["drops", "load"]).x)
    again = frame(rows, **data.reading)
    np.testing.assert_array_equal(again.x, data.x)
    other = rows.rename(columns={"counter": "what", "value": "is"})
    assert frame(other, kpi_column="what", value_column="is", channels="load").channel_names == ("load",)
    with pytest.raises(InputError, match="1 row repeats a KPI of the same id and time"):
        frame(pd.concat([rows, rows.iloc[:1]]))


def test_constant_columns(random):
    assert "'power' is constant: each value is 46" in found(series(random, power=46))["constant"]


def test_many_findings_of_a_kind_are_counted(random):
    of = check(series(random, **{f"k{i}": float(i) for i in range(30)})).findings
    assert 5 < len([finding for finding in of if finding.kind == "constant"]) < 12
    assert "more findings of the kind 'constant'" in " ".join(map(str, of))


def test_names_are_taken_as_they_are(frame):
    table = {'a"b': [1.0, 2, 3], "c'd": [2.0, 3, 5], "e;--": [3.0, 4, 9], "ü ö": [4.0, 5, 1], "select": [1.0, 5, 6]}
    assert frame(table).channel_names == tuple(table)


def test_columns_that_are_named_by_times_are_steps(frame, random):
    x = random.random((4, 8))
    days = pd.date_range("2024-02-26", periods=8, freq="D")
    table = pd.DataFrame(x, columns=days.astype(str)).assign(cell=list("abcd"))
    data = frame(table.sample(frac=1, axis=1, random_state=0))
    assert data.channel_names == ("value",) and data.groups.tolist() == list("abcd")
    np.testing.assert_allclose(data.x[:, :, 0], x, rtol=1e-6)
    later = pd.DataFrame(x, columns=(days + pd.Timedelta("8D")).astype(str)).assign(cell=list("abcd"))
    np.testing.assert_array_equal(frame(later, **data.reading).x, data.x)


def test_times_under_other_names_are_a_clock_only_if_they_are_even(frame, random):
    hours = pd.date_range("2024-02-26", periods=30, freq="h")
    clock = frame(series(random, zeit=[*hours] * 2).drop(columns="time"))
    assert clock.x.shape == (2, 30, 1) and clock.reading["time_column"] == "zeit"
    created = hours[0] + pd.to_timedelta(random.integers(0, 10**7, 30), unit="s")
    rows = frame({"created_at": created, "age": random.random(30), "income": random.random(30)})
    assert rows.x.shape == (30, 2) and "'created_at' holds times" in str(rows.findings)


def test_texts_that_all_differ_name_the_rows(random):
    of = check(pd.DataFrame({"who": [f"p{i}" for i in range(12)], "a": random.random(12)}))
    assert of.shape == (1,) and "identifier or free text" in of.findings[0].sentence
