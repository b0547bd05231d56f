"""`kerasclust fit` without a decision: it chooses the number of clusters and the method, and says so."""

import csv
import json
import os

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust import load_model
from kerasclust.choosing.training import ComparisonRuns
from kerasclust.cli import main
from kerasclust.cli.chosen import Minutes

QUICK = ("--pretrain-epochs", "3", "--set", "units=16", "--set", "n_tries=2", "--set", "latent_dim=3", "--seed", "0")
AUTO = ("--method", "auto", "--time-budget", "1ms", *QUICK)  # time for the quickest method alone
NUMBER = {"number_of_clusters.md", "number_of_clusters.csv", "number_of_clusters.png"}
COMPARISON = {"comparison.md", "comparison.csv", "comparison.png"}
MODEL = {"model.keras", "saved_model", "report.html", "labels.csv", "history.json", "settings.json", "scores.json"}


def run(*arguments, status=0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, (result.output, result.exception)
    return result


def labels(path):
    with open(path, newline="") as file:
        return [row["cluster"] for row in csv.DictReader(file)]


@pytest.fixture(scope="module", autouse=True)
def few_numbers():
    """Numbers of clusters up to 5 are tried: a third of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kerasclust.choosing.number.MOST", 5)
        yield


@pytest.fixture(scope="module")
def data(blobs, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "three.npz"
    np.savez(path, x=blobs[0], y=blobs[1])
    return path


@pytest.fixture(scope="module")
def chosen(data, tmp_path_factory):
    """(directory, JSON answer) of a run that chose everything."""
    out = tmp_path_factory.mktemp("chosen") / "run"
    return out, json.loads(run("fit", data, *AUTO, "--out", out, "--json").stdout)


def test_it_says_as_data_what_was_chosen_and_what_was_left_out(chosen):
    _, found = chosen
    assert found["method"] == found["comparison"]["chosen"]["method"] == "kmeans"
    assert found["number_of_clusters"]["n_clusters"] == len(found["clusters"]) == 3
    assert [cluster["samples"] for cluster in found["clusters"]] == [100, 100, 100]
    assert any("Not trained, to keep the time budget" in text for text in found["comparison"]["sentences"])
    assert all(os.path.exists(path) for path in found["files"].values())


def test_the_directory_is_that_of_any_run_with_the_choices(chosen, data, tmp_path):
    out, _ = chosen
    others = {"reference.json", "command.json", "choices.json", "logs"}
    assert set(os.listdir(out)) == MODEL | NUMBER | COMPARISON | others
    run("predict", out, data, "--out", tmp_path / "labels.csv")
    assert labels(tmp_path / "labels.csv") == labels(out / "labels.csv")
    settings = json.loads((out / "settings.json").read_text())
    assert (settings["method"], settings["data"], settings["training_samples"]["count"]) == ("kmeans", str(data), 300)
    model = load_model(out)
    assert model.method_name == "kmeans" and model.diagnostics()["warnings"] == []
    command = json.loads((out / "command.json").read_text())
    assert (command["method"], command["n_clusters"], command["data"]) == ("auto", 3, str(data))


def test_the_report_has_the_evidence_also_when_it_is_written_again(chosen):
    out, found = chosen
    for _ in range(2):
        html = (out / "report.html").read_text()
        assert "How it was chosen" in html and "The number of clusters" in html and "The method" in html
        assert found["comparison"]["sentences"][0] in html
        assert "within 1 of their number" in html
        (out / "report.html").unlink()
        run("report", out)


def test_a_method_by_name_says_the_number_before_it_trains(data, tmp_path):
    out = tmp_path / "run"
    result = run("fit", data, "--method", "ae_kmeans", *QUICK, "--out", out)
    assert result.stdout.index("Estimated: 3 clusters; next comes ") < result.stdout.index("Watch the training")
    assert result.stdout.count("Estimated: ") == 1
    assert set(os.listdir(out)) > NUMBER and not COMPARISON & set(os.listdir(out))
    assert json.loads((out / "command.json").read_text())["n_clusters"] == 3
    given = ("--clusters", "3", "--method", "ae_kmeans", *QUICK)
    assert "Estimated" not in run("fit", data, *given, "--out", tmp_path / "given").output
    assert labels(tmp_path / "given" / "labels.csv") == labels(out / "labels.csv")
    assert not NUMBER & set(os.listdir(tmp_path / "given"))
    run("fit", data, *given, "--out", out, "--overwrite")
    assert not {*NUMBER, "choices.json"} & set(os.listdir(out))


def test_a_method_that_finds_the_number_is_not_told_one(data, tmp_path):
    settings = [word for word in QUICK if word != "n_tries=2"]
    settings.pop(settings.index("latent_dim=3") - 2)
    result = run("fit", data, "--method", "ae_hdbscan", *settings, "--out", tmp_path / "run")
    assert "Estimated" not in result.stdout
    assert json.loads((tmp_path / "run" / "command.json").read_text())["n_clusters"] is None


def test_a_number_without_evidence_is_a_warning(tmp_path):
    np.save(tmp_path / "cloud.npy", np.random.default_rng(0).normal(size=(300, 2)))
    trained = ("--pretrain-epochs", "60", "--batch-size", "32", "--set", "learning_rate=0.01", "--set", "units=32")
    arguments = ("--method", "ae_kmeans", "--seed", "0", "--set", "latent_dim=2", "--quiet", "--out", tmp_path / "run")
    result = run("fit", tmp_path / "cloud.npy", *arguments, *trained)
    assert result.stdout == ""
    assert result.stderr.count("Warning: No number of clusters stands out") == 1
    assert "give --clusters if you know the number" in " ".join(result.stderr.split())


def test_an_interrupted_comparison_goes_on_with_the_number_and_the_runs_it_had(data, tmp_path, monkeypatch):
    out, trained = tmp_path / "run", []
    original = ComparisonRuns.train

    def train(self, planned):
        if len(trained) == 2:
            raise KeyboardInterrupt
        trained.append((planned.method, planned.seed))
        return original(self, planned)

    arguments = ("--method", "auto", "--time-budget", "20", *QUICK, "--out", out)
    with monkeypatch.context() as patched:
        patched.setattr(ComparisonRuns, "train", train)
        interrupted = run("fit", data, *arguments, status=130)
    assert "The finished runs are kept. Continue it with: kerasclust fit --resume" in interrupted.stderr
    assert "is not empty" in run("fit", data, *arguments, status=2).stderr
    assert "leave out --time-budget" in run("fit", "--resume", out, "--time-budget", "1", status=2).stderr
    again = []

    def follow(self, planned):
        if again:
            raise KeyboardInterrupt
        again.append((planned.method, planned.seed))
        return original(self, planned)

    with monkeypatch.context() as patched:
        patched.setattr("kerasclust.choosing.automatic.estimated_in", lambda *given: pytest.fail("estimated again"))
        patched.setattr(ComparisonRuns, "train", follow)
        run("fit", "--resume", out, status=130)
    assert again[0] not in trained
    command = json.loads((out / "command.json").read_text())
    (out / "command.json").write_text(json.dumps(command | {"time_budget": 1e-4}))
    found = json.loads(run("fit", "--resume", out, "--json").stdout)
    assert {(row["method"], row["seed"]) for row in found["comparison"]["runs"]} == {*trained, *again}
    assert not (out / "backup").exists()
    assert [choice["title"] for choice in json.loads((out / "choices.json").read_text())] == [
        "The number of clusters",
        "The method",
    ]
    assert "is complete" in run("fit", "--resume", out, status=2).stderr


@pytest.mark.parametrize(("text", "minutes"), [("3", 3.0), ("0.5", 0.5), ("90s", 1.5), ("1h", 60.0), (2.5, 2.5)])
def test_a_time_budget_is_minutes_or_a_duration(text, minutes):
    assert Minutes()(text) == pytest.approx(minutes)


def test_fit_chooses_by_default():
    parameters = {parameter.name: parameter for parameter in main.commands["fit"].params}
    assert parameters["method"].default == parameters["n_clusters"].default == "auto"
