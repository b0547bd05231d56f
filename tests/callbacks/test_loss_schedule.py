"""Schedules of the clustering loss against the others."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.models import DEC, IDEC

QUICK = {"latent_dim": 2, "units": (16,), "pretrain_epochs": 2, "epochs": 5, "n_tries": 2, "tolerance": 0.0}


def alphas(history):
    return [a for phase, a in zip(history["phase"], history["alpha"], strict=True) if phase == "refine"]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [("finetune", [1] * 5), ("simultaneous", [0.5] * 5), ("dynamic", [0, 0.25, 0.5, 0.75, 1]), (0.2, [0.2] * 5)],
)
def test_alpha_follows_the_schedule(schedule, expected, blobs):
    model = IDEC(3, schedule=schedule, random_state=0, **QUICK)
    history = model.fit(blobs[0], verbose=0).history
    np.testing.assert_allclose(alphas(history), expected, atol=1e-6)
    loss = np.array([history[name] for name in ("loss", "clustering_loss", "reconstruction_loss")])[:, -5:]
    share = np.array(expected)
    np.testing.assert_allclose(loss[0], share * 0.1 * loss[1] + (1 - share) * loss[2], rtol=1e-3)


def test_a_schedule_brings_decs_decoder_back(blobs):
    model = DEC(3, schedule="simultaneous", random_state=0, **QUICK)
    history = model.fit(blobs[0], verbose=0).history
    assert np.isfinite(history["reconstruction_loss"][-5:]).all()
    plain = DEC(3, random_state=0, **QUICK)
    assert np.isnan(plain.fit(blobs[0], verbose=0).history["reconstruction_loss"][-5:]).all()


@pytest.mark.parametrize("schedule", ["sometimes", 1.5, True, -0.1])
def test_schedules_that_make_no_sense_are_refused(schedule):
    with pytest.raises(InputError, match="schedule"):
        IDEC(3, schedule=schedule)
