"""Missing packages: the message names what to install, and that exists."""

import configparser
import sys
from pathlib import Path

import pytest

from kerasclust.errors import InputError
from kerasclust.system.optional import PACKAGES, require, require_installed


def test_a_package_that_is_there_is_imported():
    pytest.importorskip("matplotlib")
    assert require("matplotlib.figure").Figure is not None


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_missing_package_is_named_with_its_extra(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    name, extra, _ = PACKAGES[package]
    with pytest.raises(
        InputError, match=rf'need.* {name}, which is not installed: pip install "kerasclust\[{extra}\]"'
    ):
        require(f"{package}.anything")
    with pytest.raises(InputError, match=rf" {name}, which is not installed"):
        require_installed(package)


def test_a_package_that_is_there_but_broken_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "umap.py").write_text("import a_package_that_it_needs")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "umap", raising=False)
    with pytest.raises(InputError, match=r"which cannot be imported .*a_package_that_it_needs"):
        require("umap")


def test_the_extras_install_the_packages():
    path = Path(__file__).parents[2] / "setup.cfg"
    setup = configparser.ConfigParser()
    setup.read(path, encoding="utf-8")
    for name, extra, _ in PACKAGES.values():
        lines = setup["options.extras_require"][extra].split()
        assert any(line.startswith(f"{name}>=") for line in lines), name
