"""Clusters that lose all their samples: told while a model trains, and given others where that is asked for."""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from kerasclust.callbacks import CollapseWatch
from kerasclust.errors import InputError
from kerasclust.initializers import refill
from kerasclust.models import DCN, DEC, DEPICT, IDEC, ACeDeC

SETTINGS = {
    "pretrain_epochs": 2,
    "epochs": 6,
    "batch_size": 10,
    "tolerance": 0.0,
    "n_tries": 2,
    "units": (8,),
    "latent_dim": 3,
    "random_state": 0,
}


def told(smallest_clusters, **model):
    """Sentences about a training with these logs, one an epoch."""
    watch = CollapseWatch("refine")
    watch.set_model(SimpleNamespace(settings=model))
    watch.on_train_begin()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for epoch, smallest in enumerate(smallest_clusters):
            watch.on_epoch_end(epoch, {} if smallest is None else {"smallest_cluster": smallest})
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    ("smallest", "times"),
    [([0, 0, 0, 0, 0], 1), ([0, None, 0, None, 0], 1), ([0, 0, 4, 0, 0], 0), ([0, 0, 0, 1, 0, 0, 0], 2), ([], 0)],
)
def test_an_empty_cluster_is_told_once_it_stays_empty(smallest, times):
    assert len(told(smallest)) == times


def test_the_advice_is_one_that_the_method_can_follow():
    (sentence,) = told([0, 0, 0], empty_clusters="keep")
    assert "empty_clusters='split'" in sentence
    (sentence,) = told([0, 0, 0])
    assert sentence == "Clusters have no samples left in phase 'refine'. There may be fewer groups than n_clusters."


@pytest.mark.parametrize(
    ("labels", "sizes"), [([1] * 8, [4, 4]), ([0, 0, 0, 0, 2, 2, 2, 2], [2, 2, 4]), ([0, 1] * 4, [4, 4])]
)
def test_empty_clusters_get_halves_of_the_largest(labels, sizes):
    z = np.array([[0.0], [0.1], [9.0], [9.1], [20.0], [20.1], [29.0], [29.1]])
    found = refill(z, np.array(labels), len(sizes))
    assert sorted(np.bincount(found)) == sizes


def test_points_that_are_all_the_same_stay_together():
    assert refill(np.ones((4, 2)), np.zeros(4, int), 3).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("cls", [DEC, *(pytest.param(c, marks=pytest.mark.full) for c in (IDEC, DCN, ACeDeC))])
def test_refinement_splits_a_large_cluster_for_an_empty_one(cls, blobs):
    x, found = blobs[0], {}
    for empty_clusters in ("keep", "split"):
        model = cls(3, empty_clusters=empty_clusters, **SETTINGS)
        model.fit(x, phases=("pretrain", "initialize"), verbose=0)
        centers = np.array(model.assignment.centers)
        centers[1] = 1e4  # where no sample is near
        model.assignment.centers.assign(centers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            history = model.fit(x, phases=("refine",), verbose=0)
        found[empty_clusters] = history.history["smallest_cluster"][-1]
    assert found["keep"] == 0 < found["split"]


@pytest.mark.parametrize(("cls", "value"), [(DEC, "drop"), (DEC, None), (DEPICT, "split")])
def test_a_setting_without_effect_is_refused(cls, value):
    with pytest.raises(InputError, match="empty_clusters"):
        cls(3, empty_clusters=value)
