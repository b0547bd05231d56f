"""Models of sequences that share a clock: what networks see, views, files, and what is said."""

import numpy as np
import pytest

from kerasclust import load_model
from kerasclust.augmentations import RandomGap, TemporalCrop
from kerasclust.frontends import MeanProfile, SequenceStatistics
from kerasclust.metrics import external_scores
from kerasclust.models import DANCE, DEC, KMeans
from kerasclust.models.autoencoders import Autoencoder
from tests.models.small import small


@pytest.fixture(scope="module")
def cells():
    """Six days of 90 cells (90, 144, 1) that peak in the morning, at noon or in the evening, of any level and swing."""
    random = np.random.default_rng(0)
    y = np.arange(90) % 3
    hours = np.arange(144)[None]
    load = np.cos((hours - np.array([8.0, 13.0, 19.0])[y][:, None]) * 2 * np.pi / 24)
    x = load * random.uniform(1, 20, (90, 1)) + random.normal(0, 50, (90, 1)) + random.normal(0, 0.5, (90, 144))
    return x[..., None].astype("float32"), y


def test_auto_sees_the_profile_and_says_so(cells, capsys):
    x, y = cells
    model = small(DANCE, pretrain_epochs=20, epochs=5)
    model.fit(x, verbose=1)
    assert "All samples share a clock of 24 steps" in capsys.readouterr().err
    assert isinstance(model.frontend.parts[0], MeanProfile) and model.period == 24
    assert [type(layer) for layer in model.augmentation.layers] == [RandomGap]
    assert external_scores(y, model.predict_clusters(x))["acc"] > 0.9


def test_without_a_clock_nothing_changes(cells, capsys):
    x, _ = cells
    starts = np.random.default_rng(1).integers(0, 96, len(x))
    windows = np.stack([one[start : start + 48] for one, start in zip(x, starts, strict=True)])
    model = small(DEC)
    model.fit(windows, verbose=1)
    assert "clock" not in capsys.readouterr().err
    assert isinstance(model.frontend.parts[0], SequenceStatistics) and model.period is None
    assert [type(layer) for layer in model.augmentation.layers] == [TemporalCrop]


def test_files_and_pretrained_autoencoders_keep_the_period(cells, tmp_path):
    x, _ = cells
    autoencoder = small(Autoencoder)
    autoencoder.fit(x, verbose=0)
    model = small(DEC, autoencoder=autoencoder)
    model.fit(x, verbose=0)
    assert model.period == autoencoder.period == 24
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    assert loaded.period == 24
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))


def test_files_and_pretrained_autoencoders_keep_the_weekend(capsys, tmp_path):
    hours, random = np.arange(24 * 14), np.random.default_rng(0)
    swing = np.where(np.isin(hours // 24 % 7, [5, 6]), 0.2, 1.0)
    x = swing * np.cos((hours - 14) * 2 * np.pi / 24) + random.normal(0, 0.3, (60, len(hours)))
    x = x[..., None].astype("float32")
    autoencoder = small(Autoencoder)
    autoencoder.fit(x, verbose=1)
    assert "a profile of its own for the weekend (days 6 and 7 of each 7)" in capsys.readouterr().err
    model = small(DEC, autoencoder=autoencoder)
    model.fit(x, verbose=0)
    assert model.frontend.parts[0].weekend == autoencoder.weekend == (5, 6) and model.feature_shape == (48,)
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    assert loaded.weekend == (5, 6)
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))


def test_a_profile_without_a_clock_is_doubted(cells):
    noise = np.random.default_rng(0).normal(size=(60, 12, 2)).astype("float32")
    with pytest.warns(UserWarning, match="share no clock, as it explains .* by chance"):
        KMeans(n_clusters=3, frontend="profile").fit(noise, verbose=0)


def test_other_front_ends_do_not_ask_for_the_clock(cells):
    model = KMeans(n_clusters=3, frontend="variability")
    model.fit(cells[0], verbose=0)
    assert model.period is None
