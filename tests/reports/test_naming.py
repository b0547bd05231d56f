"""`kerasclust name`: the names are in every file of a run, and in what later commands say."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner
from report_reader import Reader
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from kerasclust.cli import main
from kerasclust.runs.saved import load_model


def run(*arguments, status=0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data(blobs, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "blobs.npz"
    np.savez(path, x=blobs[0], y=blobs[1])
    return path


@pytest.fixture(scope="module")
def named(data, tmp_path_factory):
    """A run of which two of three clusters have names."""
    out = tmp_path_factory.mktemp("runs") / "a"
    run("fit", data, "--method", "kmeans", "--clusters", 3, "--seed", 0, "--quiet", "--out", out)
    before = table(out / "labels.csv")
    said = run("name", out, "0=pedestrians", "2=fast trains").output
    return out, before, said


def test_the_model_and_the_labels_have_the_names(named):
    out, before, said = named
    assert "0: pedestrians\n2: fast trains\n" in said and f"kerasclust report {out}" in said
    assert load_model(out).cluster_names == {0: "pedestrians", 2: "fast trains"}
    called = {"0": "pedestrians", "1": "cluster 1", "2": "fast trains"}
    rows = table(out / "labels.csv")
    assert list(rows[0]) == ["sample", "cluster", "name", "confidence"]
    assert rows == [{**row, "name": called[row["cluster"]]} for row in before]


def test_tensorboard_has_the_names(named):
    logs = named[0] / "logs"
    head, *rows = [line.split("\t") for line in (logs / "projector_metadata.tsv").read_text().splitlines()]
    assert head[:3] == ["sample", "cluster", "name"]
    assert {(row[1], row[2]) for row in rows} == {("0", "pedestrians"), ("1", "cluster 1"), ("2", "fast trains")}
    events = EventAccumulator(str(logs))
    events.Reload()
    (text,) = events.Tensors("cluster names")[-1].tensor_proto.string_val
    assert "0 | pedestrians\n2 | fast trains" in text.decode()


def test_predict_and_monitor_say_the_names(named, data, tmp_path):
    out = named[0]
    said = run("predict", out, data, "--out", tmp_path / "labels.csv").output
    assert "pedestrians" in said and "cluster 1" in said
    assert table(tmp_path / "labels.csv") == table(out / "labels.csv")
    found = json.loads(run("predict", out, data, "--out", tmp_path / "labels.csv", "--json").stdout)
    assert found["cluster_names"] == {"0": "pedestrians", "2": "fast trains"}
    few = tmp_path / "few.npy"
    np.save(few, np.load(data)["x"][load_model(out).predict_clusters(np.load(data)["x"]) == 2])
    assert "100% of the samples are in cluster 2 (fast trains)" in run("monitor", out, few, status=3).output
    found = json.loads(run("monitor", out, few, "--json", status=3).stdout)
    assert found["cluster_names"] == {"0": "pedestrians", "2": "fast trains"}


def test_the_report_has_the_names_when_it_is_written_again(named):
    out = named[0]
    assert "pedestrians" not in (out / "report.html").read_text(encoding="utf-8")
    run("report", out)
    words = Reader((out / "report.html").read_text(encoding="utf-8")).words
    assert "Cluster 0: pedestrians" in words and "Cluster 2: fast trains" in words and "Cluster 1:" not in words


def test_names_are_listed_changed_and_taken_away(named, tmp_path):
    out = named[0]
    assert run("name", out).output == "0: pedestrians\n2: fast trains\n"
    assert json.loads(run("name", out, "0=", "1=slow", "--json").stdout) == {
        "cluster_names": {"1": "slow", "2": "fast trains"}
    }
    assert {row["name"] for row in table(out / "labels.csv")} == {"cluster 0", "slow", "fast trains"}
    run("name", out, "1=", "2=")
    assert "name" not in table(out / "labels.csv")[0]
    assert run("name", out).output == "No cluster has a name.\n"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["pedestrians"], "'pedestrians' names no cluster: give NUMBER=NAME"),
        (["x=pedestrians"], "names no cluster"),
        (["7=pedestrians"], "no cluster 7 to name: clusters are numbered 0 to 2"),
        (["0=a", "0=b"], "named twice"),
        (["0=a", "1=a"], "Two clusters would be called 'a'"),
    ],
)
def test_bad_names_change_nothing(named, names, message):
    before = (named[0] / "labels.csv").read_bytes(), load_model(named[0]).cluster_names
    assert message in run("name", named[0], *names, status=2).stderr
    assert ((named[0] / "labels.csv").read_bytes(), load_model(named[0]).cluster_names) == before
