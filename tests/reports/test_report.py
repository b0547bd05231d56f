"""The report: one valid, self-contained, escaped file whose numbers are right."""

import re
import sys
from dataclasses import replace
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from report_reader import Reader

from kerasclust import metrics
from kerasclust.errors import InputError
from kerasclust.models import DANCE
from kerasclust.reports import write_report
from kerasclust.reports.evidence import evidence_table, meanings_of, runs_table
from kerasclust.reports.words import number


@pytest.fixture(scope="module")
def page(trained, tmp_path_factory):
    model, data, history = trained
    path = write_report(tmp_path_factory.mktemp("report") / "new" / "report.html", model, data, history)
    assert [file.name for file in path.parent.iterdir()] == ["report.html"], "no temporary file is left"
    return path.read_text(encoding="utf-8")


def test_page_refers_to_nothing_outside(page):
    reader = Reader(page)
    assert reader.tags.count("img") >= 6
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in reader.links)
    assert not {"script", "link", "iframe", "object"} & set(reader.tags)
    text = re.sub(r"base64,[^\"]+", "", page)
    assert "url(" not in text and "@import" not in text and "://" not in text


def test_numbers_of_the_page_are_those_of_the_model(page, trained):
    model, data, _ = trained
    words = Reader(page).words
    labels = model.predict_clusters(data.x)
    for cluster in range(2):
        members = data.x[labels == cluster].astype("float64")
        assert f"{len(members)} samples" in words
        for channel in range(3):
            row = f"{data.channel_names[channel]} {data.channel_units[channel]}".strip()
            assert (
                f"{row} {number(members[:, channel].mean())} {number(data.x[:, channel].mean(dtype='float64'))}"
                in words
            )
        surest = model.predict(data.x)[:, cluster].argmax()
        assert f"Most typical members: samples {surest}," in words
    for name, score in metrics.external_scores(data.y, labels).items():
        assert f"{score:.3f}" in words, name
    assert "For reporting only" in words
    assert "random_state 0" in words and "60 × 3" in words
    for warning in model.diagnostics()["warnings"]:
        assert warning in words


def test_a_method_describes_its_own_measurements():
    measured = [{"silhouette": 0.5, "gap": 0.25, "seconds": 3.0, "unknown_gap": 2.0}] * 2
    model = SimpleNamespace(evidence_words={"gap": ("Gap", "{:.0%}", "A share.")}, runs_=measured, chosen_run_=1)
    rows = evidence_table(measured[0], meanings_of(model))
    assert [row[:2] for row in rows[1:]] == [("Training time", "3 s"), ("Gap", "25%"), ("unknown gap", "2")]
    assert [row["chosen"] for row in runs_table(model)] == [False, True]
    assert list(runs_table(model)[0]["cells"].items())[1:] == [("Gap", "25%"), ("Training time", "3 s")]


def test_names_are_escaped(sequences, tmp_path):
    model = DANCE(2, pretrain_epochs=1, initializer="kmeans", refine=False, decorrelate=False, n_runs=1, random_state=0)
    model.fit(sequences.x, verbose=0)
    reader = Reader(write_report(tmp_path / "r.html", model, sequences).read_text(encoding="utf-8"))
    assert not {"script", "idle"} & set(reader.tags)
    assert reader.tags.count("b") == 3, "those of the three scores, and none of a name"
    for name in ("cells <b> & Zürich", "<idle>", "büsy & loud", "load <script>", "price in $"):
        assert name in reader.words
    assert "The training" not in reader.words, "no history was given"


def test_loaded_model_without_classes_is_reported_from_what_can_be_measured(trained, tmp_path):
    model, data, _ = trained
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    unknown = replace(data, y=np.full(60, -1))
    words = Reader(write_report(tmp_path / "r.html", loaded, unknown).read_text(encoding="utf-8")).words
    assert "Scores against" not in words and "accuracy" not in words
    assert "The course of the training is unknown" in words and "no warning" not in words
    assert f"Doubt in the assignments {number(metrics.conditional_entropy(model.predict(data.x)))} nats" in words


def test_empty_cluster_and_subset_are_reported(trained, tmp_path):
    model, data, _ = trained
    labels = model.predict_clusters(data.x)
    few = replace(data, x=data.x[labels == 0], y=data.y[labels == 0])
    words = Reader(write_report(tmp_path / "r.html", model, few).read_text(encoding="utf-8")).words
    assert "No sample is assigned to cluster 1" in words
    assert "empty: no sample is closest to its center" in words


def test_failure_leaves_the_earlier_report(trained, tmp_path, monkeypatch):
    model, data, _ = trained
    path = tmp_path / "r.html"
    path.write_text("earlier")

    def fail(source, target):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(InputError, match=r"r.html cannot be written \(disk full\)"):
        write_report(path, model, data)
    assert path.read_text() == "earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize("module", ["jinja2", "matplotlib"])
def test_missing_package_says_what_to_install(trained, tmp_path, monkeypatch, module):
    model, data, _ = trained
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf'{module}.*pip install "kerasclust\[plots\]"'):
        write_report(tmp_path / "r.html", model, data)
