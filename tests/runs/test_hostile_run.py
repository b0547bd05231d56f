"""Run directories from strangers: nothing outside is written, nothing endless is read, and damage is a message."""

import csv
import json
import os
import shutil

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust import load_model
from kerasclust.cli import main
from kerasclust.errors import InputError
from kerasclust.inspection.drift import BINS
from kerasclust.runs import rename_labels, writing_run
from kerasclust.runs.saved import metadata
from kerasclust.system.memory import MEMORY

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes")
METADATA = "saved_model/assets.extra/kerasclust.json"


def said(*arguments, status=2):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, (result.output, result.exception)
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def trained(blobs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    np.save(folder / "x.npy", blobs[0][:60])
    arguments = ["--method", "kmeans", "--clusters", "2", "--seed", "0", "--quiet", "--out", folder / "run"]
    said("fit", folder / "x.npy", *arguments, status=0)
    return folder


@pytest.fixture
def run(trained, tmp_path):
    return shutil.copytree(trained / "run", tmp_path / "run")


def replaced(path, put, *arguments):
    """Remove a file or folder, and put something else in its place."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    put(*arguments, path)


def changed(path, **content):
    path.write_text(json.dumps(json.loads(path.read_text()) | content))


def snapshot(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    "name", ["saved_model", "logs", "labels.csv", "model.keras", "logs/projector_config.pbtxt", ".lock"]
)
def test_names_are_not_written_through_links(run, tmp_path, name):
    outside = tmp_path / "outside"
    shutil.copytree(run, outside)
    (outside / "saved_model" / "notes.txt").write_text("mine")
    (outside / ".lock").write_text("mine")
    replaced(run / name, os.symlink, outside / name)
    before = snapshot(outside)
    assert f"{run / name} is a link, and nothing is written through it" in said("name", run, "0=x")
    assert snapshot(outside) == before


@pytest.mark.parametrize("name", ["report.html", ".lock"])
def test_a_report_is_not_written_through_a_link(run, trained, tmp_path, name):
    (tmp_path / "mine").write_text("mine")
    replaced(run / name, os.symlink, tmp_path / "mine")
    if name == ".lock":
        with pytest.raises(InputError, match="is a link"), writing_run(run, overwrite=True):
            pass
    else:
        assert "is a link" in said("report", run, trained / "x.npy")
    assert (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize("name", ["backup", "logs", "backup/training.json"])
def test_a_run_is_not_continued_through_a_link(run, tmp_path, name):
    (run / "backup").mkdir()
    (tmp_path / "outside").mkdir()
    changed(run / "settings.json", interrupted="refine")
    replaced(run / name, os.symlink, tmp_path / "outside")
    assert f"{run / name} is a link" in said("fit", "--resume", run)
    assert not os.listdir(tmp_path / "outside")


@pytest.mark.parametrize("kind", ["a pipe", "a device"])
@pytest.mark.parametrize(
    "name", ["model.keras", "settings.json", "scores.json", "reference.json", "command.json", METADATA]
)
def test_what_has_no_end_is_not_read(run, trained, kind, name):
    if kind == "a pipe":
        replaced(run / name, os.mkfifo)
    else:
        replaced(run / name, os.symlink, "/dev/zero")
    if name == "reference.json":
        found = said("monitor", run, trained / "x.npy")
    elif name == "command.json":
        found = said("fit", "--resume", run)
    elif name == METADATA:
        (run / "settings.json").unlink()
        found = said("predict", run / "saved_model", trained / "x.npy", "--out", run / "o.csv")
    else:
        found = said("predict", run, trained / "x.npy", "--out", run / "o.csv")
    assert f"it is {kind}, not a file" in found


@pytest.mark.parametrize("ending", [".tflite", ".onnx"])
def test_metadata_is_not_read_from_a_pipe_or_from_more_than_memory(tmp_path, ending, monkeypatch):
    if ending == ".onnx":
        pytest.importorskip("onnx")
    path = tmp_path / f"model{ending}"
    os.mkfifo(path)
    with pytest.raises(InputError, match="it is a pipe, not a file"):
        metadata(path)
    path.unlink()
    path.touch()
    os.truncate(path, 2_000_000)
    monkeypatch.setenv(MEMORY, "0.001")
    with pytest.raises(InputError, match="more than 1,000,000"):
        metadata(path)


def test_labels_are_bounded_and_read_by_links(run, tmp_path, monkeypatch):
    (tmp_path / "link.csv").symlink_to(run / "labels.csv")
    rename_labels(tmp_path / "link.csv", {0: "x"})
    assert "x" in (tmp_path / "link.csv").read_text()
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="it is a pipe"):
        rename_labels(tmp_path / "pipe.csv", {0: "x"})
    monkeypatch.setenv(MEMORY, "0.000001")
    with pytest.raises(InputError, match="more than 50"):
        rename_labels(run / "labels.csv", {0: "x"})


def test_a_model_is_read_by_a_link(run, trained, tmp_path):
    replaced(run / "model.keras", os.symlink, trained / "run" / "model.keras")
    said("predict", run, trained / "x.npy", "--out", tmp_path / "o.csv", status=0)


def test_a_reference_has_as_many_bins_as_a_run_writes(run, trained):
    reference = json.loads((run / "reference.json").read_text())
    first = next(iter(reference["measured"].values()))
    first["edges"], first["sizes"] = list(range(2 * BINS + 1)), [1] + [0] * (2 * BINS + 1)
    (run / "reference.json").write_text(json.dumps(reference))
    assert "does not fit the model" in said("monitor", run, trained / "x.npy")


GOOD = {"cluster_sizes": [30, 30], "seconds": 1.0}


@pytest.mark.parametrize(
    "scores",
    [
        {"kept": {}},
        {"kept": GOOD | {"cluster_sizes": "abc"}},
        {"kept": GOOD | {"cluster_sizes": []}},
        {"kept": GOOD | {"cluster_sizes": [10**400, 1]}},
        {"kept": GOOD | {"noise": [1]}},
        {"kept": GOOD | {"noise": 10**400}},
        {"kept": GOOD | {"further": {}}},
        {"runs": [{"seconds": "y"}]},
        {"runs": [GOOD], "chosen_run": -1},
        {"runs": [GOOD], "chosen_run": 1},
        {"runs": [], "chosen_run": 0},
    ],
)
def test_scores_that_no_run_wrote_are_refused(run, scores):
    changed(run / "scores.json", **scores)
    with pytest.raises(InputError, match=r"scores\.json is not what a run writes"):
        load_model(run)


@pytest.mark.parametrize(
    "history",
    [
        {"loss": [1, 2, 3], "phase": ["a"], "run": [0]},
        {"loss": [1, "a"], "phase": ["a", "a"]},
        {"loss": [10**400], "phase": ["a"]},
        {"loss": [1], "phase": [0]},
    ],
)
def test_a_history_that_no_run_wrote_is_refused(run, trained, history):
    (run / "history.json").write_text(json.dumps(history))
    assert "history.json is not what a run writes" in said("report", run, trained / "x.npy")


CHOICE = {"title": "<b>", "sentences": ["<i>"], "header": ["<u>"], "rows": [["<s>"]], "explained": "<p>", "chosen": 0}


@pytest.mark.parametrize(
    "choices",
    [{}, [{}], ["abc"], [CHOICE | {"rows": ["abc"]}], [CHOICE | {"title": None}], [CHOICE | {"chosen": "a"}]],
)
def test_choices_that_no_run_wrote_are_refused(run, trained, choices):
    (run / "choices.json").write_text(json.dumps(choices))
    assert "choices.json is not what a run writes" in said("report", run, trained / "x.npy")


def test_texts_of_choices_are_no_html(run, trained):
    (run / "choices.json").write_text(json.dumps([CHOICE]))
    said("report", run, trained / "x.npy", status=0)
    html = (run / "report.html").read_text()
    assert all(f"&lt;{letter}&gt;" in html for letter in "bius")


def test_a_report_says_which_file_it_reads(run, trained):
    assert f"Reading {trained / 'x.npy'}, which {run} names." in said("report", run, status=0)


@pytest.mark.parametrize("source", ["usps", "tfds:mnist", "tfds:x.npy"])
def test_a_report_downloads_no_data_that_only_the_run_names(run, source, monkeypatch):
    monkeypatch.setattr("kerasclust.datasets.load", None)
    changed(run / "settings.json", data=source)
    assert f"kerasclust report {run} {source}" in said("report", run)


def test_a_model_without_any_finite_answer_is_refused(run, trained, tmp_path):
    model = load_model(run)
    model.set_weights(
        [np.full_like(weights, 3e38) if weights.ndim == 2 else weights for weights in model.get_weights()]
    )
    model.save(run / "model.keras")
    out = tmp_path / "o.csv"
    assert "no answer for any sample" in said("predict", run, trained / "x.npy", "--out", out)
    assert "no answer for any sample" in said("monitor", run, trained / "x.npy")
    assert not out.exists()


def test_a_sample_without_an_answer_has_no_cluster_and_a_reason(trained, tmp_path):
    run = tmp_path / "masked"
    settings = ("--method", "kmeans", "--clusters", 3, "--seed", 0, "--set", "missing=mask")
    said("fit", trained / "x.npy", *settings, "--out", run, status=0)
    x = np.load(trained / "x.npy")
    x[3] = np.nan
    np.save(tmp_path / "x.npy", x)
    arguments = ["predict", run, tmp_path / "x.npy", "--out", tmp_path / "o.csv"]
    result = CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{len(x) - 1} samples in ")
    assert "1 sample has no cluster:\n  1: no value was measured\n" in result.stdout
    with open(tmp_path / "o.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(x) and [row["sample"] for row in rows if not row["cluster"]] == ["3"]
    assert rows[3]["reason"] == "no value was measured" and rows[3]["confidence"] == ""
