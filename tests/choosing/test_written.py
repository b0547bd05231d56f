"""The commands `estimate-k` and `compare`, and what they write."""

import csv
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main

QUICK = ("--set", "pretrain_epochs=3", "--set", "latent_dim=3", "--set", "units=16")


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def file(blobs, tmp_path_factory):
    """An .npz file of three blobs and their labels."""
    path = tmp_path_factory.mktemp("data") / "three.npz"
    np.savez(path, x=blobs[0], y=blobs[1])
    return path


def test_estimate_k_says_and_writes_what_it_found(file, tmp_path, monkeypatch):
    monkeypatch.setattr("kerasclust.choosing.number.latent_space", lambda x, *given, **settings: x.array()[:, :3])
    result = run("estimate-k", file, "--max", 5, "--out", tmp_path / "k", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("3 clusters; next comes ")
    assert set(os.listdir(tmp_path / "k")) == {f"number_of_clusters.{ending}" for ending in ("csv", "md", "png")}
    with open(tmp_path / "k" / "number_of_clusters.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["clusters"] for row in rows] == 2 * ["2", "3", "4", "5"]
    assert (tmp_path / "k" / "number_of_clusters.png").read_bytes().startswith(b"\x89PNG")


def test_compare_writes_ranking_figure_and_a_run_that_predicts(file, tmp_path):
    out = tmp_path / "c"
    arguments = ("compare", file, "--clusters", 3, "--methods", "kmeans,ae_kmeans", "--runs", 1, "--out", out, *QUICK)
    result = run(*arguments, "--quiet")
    assert result.exit_code == 0, result.output
    assert "stands first of 2 runs" in result.stdout
    assert "| ACC | NMI | ARI |" in result.stdout
    expected = {"comparison.csv", "comparison.md", "comparison.png", "chosen", "models", "autoencoders"}
    assert set(os.listdir(out)) == expected | {"results.jsonl"}
    assert run("predict", out / "chosen", file, "--out", tmp_path / "labels.csv").exit_code == 0
    with (
        open(out / "chosen" / "labels.csv", newline="") as kept,
        open(tmp_path / "labels.csv", newline="") as predicted,
    ):
        assert [row["cluster"] for row in csv.DictReader(kept)] == [row["cluster"] for row in csv.DictReader(predicted)]
    assert {"model.keras", "saved_model", "report.html", "scores.json"} <= set(os.listdir(out / "chosen"))
    settings = json.loads((out / "chosen" / "settings.json").read_text())
    assert settings["method"] in ("kmeans", "ae_kmeans")
    assert settings["data"] == str(file)
    before = (out / "results.jsonl").read_text()
    assert run(*arguments, "--quiet").exit_code == 0
    assert (out / "results.jsonl").read_text() == before  # all runs were there


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("estimate-k", "DATA", "--max", 1), "largest number of clusters must be a whole number of at least 2"),
        (("estimate-k", "DATA", "--max", 300), "try at most 149 clusters"),
        (("estimate-k", "DATA", "--out", "BLOCKED"), "cannot be written to"),
        (("estimate-k", "irish_g5"), "did you mean 'irish_5g'"),
        (("compare", "DATA", "--clusters", 1), "--clusters is 1"),
        (("compare", "DATA", "--clusters", 3, "--methods", "kmeans,danse"), "did you mean 'dance'"),
        (("compare", "DATA", "--clusters", 3, "--methods", ","), "name some, or leave out --methods for the default"),
        (("compare", "DATA", "--clusters", 3, "--budget", -1), "budget is -1.0 minutes"),
        (("compare", "DATA", "--clusters", 3, "--set", "latent_dims=3"), "did you mean 'latent_dim'"),
        (("compare", "DATA", "--clusters", 3, "--out", "BLOCKED"), "cannot be written to"),
    ],
)
def test_bad_input_is_one_message_and_status_2(file, tmp_path, arguments, message):
    (tmp_path / "a_file").write_text("in the way")
    places = {"DATA": file, "BLOCKED": tmp_path / "a_file" / "out"}
    result = run(*(places.get(argument, argument) for argument in arguments))
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())
    assert result.stderr.count("Error: ") == 1


def test_the_names_are_public_and_cost_nothing_until_they_are_used():
    script = (
        "import sys, kerasclust\n"
        "assert {'compare', 'estimate_n_clusters', 'choosing'} <= set(dir(kerasclust))\n"
        "sys.exit(bool({'tensorflow', 'sklearn', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
