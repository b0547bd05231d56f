"""Archives and arrays that are hostile: refused before anything of the size that they declare is allocated."""

import ast
import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

import kerasclust
from kerasclust.data import from_file
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, open_archive, read_at_most, read_npz
from kerasclust.system.memory import MEMORY


def archive_of(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def header(text):
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def link():
    info = zipfile.ZipInfo("x.npy")
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([("../x.npy", b"")], "outside of the archive"),
        ([("/etc/x.npy", b"")], "outside of the archive"),
        ([("a/../../x.npy", b"")], "outside of the archive"),
        ([("C:\\x.npy", b"")], "outside of the archive"),
        ([("x.npy", b""), ("x.npy", b"")], "same name"),
        ([(link(), b"/etc/passwd")], "is a link"),
    ],
)
def test_members_stay_in_the_archive(members, message, tmp_path):
    with pytest.raises(UnreadableFile, match=message), open_archive(archive_of(tmp_path / "a.zip", members)):
        pass


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bound_are_refused(method, tmp_path):
    path = archive_of(tmp_path / "a.zip", [("x", b"")], method)
    with pytest.raises(UnreadableFile, match="neither stored nor deflated"), open_archive(path):
        pass


def test_an_archive_that_unpacks_to_more_than_memory_is_refused(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros((1000, 1000)))
    assert from_file(tmp_path / "bomb.npz").x.shape == (1000, 1000)
    monkeypatch.setenv(MEMORY, "0.004")
    with pytest.raises(InputError, match=r"bomb.npz cannot be read .*unpacks to 0.0 GB, of 0.0 GB of memory"):
        from_file(tmp_path / "bomb.npz")


def test_a_size_that_the_compression_cannot_make_is_refused(tmp_path):
    content = archive_of(tmp_path / "a.zip", [("x", bytes(1000))]).read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(struct.pack("<I", 1000), struct.pack("<I", 2**31 - 1)))
    with pytest.raises(UnreadableFile, match="promises 2,147,483,647 bytes"), open_archive(tmp_path / "a.zip"):
        pass


@pytest.mark.parametrize(
    ("described", "message"),
    [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (10**12,), }", "does not start as a file of NumPy"),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 3), }",
            "24,000,000,000,000 bytes; found 48",
        ),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 3), }", "promises shape"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (True, 3), }", "promises shape"),  # found by the soak
        ("{'descr': '<U-73741825', 'fortran_order': False, 'shape': (12,), }", ""),  # which NumPy 2.0 takes for a type
        ("{'descr': '|U0', 'fortran_order': False, 'shape': (1000000000, 9), }", "neither numbers nor texts"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", "Python objects"),
        ("(" * 5000, "does not start as a file of NumPy"),
        ("-" * 9000 + "1", "does not start as a file of NumPy"),
    ],
)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_an_array_is_as_large_as_its_header_says(described, message, suffix, tmp_path):
    path, content = tmp_path / f"a{suffix}", header(described) + bytes(48)
    if suffix == ".npy":
        path.write_bytes(content)
    else:
        archive_of(path, [("x.npy", content)])
    with pytest.raises(InputError, match=message):
        from_file(path)


def test_texts_that_are_no_unicode_are_refused(tmp_path):
    names = np.array(["a", "b"]).view("u4").copy()
    names[1] = 0x11FFFF
    np.savez(tmp_path / "a.npz", x=np.ones((3, 2)), channel_names=names.view("U1"))
    with pytest.raises(UnreadableFile, match="'channel_names' have characters that Unicode does not know"):
        read_npz(tmp_path / "a.npz")


@pytest.mark.parametrize("seconds", [np.ones(2), "1", np.nan, 1j])
def test_the_seconds_of_a_step_are_one_number(seconds, tmp_path):  # found by the soak
    np.savez(tmp_path / "a.npz", x=np.ones((3, 2)), step_seconds=seconds)
    with pytest.raises(InputError, match="step_seconds that are not one number above 0"):
        from_file(tmp_path / "a.npz")


def test_names_of_labels_are_a_list(tmp_path):  # found by the soak
    np.savez(tmp_path / "a.npz", x=np.ones((3, 2)), y=np.zeros(3, int), label_names="a")
    with pytest.raises(InputError, match=r"label_names of shape \(\)"):
        from_file(tmp_path / "a.npz")


def test_a_name_that_is_no_text_is_damage(tmp_path):  # found by the soak
    content = archive_of(tmp_path / "a.npz", [("é.npy", b"")]).read_bytes()
    (tmp_path / "a.npz").write_bytes(content.replace("é".encode(), b"\xff\xff", 1))
    with pytest.raises(InputError, match="the archive is damaged"):
        from_file(tmp_path / "a.npz")


def test_reading_stops_where_it_has_to():
    assert read_at_most(io.BytesIO(b"abc"), 3) == b"abc"
    with pytest.raises(UnreadableFile, match="more than 3 bytes"):
        read_at_most(io.BytesIO(b"abcd"), 3)


def test_nothing_is_unpickled_and_no_model_is_loaded_unsafely():
    for path in Path(kerasclust.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
        imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}, path
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name, given = ast.unparse(call.func), {k.arg: ast.unparse(k.value) for k in call.keywords}
            assert name != "np.load" or given.get("allow_pickle") == "False", path
            assert not name.endswith("models.load_model") or given.get("safe_mode") == "True", path
