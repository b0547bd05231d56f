"""Files of a run: whole or absent, and recognized as a run's own."""

import csv
import os
import signal

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.runs import FILES, RunDirectory, rename_labels, write_labels, writing_run
from kerasclust.runs.saved import SCORES
from kerasclust.system.files import complete_file, partial_path
from kerasclust.system.neutral import neutral_cell

Q = np.array([[0.9, 0.1], [0.25, 0.75]])


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "new" / "labels.csv"
    with complete_file(path) as partial:
        partial.write_text("a,b\n")
        assert not path.exists()
        assert partial.suffix == ".csv"  # which Keras and matplotlib insist on
    assert path.read_text() == "a,b\n"
    with pytest.raises(KeyboardInterrupt), complete_file(path) as partial:
        partial.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "a,b\n"
    assert list(path.parent.iterdir()) == [path]


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "labels.csv"
    with complete_file(path) as first, complete_file(path) as second:
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"  # the one that ended last
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_below_a_file_is_an_input_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"labels\.csv cannot be written"), complete_file(tmp_path / "file/labels.csv"):
        pass


def leftovers(folder):
    """Names of the partial files that a killed run leaves behind."""
    return [partial_path(folder / name).name for name in FILES.values()]


def test_what_a_killed_run_left_is_replaced(tmp_path):
    for name in leftovers(tmp_path):
        (tmp_path / name).write_text("half")
    with writing_run(tmp_path, overwrite=True) as run:
        run.file("model").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.parametrize(
    "name", ["report.partial.docx", "my.partial.report.html", ".report.partial", "x.partial", "model.partial.keras"]
)
def test_a_similar_file_of_the_user_is_kept(tmp_path, name):
    (tmp_path / name).write_text("years of work")
    with pytest.raises(InputError, match="which no run wrote"), writing_run(tmp_path, overwrite=True):
        pass
    assert (tmp_path / name).read_text() == "years of work"


def table_of(path, groups=None, **context):
    """What `write_labels` writes about two samples."""
    write_labels(path, Q, DataSet("d", np.zeros((2, 3)), groups=groups, context=context))
    return rows_of(path)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("start", "written"),
    [
        (
            np.array(["2024-05-31T12:00", "2024-05-31"], "datetime64[ns]"),
            ["2024-05-31T12:00:00", "2024-05-31T00:00:00"],
        ),
        (np.array(["2024-05-31T12:00:00.25"] * 2, "datetime64[ms]"), ["2024-05-31T12:00:00.250"] * 2),
        (np.array([1500, 250], "timedelta64[ms]"), ["1.5", "0.25"]),
        (np.array([128, 256]), ["128", "256"]),
    ],
)
def test_labels_say_when_a_sample_starts(tmp_path, start, written):
    rows = table_of(tmp_path / "labels.csv", np.array(["a", "b"]), start_time=start)
    assert list(rows[0]) == ["sample", "group", "start", "cluster", "confidence"]
    assert [row["start"] for row in rows] == written
    assert [row["cluster"] for row in rows] == ["0", "1"]


@pytest.mark.parametrize("context", [{}, {"start_time": np.arange(3)}, {"start_time": np.zeros((2, 4))}])
def test_labels_have_no_start_that_is_not_one_a_sample(tmp_path, context):
    assert list(table_of(tmp_path / "labels.csv", **context)[0]) == ["sample", "cluster", "confidence"]


