"""Epochs of phases: several passes over few samples, and the same number of updates."""

import numpy as np
import pytest

from kerasclust.data.pipeline import Samples
from kerasclust.models import DEC
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.training.phase import FEWEST_STEPS, Phase
from tests.models.small import small


def samples(n, batch_size=32):
    return Samples(np.zeros((n, 2), "float32"), batch_size)


@pytest.mark.parametrize("n", [5, 32, 100, 400, 544, 5000])
def test_an_epoch_of_auto_has_enough_steps_and_the_phase_its_updates(n):
    phase = Phase("pretrain", updates=3000)
    epoch = phase.in_epochs(samples(n))
    assert epoch.steps_per_epoch >= 2 * FEWEST_STEPS / 3
    assert epoch.steps_per_epoch % epoch.steps_per_execution == 0
    updates = phase.epochs_for(epoch) * epoch.steps_per_epoch
    assert 3000 <= updates < 3000 + epoch.steps_per_epoch


def test_an_epoch_of_many_samples_is_one_pass():
    assert Phase("pretrain", updates=3000).in_epochs(samples(5000)).passes == 1


def test_epochs_by_number_are_passes():
    phase = Phase("pretrain", epochs=7)
    assert phase.in_epochs(samples(40)).steps_per_epoch == 2 and phase.epochs_for(samples(40)) == 7


def test_a_reference_batch_counts_samples_however_long_an_epoch_is():
    phase = Phase("cluster", updates=600, batch=64)
    epoch = phase.in_epochs(samples(100, batch_size=20))
    seen = phase.epochs_for(epoch) * epoch.steps_per_epoch * epoch.batch_size
    assert 600 * 64 <= seen < 600 * 64 + epoch.steps_per_epoch * epoch.batch_size


def test_targets_are_renewed_at_their_interval_on_few_samples():
    x = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
    model = small(DEC, epochs="auto")
    model.target_interval = 4
    phase = model.refinement()
    (update, *_) = model.refinement_callbacks(phase.in_epochs(Samples(x, 20)), 10)
    assert phase.in_epochs(Samples(x, 20)).steps_per_epoch * update.interval == 3


def test_fit_makes_the_updates_of_auto_in_few_epochs():
    x = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
    autoencoder = small(Autoencoder, pretrain_epochs="auto", batch_size=60)
    history = autoencoder.fit(x, verbose=0).history
    assert len(history["loss"]) == 94  # 3,000 updates, 32 in an epoch
    assert int(autoencoder.optimizer.iterations) == 94 * 32
