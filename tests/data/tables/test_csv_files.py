"""CSV as it is written around the world: read right, or refused with what is wrong, and never shifted."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kerasclust.data import check, from_file
from kerasclust.data.tables.csv_dialect import detect
from kerasclust.errors import InputError

KPIS = "site,step,throughput,latency\nX1,1,10.25,3\nX1,2,11.5,4\nX2,1,12.75,5\nX2,2,13.125,6\n"
VALUES = [[[10.25, 3], [11.5, 4]], [[12.75, 5], [13.125, 6]]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_dialects(csv, separator, end, encoding):
    text = KPIS.replace("X", "Ü").replace(",", separator).replace("\n", end)
    data = csv(text, encoding)
    assert data.x.tolist() == VALUES and data.groups.tolist() == ["Ü1", "Ü2"]
    assert data.channel_names == ("throughput", "latency")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas(csv, separator):
    data = csv(KPIS.replace(",", separator).replace(".", ","))
    assert data.x.tolist() == VALUES
    said = [finding.sentence for finding in data.findings if finding.kind == "dialect"]
    assert len(said) == 1 and "decimal sign is ','" in said[0]


def test_a_dialect_can_be_given(csv):
    assert csv("a:b\n1:2\n3:4\n", separator=":").x.tolist() == [[1, 2], [3, 4]]
    assert csv('a,b\n"1,5",2\n"2,5",4\n', decimal=",").x.tolist() == [[1.5, 2], [2.5, 4]]
    assert csv("a;b\n1;2\n3;4\n", separator=";").channel_names == ("a", "b")


def test_windows_texts_in_its_own_code_page(csv):
    assert csv("cell,time,v\n€1,1,2\n€1,2,3\n", "cp1252").groups.tolist() == ["€1"]
    assert csv("cell,time,v\nЖ1,1,2\nЖ1,2,3\n", "cp1251", encoding="cp1251").groups.tolist() == ["Ж1"]


def test_mixed_line_ends(csv):
    assert csv("a,b\r\n1,2\n3,4\r5,6").x.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a,b\n1,2\n3,4,5\n6,7,8\n", {}, "2 lines have more fields than the header, which has 2 fields; .* line 3"),
        ("a,b,c\n1,2,3\n4,5\n", {}, "1 line has fewer fields than the header, which has 3 fields; .* line 3, '4,5'"),
        ('a,b\n1,2\n3,"4', {}, "cannot be read as a table: a quote does not end, at line 3"),
        ("a,b\n1,2\n", {"encoding": "klingon"}, "encoding 'klingon' is unknown"),
        ("a,ü\n1,2\n", {"encoding": "ascii"}, "not in encoding ascii"),
        ("a,b\n1,2\n", {"separator": "ab"}, "separator is 'ab'"),
        ("a,b\n1,2\n", {"decimal": "x"}, "decimal is 'x'"),
        ("\n\n", {}, "is empty"),
        ("a,b\n", {}, "is empty: it has 0 rows and 2 columns"),
        ("a,0.5,-3\nb,0.25,-4\n", {}, "The first line, a, 0.5, -3, holds numbers where names of columns belong"),
        ("load,load,rsrp\n1,2,3\n", {}, "2 columns have the name 'load'"),
        ("x|y\n1|2\n", {}, r"Column 'x\|y' is not numbers.*separator='\|'"),
        ('x,y\n"2,5",1\n3,4\n', {}, "give decimal=','"),
        ("a,b\n1,2\n3,4 %\n5,6 %\n7,8 %\n", {}, "Column 'b' is not numbers: row 2 holds '4 %', and 2 more rows"),
    ],
)
def test_what_is_refused(csv, text, options, message):
    with pytest.raises(InputError, match=message):
        csv(text, **options)


def test_all_that_is_refused_is_said_at_once(csv):
    with pytest.raises(InputError) as raised:
        csv("cell,time,load,rsrp\na,1,x,inf\n,2,3,1e300\nb,noon,4,2\n")
    for part in (
        "'load' is not numbers: row 1 holds 'x'",
        "infinite",
        "float32",
        "'noon' in row 3",
        "'cell' has 1 miss",
    ):
        assert part in str(raised.value)


def test_numbers_without_names(csv):
    data = csv("0.5,-3\n0.25,-4\n0.75,-5\n")
    assert data.x.tolist() == [[0.5, -3], [0.25, -4], [0.75, -5]]
    assert data.channel_names == ("column 1", "column 2")
    assert [finding.severity for finding in data.findings if finding.kind == "no_header"] == ["doubtful"]


def test_names_may_count_up(csv):
    assert csv("cell,0,1,2\na,5,6,7\nb,8,9,1\n").channel_names == ("0", "1", "2")


@pytest.mark.parametrize("first", [",load\n0,5\n1,6\n2,7\n", "Unnamed: 0,load\n4,5\n2,6\n9,7\n"])
def test_an_index_without_a_name_is_left_out(csv, first):
    data = csv(first)
    assert data.channel_names == ("load",) and data.x[:, 0].tolist() == [5, 6, 7]
    assert "index" in {finding.kind for finding in data.findings}


def test_an_index_of_texts_or_times_has_a_role(csv):
    assert csv(",load\nb7,5\na9,6\n").groups.tolist() == ["b7", "a9"]
    data = csv(",load\n" + "".join(f"2024-05-01 0{hour}:00,{hour}\n" for hour in range(6)))
    assert data.x[0, :, 0].tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("name", ["NA", "None", "null", "nan", "N/A", "0042", "4E2", "1.50", "NULL", "true"])
def test_ids_and_labels_are_texts_as_written(csv, name):
    data = csv(f"device,time,v,label\n{name},1,5,{name}\n{name},2,6,{name}\nz,1,7,z\nz,2,8,z\n")
    assert set(data.groups) == {name, "z"} and set(data.label_names) == {name, "z"}


def test_an_empty_label_is_unknown(csv):
    data = csv("a,b,class\n1,2,10\n2,3,\n3,4,9\n4,5,10\n")
    assert data.label_names == ("9", "10") and data.y.tolist() == [1, -1, 0, 1]


def test_folders_of_files(tmp_path):
    for region, cells in (("north", "ab"), ("south", "cd")):
        folder = tmp_path / "kpis" / f"region={region}"
        folder.mkdir(parents=True)
        for cell in cells:
            (folder / f"{cell}.csv").write_text(f"cell,time,v\n{cell},1,2\n{cell},2,3\n")
    data = from_file(tmp_path / "kpis", drop="region")
    assert data.name == "kpis" and data.groups.tolist() == ["a", "b", "c", "d"] and data.x.shape == (4, 2, 1)
    assert "region" in {column.name for column in check(tmp_path / "kpis").columns}


def test_files_of_a_folder_may_differ_in_dialect_and_order(tmp_path):
    (tmp_path / "1.csv").write_text("a;b\n1;2,5\n2;4\n3;5\n")
    (tmp_path / "2.csv").write_text("b;a\n7,5;1\n8;9\n")
    (tmp_path / "3.csv").write_text("a;b\n6;1\n7;2\n8;3\n")
    assert from_file(tmp_path).x.tolist() == [[1, 2.5], [2, 4], [3, 5], [1, 7.5], [9, 8], [6, 1], [7, 2], [8, 3]]


def test_files_of_different_columns(tmp_path):
    (tmp_path / "1.csv").write_text("a,b\n1,2\n")
    (tmp_path / "2.csv").write_text("a,c\n1,2\n")
    with pytest.raises(InputError, match=r"2.csv has the columns 'a', 'c', but 1.csv has 'a', 'b'"):
        from_file(tmp_path)


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(
        st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=3, max_size=3), min_size=2, max_size=8
    ),
    dialect=st.sampled_from([(",", "."), (";", ","), ("\t", ","), ("|", "."), (";", ".")]),
)
def test_the_dialect_of_any_numbers(numbers, dialect):
    separator, decimal = dialect
    rows = [separator.join(f"{value:.3f}".replace(".", decimal) for value in row) for row in numbers]
    found = detect(["a" + separator + "b" + separator + "c", *rows])
    assert (found.separator, found.decimal, found.names) == (separator, decimal, ("a", "b", "c"))


def test_a_large_file_is_read_as_a_small_one(csv, monkeypatch):
    random = np.random.default_rng(0)
    rows = [f"00{cell},2024-01-01T{hour:02}:00Z,{random.random():.3f}\n" for cell in range(5) for hour in range(24)]
    text = "cell,time,v\n" + "".join(rows)
    small = csv(text)
    monkeypatch.setattr("kerasclust.data.tables.csv_files.STORED", 0)
    monkeypatch.setattr("kerasclust.data.tables.profile.SAMPLE", 30)
    large = csv(text)
    np.testing.assert_array_equal(small.x, large.x)
    assert large.groups.tolist() == small.groups.tolist() == [f"00{cell}" for cell in range(5)]
    with pytest.raises(InputError, match="Column 'v' is not numbers: row 121 holds '-'"):
        csv(text + "007,2024-01-01T00:00Z,-\n")
    with pytest.raises(InputError, match=r"1 line has more fields .* line 122"):
        csv(text + "007,2024-01-01T00:00Z,1,5\n")
    with pytest.raises(InputError, match="with an offset from UTC"):
        csv(text + "007,2024-01-01T00:00,1\n")


def test_years_are_names(csv):
    assert csv("cell,2021,2022,2023,2024\na,1,2,3,5\nb,2,3,4,5\n").channel_names == ("2021", "2022", "2023", "2024")


def test_compressed_files(tmp_path):
    with gzip.open(tmp_path / "kpi.csv.gz", "wt", encoding="utf-8") as file:
        file.write(KPIS.replace(",", ";"))
    data = from_file(tmp_path / "kpi.csv.gz")
    assert data.name == "kpi" and data.x.tolist() == VALUES