HOSTILE = ["=1+1", "\t@SUM(A1)", "+cmd|' /C calc'!A0", "a;=1", '"=1"', "\uff1d1", "-81", "a, b\nc", "\x1b[2Jx"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_group_and_no_name_is_a_formula_unless_asked_for(tmp_path, text):
    data, names = DataSet("d", np.zeros((2, 3)), groups=np.array([text, "b"], object)), {0: text.strip()}
    write_labels(tmp_path / "neutral.csv", Q, data, names)
    write_labels(tmp_path / "raw.csv", Q, data, names, raw_text=True)
    (neutral, _), (raw, _) = (rows_of(tmp_path / name) for name in ("neutral.csv", "raw.csv"))
    assert (raw["group"], raw["name"]) == (text, text.strip())
    assert (neutral["group"], neutral["name"]) == (neutral_cell(text), neutral_cell(text.strip()))


@pytest.mark.parametrize("raw_text", [False, True])
def test_new_names_leave_all_other_cells_as_they_are(tmp_path, raw_text):
    path, groups = tmp_path / "labels.csv", np.array(HOSTILE, object)
    q = np.eye(2)[np.arange(len(groups)) % 2]
    write_labels(path, q, DataSet("d", np.zeros((len(q), 3)), groups=groups), raw_text=raw_text)
    before = rows_of(path)
    for name in ("=2", "+a", "plain"):
        rename_labels(path, {1: name}, raw_text=raw_text)
        assert rows_of(path)[1]["name"] == (name if raw_text else neutral_cell(name))
    rename_labels(path, {})
    assert rows_of(path) == before
    assert [row["group"] for row in before] == [text if raw_text else neutral_cell(text) for text in HOSTILE]


def test_half_a_character_is_written_as_an_escape(tmp_path):
    groups = np.array(["user\ud800", "b"], object)
    assert table_of(tmp_path / "labels.csv", groups)[0]["group"] == "user\\ud800"


def test_what_links_of_a_run_lead_to_stays(tmp_path):
    run, others = tmp_path / "run", tmp_path / "others"
    run.mkdir()
    others.mkdir()
    (others / "thesis.tex").write_text("years of work")
    (run / ".previous").symlink_to(others)
    with pytest.raises(InputError, match=r"holds \.previous, which no run wrote"), writing_run(run, overwrite=True):
        pass
    (run / ".previous").unlink()
    (run / "logs").symlink_to(others)
    with writing_run(run, overwrite=True) as written:
        (run / "logs").symlink_to(others)
    assert written.file("logs").is_symlink()
    assert (others / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize(
    "content", ["[" * 100_000, "[]", '{"runs": [3], "chosen_run": 0, "kept": {}}', "\xff", '{"a": "\\ud800"}']
)
def test_json_that_no_run_wrote_is_refused(content, tmp_path):
    run = RunDirectory(tmp_path)
    run.file("scores").write_text(content, encoding="latin1")
    with pytest.raises(InputError, match=r"scores\.json (cannot be read|is not what a run writes)"):
        run.read_json("scores", SCORES)


@pytest.mark.parametrize("end", [KeyboardInterrupt, ZeroDivisionError])
def test_a_roll_back_is_not_disturbed(end, tmp_path, monkeypatch):
    names = ["labels.csv", "model.keras", "report.html"]
    for name in names:
        (tmp_path / name).write_text(name)
    move = os.replace

    def disturbed(source, target):
        signal.raise_signal(signal.SIGINT)
        move(source, target)

    with pytest.raises(KeyboardInterrupt), writing_run(tmp_path, overwrite=True):
        monkeypatch.setattr("kerasclust.runs.directory.os.replace", disturbed)
        raise end
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_a_run_whose_replacement_is_killed_at_its_start_is_whole_again(tmp_path, monkeypatch):
    for name in ("model.keras", "labels.csv", "report.html"):
        (tmp_path / name).write_text(name)
    moved, move = [], os.replace

    def killed(source, target):
        moved.append(source)
        if len(moved) == 2:
            raise KeyboardInterrupt
        move(source, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("kerasclust.runs.directory.os.replace", killed)
        with writing_run(tmp_path, overwrite=True):
            pass
    assert len(moved) == 2
    with pytest.raises(InputError, match="is not empty"), writing_run(tmp_path):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.csv", "model.keras", "report.html"]
    with pytest.raises(ZeroDivisionError), writing_run(tmp_path, overwrite=True):
        raise ZeroDivisionError
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        name: name for name in ("model.keras", "labels.csv", "report.html")
    }
