"""TensorBoard gets what a training logs, on one count, with pictures and the projector."""

import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from google.protobuf import text_format
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins import projector
from tensorboard.util.tensor_util import make_ndarray

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.models import DANCE, KMeans
from kerasclust.reports.tensorboard.dashboard import ClusterDashboard
from kerasclust.reports.tensorboard.projector import METADATA, rename_projector, write_projector

X = (np.random.default_rng(0).normal(size=(60, 3)) + 8.0 * (np.arange(60) % 2)[:, None]).astype("float32")
# Small batches: beta_cor and the targets move every 25 and 32 updates.
TINY = {"n_runs": 1, "pretrain_epochs": 2, "epochs": 2, "n_tries": 2, "batch_size": 4, "random_state": 0}


def events(folder):
    accumulator = EventAccumulator(str(folder), size_guidance={"tensors": 0})
    accumulator.Reload()
    return {tag: accumulator.Tensors(tag) for tag in accumulator.Tags()["tensors"]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    data = DataSet("d", X, np.arange(60) % 2, ("one\ttab", "two"))
    dashboard = ClusterDashboard(folder, data, figure_every=100, max_points=40)
    model = DANCE(2, **TINY)
    model.rim_search.updates = 12  # seconds less, and nothing here depends on them
    history = model.fit(X, callbacks=[dashboard], verbose=0).history
    again = model.fit(X, phases=["refine"], callbacks=[dashboard], verbose=0).history
    return folder, model, {name: history[name] + again.get(name, []) for name in history}, dashboard


def test_every_scalar_of_every_phase_is_there(trained):
    folder, _, history, _ = trained
    tags = events(folder)
    logged = {tag.split("/")[-1] for tag in tags}
    assert set(history) - {"phase", "run"} <= logged
    assert {"autoencoder/reconstruction_loss", "clustering/rim_loss", "progress/label_change"} <= set(tags)
    assert {"optimizer/learning_rate", "optimizer/critic_learning_rate", "cluster_share/0", "cluster_share/1"} <= set(
        tags
    )


def test_a_training_that_has_ended_is_logged_from_its_history_as_it_would_have_been(trained, tmp_path):
    folder, model, history, _ = trained
    n = len(history["phase"]) - TINY["epochs"]  # without the second call of fit
    dashboard = ClusterDashboard(tmp_path, X)
    dashboard.replay(model, {name: column[:n] for name, column in history.items()})
    dashboard._writer.close()
    live, replayed = events(folder), events(tmp_path)
    scalars = [tag for tag in live if tag.split("/")[-1] in history or tag == "phase"]
    assert len(scalars) > 5
    for tag in scalars:
        found, expected = (
            {event.step: make_ndarray(event.tensor_proto) for event in of[tag] if event.step <= n}
            for of in (replayed, live)
        )
        assert found == expected, tag
    assert "latent space" in replayed and "clusters/largest_soft_assignment" in replayed
    assert (tmp_path / "projector_config.pbtxt").exists()


def test_tags_are_by_the_groups_that_the_model_declares(tmp_path):
    dashboard = ClusterDashboard(tmp_path, X)
    logged = (
        SimpleNamespace(name="a", group="adversary", label="A"),
        SimpleNamespace(name="b", group="rate", label=""),
    )
    dashboard.set_model(SimpleNamespace(logged=logged, phase="one", phase_names=("one",), searched_phases=("one",)))
    dashboard.figure_every = 100
    dashboard.on_train_begin()
    dashboard.on_epoch_end(0, {"a": 1.0, "b": 2.0, "my_loss": 3.0, "other": 4.0})
    dashboard._writer.close()
    assert set(events(tmp_path)) == {"adversary/a", "optimizer/b", "losses/my_loss", "progress/other", "phase"}


@pytest.mark.parametrize("telling", [(1, 2), (0, 399), (7, 250)])
def test_of_a_wide_table_the_columns_that_separate_clusters_most_have_histograms(tmp_path, monkeypatch, telling):
    monkeypatch.setattr("kerasclust.reports.tensorboard.dashboard.MAX_DIMS", 2)
    x = np.random.default_rng(0).normal(size=(60, 400)).astype("float32")
    x += 3.0 * (np.arange(60) % 2)[:, None]
    x[:, list(telling)] += 20.0 * (np.arange(60) % 2)[:, None]
    model = KMeans(2, frontend="raw", random_state=0)
    model.fit(x, callbacks=[ClusterDashboard(tmp_path, x)], verbose=0)
    found = events(tmp_path)
    assert {tag for tag in found if tag.startswith("Z_")} == {f"Z_c/{dim + 1}" for dim in telling}
    (said,) = found["left out/histograms of Z_c"]
    assert said.tensor_proto.string_val == [
        b"The 2 of 400 dimensions that differ most between the clusters have a histogram."
    ]
    (said,) = {event.step: event for event in found["left out/projector"]}.values()
    assert said.tensor_proto.string_val == [b"The projector has the first 50 principal components of 400 dimensions."]
    assert np.loadtxt(tmp_path / "projector_Z.tsv", delimiter="\t").shape == (60, 50)


def test_the_number_of_written_values_does_not_grow_with_the_columns(tmp_path):
    tags = []
    for columns in (60, 600):
        x = np.random.default_rng(0).normal(size=(40, columns)).astype("float32")
        folder = tmp_path / str(columns)
        KMeans(2, frontend="raw", random_state=0).fit(x, callbacks=[ClusterDashboard(folder, x)], verbose=0)
        tags.append(len(events(folder)))
    assert tags[0] == tags[1]


def test_nothing_is_left_out_of_a_narrow_space(trained):
    assert not [tag for tag in events(trained[0]) if tag.startswith("left out")]


def test_steps_go_on_through_phases_and_fits(trained):
    folder, _, history, _ = trained
    steps = [event.step for event in events(folder)["phase"]]
    epochs = len(history["phase"])
    first = epochs - 2  # the second fit had two epochs; what a fit left behind is a step of its own
    assert steps == [*range(1, first + 1), *range(first + 2, epochs + 2)]


def test_histograms_and_pictures(trained):
    folder, model, _, _ = trained
    tags = events(folder)
    assert {"Z_c/1", "Z_c/2", "Z_r/1", "Z_r/2", "clusters/largest_soft_assignment"} <= set(tags)
    for network in ("encoder", "decoder", "critic"):
        weights = [tag for tag in tags if tag.startswith(f"weights/{network}/")]
        assert len(weights) == len(getattr(model, network).trainable_variables)
    image = tags["latent space"][-1].tensor_proto.string_val
    assert image[2].startswith(b"\x89PNG")


def test_projector_shows_the_model_that_fit_leaves(trained):
    folder, model, _, dashboard = trained
    config = text_format.Parse((folder / "projector_config.pbtxt").read_text(), projector.ProjectorConfig())
    assert [embedding.tensor_name for embedding in config.embeddings] == ["Z", "Z_c"]
    points = np.loadtxt(folder / config.embeddings[0].tensor_path, delimiter="\t")
    np.testing.assert_allclose(points, model.encode(X[dashboard.index]), rtol=1e-4, atol=1e-4)
    head, *rows = (folder / config.embeddings[0].metadata_path).read_text().splitlines()
    assert head.split("\t") == ["sample", "cluster", "soft assignment", "class"]
    cells = [row.split("\t") for row in rows]
    assert {len(row) for row in cells} == {4} and len(cells) == 40
    assert [int(row[0]) for row in cells] == dashboard.index.tolist()
    assert [int(row[1]) for row in cells] == model.predict_clusters(X[dashboard.index]).tolist()
    assert {row[3] for row in cells} == {"one tab", "two"}


def test_no_text_of_the_projector_is_a_formula_or_breaks_its_table(tmp_path):
    classes = ["=1+1", "\t+a", "a\x1d\x85b\u2028c\r\nd", "-3"]
    columns = {"cluster": [0, 1, 0, 1], "class": classes}
    write_projector(tmp_path, {"Z": np.eye(4)}, columns)
    for names in ({0: "=2"}, {0: "@b", 1: "\uff1d1"}, {}):
        rename_projector(tmp_path, names)
        head, *rows = [line.split("\t") for line in (tmp_path / METADATA).read_text(encoding="utf-8").split("\n")[:-1]]
        cells = dict(zip(head, zip(*rows, strict=True), strict=True))
        assert cells["class"] == ("'=1+1", "' '+a", "a b c d", "-3")
        assert cells.get("name", ("",))[0] == (f"'{names[0]}" if names else "")


def test_without_z_r_classes_or_matplotlib(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    dashboard = ClusterDashboard(tmp_path, X, figure_every=1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = DANCE(
            2, decorrelate=False, initializer="kmeans", refine=False, pretrain_epochs=2, n_runs=1, random_state=0
        )
        model.fit(X, callbacks=[dashboard], verbose=0)
    assert sum("no pictures" in str(warning.message) for warning in caught) == 1
    tags = events(tmp_path)
    assert "latent space" not in tags and "Z_r/1" not in tags and "Z_c/4" in tags
    assert "class" not in (tmp_path / "projector_metadata.tsv").read_text()


def test_pictures_wait_when_they_would_cost_too_much(tmp_path):
    dashboard = ClusterDashboard(tmp_path, X, figure_every=1)
    shown = []
    dashboard._show = lambda clusters: shown.append(dashboard._step)
    dashboard._project = lambda space, clusters: None
    dashboard.set_model(DANCE(2, **TINY))
    dashboard.model.running = SimpleNamespace(name="pretrain")
    dashboard.on_train_begin()
    dashboard._spent = 1e9
    dashboard.on_epoch_end(0, {"loss": 1.0})
    dashboard._spent = 0.0
    dashboard.on_epoch_end(1, {"loss": 1.0})
    assert shown == [2]


def test_classes_of_another_length_are_refused(tmp_path):
    with pytest.raises(InputError, match="y has 3 entries, but there are 60 samples"):
        ClusterDashboard(tmp_path, X, [0, 1, 0])
