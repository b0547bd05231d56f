"""A training that diverges leaves the weights from before, and says what to change."""

import json

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust import compare
from kerasclust.cli import main
from kerasclust.errors import TrainingDiverged
from kerasclust.models import DANCE, DEC, IMSAT, VaDE

QUICK = {"units": (8,), "batch_size": 32, "random_state": 0}


class Poison(keras.callbacks.Callback):
    """Makes weights NaN after an epoch, as a step that is too long does."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.at:
            kernel = self.model.encoder.trainable_variables[0]
            kernel.assign(np.full(kernel.shape, np.nan))


@pytest.mark.parametrize("method", [DEC, IMSAT, *(pytest.param(m, marks=pytest.mark.full) for m in (DANCE, VaDE))])
def test_a_rate_far_too_high_ends_the_phase_with_the_weights_from_before(blobs, method):
    model = method(3, learning_rate=1e30, **QUICK)
    with pytest.raises(
        TrainingDiverged, match=r"diverged in epoch 1 of phase .*loss is nan.*Lower learning_rate \(it is 1e\+30\)"
    ):
        model.fit(blobs[0], verbose=0)
    assert all(np.isfinite(weights).all() for weights in model.get_weights())
    assert model.phase == model.phase_names[0]


def test_the_weights_are_those_of_the_last_good_epoch(blobs):
    model, good = DEC(3, pretrain_epochs=6, **QUICK), []
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: good.append(model.get_weights()))
    with pytest.raises(TrainingDiverged, match="epoch 4 of phase"):
        model.fit(blobs[0], callbacks=[keep, Poison(2)], verbose=0)
    assert len(good) == 3
    for after, before in zip(model.get_weights(), good[-1], strict=True):
        np.testing.assert_array_equal(after, before)


def test_half_precision_is_named_where_it_is_used(blobs):
    model = DEC(3, learning_rate=1e30, dtype="mixed_float16", **QUICK)
    with pytest.raises(TrainingDiverged, match="dtype='mixed_bfloat16' or 'float32'"):
        model.fit(blobs[0], verbose=0)


def test_of_several_runs_one_that_diverges_is_passed_over(blobs):
    model = DEC(3, n_runs=3, pretrain_epochs=2, epochs=2, **QUICK)
    with pytest.warns(UserWarning, match="Run 2 of 3 is passed over. Training diverged in epoch 2 of phase 'pretrain'"):
        model.fit(blobs[0], callbacks=[Poison(2)], verbose=0)
    assert len(model.runs_) == 2
    assert np.isfinite(model.predict(blobs[0])).all()


def fit(data, out, *more):
    command = ["fit", str(data), "--clusters", "3", "--method", "dec", "--out", str(out), "--quiet", "--seed", "1"]
    return CliRunner().invoke(main, [*command, *more])


@pytest.fixture
def data(blobs, tmp_path):
    np.save(tmp_path / "x.npy", blobs[0])
    return tmp_path / "x.npy"


def test_a_run_that_learns_nothing_replaces_none(data, tmp_path):
    short = ("--epochs", "1", "--pretrain-epochs", "1")
    assert fit(data, tmp_path / "run", *short).exit_code == 0
    before = (tmp_path / "run" / "model.keras").read_bytes()
    result = fit(data, tmp_path / "run", *short, "--overwrite", "--set", "learning_rate=1e30")
    assert result.exit_code == 1
    assert result.output.count("Error: ") == 1
    assert "Training diverged in epoch 1 of phase 'pretrain'" in result.output
    assert "Lower learning_rate (it is 1e+30)" in result.output
    assert (tmp_path / "run" / "model.keras").read_bytes() == before


def test_a_run_that_diverges_later_keeps_its_model_and_sends_nobody_in_a_circle(data, tmp_path, monkeypatch):
    monkeypatch.setattr(DEC, "objective", lambda self, losses: float("nan") * losses["clustering_loss"])
    result = fit(data, tmp_path / "run", "--epochs", "2", "--pretrain-epochs", "2")
    assert result.exit_code == 1
    assert "diverged in epoch 1 of phase 'refine'" in result.output
    assert f"The model from before that is in {tmp_path / 'run' / 'model.keras'}." in result.output
    assert "--resume" not in result.output
    assert json.loads((tmp_path / "run" / "settings.json").read_text())["interrupted"] == "refine"


def test_one_method_that_diverges_does_not_end_a_comparison(blobs, monkeypatch):
    monkeypatch.setattr(DEC, "objective", lambda self, losses: float("nan") * losses["clustering_loss"])
    settings = {"epochs": 2, "pretrain_epochs": 2, "units": (8,)}
    found = compare(blobs[0], 3, ["kmeans", "gmm", "dec"], runs=1, settings=settings, verbose=0)
    assert {run.method for run in found.runs} == {"kmeans", "gmm"}
    assert any(sentence.startswith("dec 0 was left out: Training diverged") for sentence in found.sentences())
