"""Settings that make no sense are refused before anything is trained."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.models import DANCE, DEC, IDEC
from kerasclust.models.autoencoders import DenoisingAutoencoder


@pytest.mark.parametrize(
    "settings",
    [
        {"units": 0},
        {"units": (64, 0)},
        {"units": "64"},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"learning_rate": "fast"},
        {"batch_size": 0},
        {"pretrain_epochs": 1.5},
        {"epochs": "many"},
        {"n_runs": 0},
        {"n_tries": -1},
        {"alpha": 0},
        {"tolerance": -0.1},
        {"random_state": -1},
        {"random_state": "abc"},
        {"initializer": "magic"},
    ],
)
def test_a_bad_setting_is_named_with_what_was_found(settings):
    ((name, value),) = settings.items()
    with pytest.raises(InputError, match=f"{name}=") as caught:
        DEC(3, **settings)
    assert repr(value).strip("(),") in str(caught.value) or "0" in str(caught.value)
    assert "expected" in str(caught.value)


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        (DANCE, {"sigma": 0}),
        (DANCE, {"beta_cor": -1}),
        (DANCE, {"beta_dec": float("inf")}),
        (DANCE, {"cluster_dim": 0}),
        (IDEC, {"gamma": -0.1}),
    ],
)
def test_so_are_the_settings_of_a_method(method, settings):
    with pytest.raises(InputError, match=f"{next(iter(settings))}=.*expected"):
        method(3, **settings)


def test_corruption_is_a_share():
    with pytest.raises(InputError, match=r"corruption=1.0: expected a share"):
        DenoisingAutoencoder(corruption=1.0)


def test_one_width_is_one_layer():
    assert DEC(2, units=64).units == (64,)


def test_samples_that_look_alike_to_the_front_end_are_refused():
    steady = np.repeat(np.arange(20.0)[:, None, None], 32, axis=1)  # they differ in level, which "variability" drops
    with pytest.raises(InputError, match=r"look alike.*'statistics'"):
        DEC(2).fit(steady, verbose=0)
