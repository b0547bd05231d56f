"""The documentation builds without a warning, needs no network to be read, and has a place for every public name."""

import importlib
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kerasclust
from kerasclust.models import catalog

ROOT = Path(kerasclust.__file__).parents[1]
# What a browser loads to show a page; links that a reader may follow are another matter.
LOADED = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*(?:src|href)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//""")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site. A warning, such as a link that leads nowhere, fails the build."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return folder


def test_nothing_is_loaded_from_elsewhere(site):
    texts = {path: path.read_text(encoding="utf-8") for ending in ("html", "css") for path in site.rglob(f"*.{ending}")}
    assert len(texts) > 30
    assert [str(path) for path, text in texts.items() if LOADED.search(text)] == []


def test_formulas_are_set(site):
    page = (site / "equations.html").read_text(encoding="utf-8")
    assert page.count('class="formula"') > 40
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>", "", page, flags=re.DOTALL)
    assert "arithmatex" not in text and "$" not in text


# Users of kerasclust.choosing call what `kerasclust` has of it, which is on the index page.
PACKAGES = ["", "models.autoencoders", *sorted({*kerasclust._SUBPACKAGES} - {"choosing"})]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_documented(site, package):
    name = package.rpartition(".")[2] or "index"
    page = (site / "api" / f"{name}.html").read_text(encoding="utf-8")
    module = importlib.import_module(f"kerasclust.{package}".rstrip("."))
    names = getattr(module, "__all__", [name for name, value in vars(module).items() if defined_in(module, value)])
    objects = {name: getattr(module, name) for name in names if not name.startswith("_")}
    described = {name: f'id="{value.__module__}.{name}"' in page for name, value in objects.items() if callable(value)}
    assert [name for name, there in described.items() if not there] == []


def defined_in(module, value):
    """Whether a value of a module without `__all__` is defined there, for users."""
    return getattr(value, "__module__", None) == module.__name__ and not value.__name__.startswith("_")


def test_every_setting_of_a_method_is_documented(site):
    page = (site / "api" / "models.html").read_text(encoding="utf-8")
    sections = dict(re.findall(r'id="(kerasclust\.models\.methods\.\w+\.\w+)"(.*?)(?=<h[23]|\Z)', page, re.DOTALL))
    for model in catalog.methods().values():
        section = sections[f"{model.__module__}.{model.__name__}"]
        settings = [str(parameter).partition("=")[0] for parameter in inspect.signature(model).parameters.values()]
        undocumented = [name for name in settings if f"<code>{name}</code>" not in section]
        assert undocumented == [], model


def test_notebooks_are_pages_with_their_pictures(site):
    page = (site / "notebooks" / "first_clustering.html").read_text(encoding="utf-8")
    pictures = re.findall(r'<img[^>]*src="([^"]*\.png)"', page)
    assert len(pictures) == 3
    assert all((site / "notebooks" / picture).exists() for picture in pictures)


def test_promises_name_tests_and_targets_that_exist():
    """A cell has paths, names of files `in` a folder, and targets of make."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    promises = page.partition("## What is promised")[2].partition("\n## ")[0]
    cells = [row.split("|")[-2] for row in promises.splitlines() if row.startswith("|")][2:]
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(cells) > 10
    for cell in cells:
        names = re.findall(r"((?:`test_\w+\.py`,? ?)+)in `([\w/]+)`", cell)
        found = [f"{folder}/{name}" for files, folder in names for name in re.findall(r"`(\w+\.py)`", files)]
        found += re.findall(r"`(tests/[\w/]+\.py|tests/\w+)`", cell)
        assert [path for path in found if not (ROOT / path).exists()] == []
        assert set(re.findall(r"`make ([\w-]+)`", cell)) <= set(targets)
        assert found, cell
        assert all(f"/{name}" in " ".join(found) for name in re.findall(r"(\w+\.py)`", cell))
