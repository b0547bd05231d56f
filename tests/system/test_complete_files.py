"""Files that appear complete or not at all."""

import os
import stat

import pytest

from kerasclust.errors import InputError
from kerasclust.system.files import complete_file


def test_a_pipe_and_a_directory_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name, kind in (("pipe", "a pipe"), ("folder", "a directory")):
        with pytest.raises(InputError, match=kind), complete_file(tmp_path / name) as partial:
            partial.write_text("new")
    assert stat.S_ISFIFO(os.stat(tmp_path / "pipe").st_mode)
    assert sorted(os.listdir(tmp_path)) == ["folder", "pipe"]


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="Windows has no devices")
def test_a_device_is_not_replaced(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/dev/null")
    with pytest.raises(InputError, match="a device"), complete_file(link) as partial:
        partial.write_text("new")
    assert link.is_symlink()


def test_a_file_is_replaced_as_a_whole(tmp_path):
    (tmp_path / "old").write_text("old")
    with complete_file(tmp_path / "old") as partial:
        partial.write_text("new")
        assert (tmp_path / "old").read_text() == "old"
    assert (tmp_path / "old").read_text() == "new"
    assert os.listdir(tmp_path) == ["old"]
