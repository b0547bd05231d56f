"""Phases in parts, several runs, and what an interruption leaves."""

import keras
import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.models import DEC

QUICK = {"latent_dim": 2, "units": (8,), "batch_size": 64, "pretrain_epochs": 2, "epochs": 2, "n_tries": 2}


class InterruptAt(keras.callbacks.Callback):
    """Ctrl-C in the first epoch of a phase of a run."""

    def __init__(self, phase, run):
        super().__init__()
        self.phase, self.run, self.seen = phase, run, 0

    def on_train_begin(self, logs=None):
        self.seen += self.model.phase == self.phase

    def on_epoch_begin(self, epoch, logs=None):
        if self.model.phase == self.phase and self.seen == self.run:
            raise KeyboardInterrupt


@pytest.mark.parametrize("phases", [[], ["refine", "initialize"], ["pretrain", "refine"], ["initialize", "initialize"]])
def test_phases_have_to_follow_one_another(blobs, phases):
    with pytest.raises(InputError, match="that follow one another"):
        DEC(3, **QUICK).fit(blobs[0], phases=phases)


def test_a_phase_needs_the_one_before_it(blobs, tmp_path):
    model = DEC(3, random_state=0, **QUICK)
    model.fit(blobs[0], phases=["pretrain"], verbose=0)
    with pytest.raises(InputError, match="'refine' needs a trained model; run 'initialize' first"):
        model.fit(blobs[0], phases=["refine"], verbose=0)
    model.save(tmp_path / "pretrained.keras")
    loaded = keras.models.load_model(tmp_path / "pretrained.keras")
    with pytest.raises(InputError, match="run 'initialize' first"):
        loaded.fit(blobs[0], phases=["refine"], verbose=0)
    loaded.fit(blobs[0], phases=["initialize", "refine"], verbose=0)
    assert loaded.diagnostics()["silhouette"] <= 1.0


@pytest.mark.parametrize("finished", [1, 2])
def test_an_interruption_goes_back_to_the_runs_that_were_finished(blobs, finished):
    model = DEC(3, n_runs=3, random_state=0, **QUICK)
    with pytest.raises(KeyboardInterrupt):
        model.fit(blobs[0], callbacks=[InterruptAt("pretrain", finished + 1)], verbose=0)
    whole = DEC(3, n_runs=finished, random_state=0, **QUICK)
    whole.fit(blobs[0], phases=["pretrain", "initialize"], verbose=0)
    np.testing.assert_array_equal(model.encode(blobs[0]), whole.encode(blobs[0]))
    np.testing.assert_array_equal(model.predict_clusters(blobs[0]), whole.predict_clusters(blobs[0]))
    assert len(model.runs_) == finished
    assert model.diagnostics()["cluster_sizes"] == np.bincount(model.predict_clusters(blobs[0]), minlength=3).tolist()


def test_an_interrupted_first_run_has_no_clusters_to_diagnose(blobs):
    model = DEC(3, random_state=0, **QUICK)
    model.fit(blobs[0], verbose=0)
    with pytest.raises(KeyboardInterrupt):
        model.fit(blobs[0], callbacks=[InterruptAt("pretrain", 1)], verbose=0)
    with pytest.raises(InputError, match="nothing to diagnose"):
        model.diagnostics()


@pytest.mark.parametrize("phases", [None, ["pretrain", "initialize"]])
def test_diagnostics_are_those_of_the_model_that_is_left(blobs, phases):
    model = DEC(3, n_runs=2, random_state=0, **QUICK)
    model.fit(blobs[0], phases=phases, verbose=0)
    labels = model.predict_clusters(blobs[0])
    assert model.diagnostics()["cluster_sizes"] == np.bincount(labels, minlength=3).tolist()
    np.testing.assert_array_equal(model.result_.kept.labels, labels)
    runs = [run["seconds"] for i, run in enumerate(model.runs_) if i != model.chosen_run_]
    assert model.result_.seconds == pytest.approx(sum(runs) + model.result_.kept.evidence["seconds"])
