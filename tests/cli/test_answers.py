"""What scripts get of the commands: one JSON object on standard output, and all else beside it."""

import json
import subprocess
import sys

import click
import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.command import main as benchmarks
from kerasclust.cli import main

TINY = ("--clusters", "3", "--method", "dec", "--epochs", "2", "--pretrain-epochs", "2", "--seed", "1")


@pytest.fixture(scope="module")
def data(blobs, tmp_path_factory):
    path = tmp_path_factory.mktemp("answers") / "blobs.npz"
    np.savez(path, x=blobs[0], y=blobs[1])
    return path


def answered(*arguments, group=main):
    result = CliRunner().invoke(group, [*map(str, arguments), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


def every_command(group, before=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from every_command(command, (*before, name))
        else:
            yield (*before, name), command


@pytest.mark.parametrize(("group", "expected"), [(main, {"completion"}), (benchmarks, set())])
def test_every_command_can_answer_with_json(group, expected):
    """All but `completion`, whose answer is a script already."""
    commands = every_command(group)
    without = {" ".join(name) for name, command in commands if "as_json" not in {p.name for p in command.params}}
    assert without == expected


def test_fit_predict_and_report_say_what_they_wrote(data, tmp_path):
    out = tmp_path / "run"
    found = answered("fit", data, "--out", out, *TINY)
    assert found["run"] == str(out)
    assert sum(cluster["samples"] for cluster in found["clusters"]) == 300
    assert [cluster["cluster"] for cluster in found["clusters"]] == [0, 1, 2]
    assert found["scores"] == json.loads((out / "scores.json").read_text())["external"]
    assert found["files"]["model"] == str(out / "model.keras")
    assert all((out / path).exists() for path in found["files"].values())
    assert "as_json" not in json.loads((out / "command.json").read_text())
    predicted = answered("predict", out, data, "--out", tmp_path / "labels.csv")
    assert predicted["cluster_sizes"] == [cluster["samples"] for cluster in found["clusters"]]
    assert predicted["labels"] == str(tmp_path / "labels.csv")
    assert answered("report", out) == {"report": str(out / "report.html")}


@pytest.mark.full
def test_choosing_says_what_was_chosen_and_why(data, tmp_path):
    number = answered("estimate-k", data, "--max", "3", "--quiet", "--out", tmp_path / "k")
    assert {row["clusters"] for row in number["curves"]} == {2, 3}
    assert number["n_clusters"] == 3 and number["is_clear"] is True
    assert len(number["files"]) == 3
    compared = answered(
        *("compare", data, "--clusters", "3", "--methods", "kmeans,ae_kmeans", "--runs", "1", "--quiet"),
        *("--set", "pretrain_epochs=2", "--out", tmp_path / "c"),
    )
    assert {run["method"] for run in compared["runs"]} == {"kmeans", "ae_kmeans"}
    assert compared["chosen"] == compared["runs"][0]


def test_measurements_are_rows(data, tmp_path):
    command = ("bench", "method", data, "--method", "kmeans", "--seeds", "2", "--out", tmp_path / "rows.jsonl")
    rows = answered(*command, group=benchmarks)["runs"]
    assert [row["seed"] for row in rows] == [0, 1]
    assert rows == [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    names = {table["table"] for table in answered("experiment", group=benchmarks)["tables"]}
    assert {"dance_table2", "acedec_table1"} <= names
    render = ("experiment", "dance_table2", "--render-only", "--out", tmp_path)
    cells = answered(*render, group=benchmarks)["cells"]
    dance = next(cell for cell in cells if (cell["method"], cell["score"]) == ("DANCE", "acc"))
    assert dance["published"].startswith("0.963") and dance["seeds"] == 0 and dance["mean"] is None


@pytest.mark.full
def test_in_a_process_of_its_own_progress_stays_off_standard_output(data, tmp_path):
    command = [sys.executable, "-m", "kerasclust", "fit", str(data), "--out", str(tmp_path / "run"), *TINY, "--json"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(found.stdout)["run"] == str(tmp_path / "run")
    assert "pretrain" in found.stderr


def test_methods_are_those_that_there_are():
    from kerasclust.models.catalog import methods

    assert [row["method"] for row in answered("methods")["methods"]] == list(methods())
