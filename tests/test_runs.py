"""Files of a run: whole or absent, and recognised as a run's own."""

import pytest

from kerasclust.errors import InputError
from kerasclust.runs import FILES, complete_file, partial_path, writing_run


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
    """Names that a killed run leaves behind, of this version and of those before."""
    parts = [partial_path(folder / name).name for name in FILES.values()]
    return [*parts, "model.partial.keras", "saved_model.partial", ".report.html.x3k_9a1b.partial"]


def test_what_a_killed_run_left_is_replaced(tmp_path):
    for name in leftovers(tmp_path):
        (tmp_path / name).write_text("half")
    with writing_run(tmp_path, overwrite=True) as run:
        run.file("model").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.parametrize("name", ["report.partial.docx", "my.partial.report.html", ".report.partial", "x.partial"])
def test_a_similar_file_of_the_user_is_kept(tmp_path, name):
    (tmp_path / name).write_text("years of work")
    with pytest.raises(InputError, match="which no run wrote"), writing_run(tmp_path, overwrite=True):
        pass
    assert (tmp_path / name).read_text() == "years of work"
