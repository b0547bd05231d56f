"""A training that diverges leaves the weights from before, and says what to change."""

import json

import keras
import numpy as np
import pytest
from click.testing import CliRunner

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


@pytest.mark.parametrize("method", [DEC, DANCE, VaDE, IMSAT])
def test_a_rate_far_too_high_ends_the_phase_with_the_weights_from_before(blobs, method):
    model = method(3, learning_rate=1e30, **QUICK)
    with pytest.raises(
        TrainingDiverged, match=r"diverged in phase .*loss.* is (nan|inf).*Lower learning_rate \(it is 1e\+30\)"
    ):
        model.fit(blobs[0], verbose=0)
    assert all(np.isfinite(weights).all() for weights in model.get_weights())
    assert model.phase == model.phase_names[0]


def test_the_weights_are_those_of_the_last_good_epoch(blobs):
    model, good = DEC(3, pretrain_epochs=6, **QUICK), []
    keep = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: good.append(model.get_weights()))
    with pytest.raises(TrainingDiverged, match="epoch 4: "):
        model.fit(blobs[0], callbacks=[keep, Poison(2)], verbose=0)
    assert len(good) == 3
    for after, before in zip(model.get_weights(), good[-1], strict=True):
        np.testing.assert_array_equal(after, before)


def test_half_precision_is_named_where_it_is_used(blobs):
    model = DEC(3, learning_rate=1e30, dtype="mixed_float16", **QUICK)
    with pytest.raises(TrainingDiverged, match="dtype='mixed_bfloat16' or 'float32'"):
        model.fit(blobs[0], verbose=0)


def test_of_several_runs_those_that_are_done_are_kept(blobs):
    model = DEC(3, n_runs=3, pretrain_epochs=2, epochs=2, **QUICK)
    with pytest.raises(TrainingDiverged):
        model.fit(blobs[0], callbacks=[Poison(2)], verbose=0)
    assert len(model.runs_) == 1
    assert np.isfinite(model.predict(blobs[0])).all()


def test_the_command_says_so_and_keeps_the_model_so_far(blobs, tmp_path):
    np.save(tmp_path / "x.npy", blobs[0])
    command = ["fit", str(tmp_path / "x.npy"), "--clusters", "3", "--method", "dec", "--out", str(tmp_path / "run")]
    result = CliRunner().invoke(main, [*command, "--set", "learning_rate=1e30", "--quiet"])
    assert result.exit_code == 1
    assert result.output.count("Error: ") == 1
    assert "Training diverged in phase 'pretrain'" in result.output
    assert "Lower learning_rate" in result.output
    assert (tmp_path / "run" / "model.keras").exists()
    assert json.loads((tmp_path / "run" / "settings.json").read_text())["interrupted"] == "pretrain"
