"""What the doctor finds, and how a shell completes words."""

import importlib.metadata
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from kerasclust.cli import doctor, main
from kerasclust.system.versions import PACKAGES, versions


def findings(*packages, devices=None, data_directory=None):
    return doctor.Findings("0", "3", "Linux", 2, devices or {"CPU": 1}, data_directory, list(packages))


def package(found, needed=">=2.0", extra=None):
    return doctor.Package("numpy", needed, found, extra)


@pytest.mark.parametrize(
    ("found", "state"), [("2.1", "good"), ("2.1rc1", "good"), ("1.9", "too old"), (None, "missing")]
)
def test_a_package_is_good_too_old_or_missing(found, state):
    assert package(found).state == state
    problems = findings(package(found)).problems
    assert problems == [] if state == "good" else f"numpy is {state}" in problems[0]
    extra = findings(package(found, extra="plots"))
    assert extra.problems == []
    assert any('pip install "kerasclust[plots]"' in line for line in extra.advice) == (state != "good")


def test_knows_what_setup_asks_for_without_what_developers_need():
    found = {p.name: p for p in doctor.packages()}
    assert found["tensorflow"].extra is None
    assert found["tensorflow"].found == importlib.metadata.version("tensorflow")
    assert found["matplotlib"].extra == "plots" and found["aeon"].extra == "benchmark"
    assert not {"ruff", "kerasclust"} & set(found)


def test_reads_the_versions_that_a_training_is_compared_by():
    found = {p.name: p.found for p in doctor.packages()}
    assert {name: found[name] for name in PACKAGES} == {name: versions()[name] for name in PACKAGES}


def test_a_lost_data_directory_is_a_problem_and_a_gpu_is_no_advice(tmp_path):
    lost = findings(data_directory=str(tmp_path / "none"))
    assert "correct KERASCLUST_DATA" in lost.problems[0]
    assert findings(data_directory=str(tmp_path)).problems == []
    assert any("no GPU" in line for line in findings().advice)
    assert not any("no GPU" in line for line in findings(devices={"CPU": 1, "GPU": 2}).advice)


def test_the_command_says_it_and_its_status_counts(monkeypatch):
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0, result.output
    assert "Nothing keeps it from working." in result.output
    assert any(
        line.split()[:2] == ["keras", importlib.metadata.version("keras")] for line in result.output.splitlines()
    )
    monkeypatch.setattr(doctor, "packages", lambda: [package(None)])
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problems"] == ["numpy is missing: pip install --upgrade 'numpy>=2.0'"]


def test_bash_completes_commands_and_options():
    script = CliRunner().invoke(main, ["completion", "bash"]).output
    environment = os.environ | {"COMP_WORDS": "kerasclust fit --clus", "COMP_CWORD": "2"}
    environment["_KERASCLUST_COMPLETE"] = "bash_complete"
    command = os.path.join(os.path.dirname(sys.executable), "kerasclust")
    found = subprocess.run([command], env=environment, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["plain,--clusters"]
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert checked.returncode == 0 and "_KERASCLUST_COMPLETE=bash_complete" in script


@pytest.mark.parametrize("missing", ["tensorflow", "keras", "numpy"])
def test_works_where_what_it_looks_for_cannot_be_imported(missing):
    code = f"import sys; sys.modules[{missing!r}] = None; from kerasclust.cli import main; main(['doctor'])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.returncode == 1
    assert "TensorFlow and Keras cannot be imported" in found.stdout
    assert "PACKAGE" in found.stdout
    assert "Traceback" not in found.stderr
