"""The package as it is built: a wheel has all that the sources have, and works where the sources are not."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

import kerasclust

ROOT = Path(kerasclust.__file__).parents[1]
BUILT_FROM = ("setup.py", "setup.cfg", "README.md", "LICENSE")
# In one process, as importing TensorFlow takes most of the time. Prints a JSON object as its last line.
USE = """
import json, sys
from click.testing import CliRunner
import kerasclust
from kerasclust.cli import main

def run(*arguments):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, (arguments, result.output, result.exception)
    return json.loads(result.stdout)

found = run("doctor", "--json")
fitted = run("fit", "data.npz", "--method", "ae_kmeans", "--clusters", "2", "--out", "run", "--pretrain-epochs", "1",
             "--set", "units=4", "--quiet", "--json")
print(json.dumps({"file": kerasclust.__file__, "problems": found["problems"], "fitted": fitted}))
"""


def output_of(*command, **options):
    """What a command prints; it has to succeed."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel, built from a copy of the sources: building leaves files beside them."""
    sources, folder = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, sources)
    for name in ("kerasclust", "benchmarks"):
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__", "*.jsonl"))
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps", "--no-index")
    output_of(*pip, "--no-build-isolation", "--wheel-dir", folder, sources)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder that the wheel is installed in."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index")
    output_of(*pip, "--target", folder, wheel)
    return folder


@pytest.fixture(scope="module")
def environment(installed):
    """Variables of a process that finds the installed package first."""
    return {**os.environ, "PYTHONPATH": str(installed)}


def test_has_every_file_of_the_package_and_nothing_else(wheel):
    files = (path for path in (ROOT / "kerasclust").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == {path.relative_to(ROOT).as_posix() for path in files}


def test_has_the_command(installed, environment, tmp_path):
    script = next((installed / "bin").glob("kerasclust*"))
    assert "fit" in output_of(sys.executable, script, "--help", env=environment, cwd=tmp_path)


def test_clusters_and_reports_where_the_sources_are_not(installed, environment, tmp_path):
    x = np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]
    np.savez(tmp_path / "data.npz", x=x.astype("float32"))
    said = json.loads(output_of(sys.executable, "-c", USE, env=environment, cwd=tmp_path).splitlines()[-1])
    assert Path(said["file"]).is_relative_to(installed)
    assert said["problems"] == []
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    pictures = re.findall(r"<img\b[^>]*src=\"data:image/png;base64,[^\"]{1000,}\"|<svg\b", report)
    assert len(pictures) >= 3
    assert (tmp_path / "run" / "saved_model" / "saved_model.pb").exists()
