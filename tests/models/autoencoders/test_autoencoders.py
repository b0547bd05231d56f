"""Autoencoders by themselves, and as the shared start of clustering models."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.models import DANCE, DEC, IDEC
from kerasclust.models.autoencoders import Autoencoder, DenoisingAutoencoder, StackedAutoencoder

QUICK = {"latent_dim": 3, "units": (24, 16), "batch_size": 32, "pretrain_epochs": 15, "random_state": 0}
CLUSTERING = {"pretrain_epochs": 1, "epochs": 2, "batch_size": 32, "n_tries": 2, "random_state": 0}
KINDS = [Autoencoder, DenoisingAutoencoder, StackedAutoencoder]


@pytest.fixture(scope="module")
def fitted(blobs):
    models = [kind(**QUICK) for kind in KINDS]
    return {type(model): (model, model.fit(blobs[0], verbose=0)) for model in models}


def weights(model):
    return [*model.frontend.get_weights(), *model.encoder.get_weights(), *model.decoder.get_weights()]


def error(model, x):
    return np.mean((model.decode(model.encode(x)) - np.asarray(model.frontend(x))) ** 2)


@pytest.mark.parametrize("kind", KINDS)
def test_learns_to_reconstruct(fitted, blobs, kind):
    model, history = fitted[kind]
    untrained = kind(**QUICK)
    untrained.build((None, *blobs[0].shape[1:]))
    untrained.frontend.adapt(blobs[0])
    assert error(model, blobs[0]) < 0.5 * error(untrained, blobs[0])
    assert set(history.history["phase"]) == set(kind().phase_names)


@pytest.mark.parametrize("kind", KINDS)
def test_survives_a_file(fitted, blobs, kind, tmp_path):
    model = fitted[kind][0]
    model.save(tmp_path / "autoencoder.keras")
    loaded = keras.models.load_model(tmp_path / "autoencoder.keras")
    np.testing.assert_allclose(loaded.encode(blobs[0]), model.encode(blobs[0]), atol=1e-6)
    assert loaded.settings == model.settings


def test_a_denoising_autoencoder_is_judged_by_the_intact_features(blobs):
    model = DenoisingAutoencoder(corruption=0.9, **QUICK)
    model.build((None, *blobs[0].shape[1:]))
    x = tf.constant(blobs[0][:64], "float32")
    z, losses = model.autoencode(tf.range(64), x, x)
    assert not np.allclose(z, model.encoder(x))
    assert float(losses["reconstruction_loss"]) == pytest.approx(np.mean((x - model.decoder(z)) ** 2), rel=1e-5)


def test_a_layer_is_trained_alone(blobs):
    model = StackedAutoencoder(**QUICK)
    model.build((None, *blobs[0].shape[1:]))
    before = [layer.get_weights() for pair in model.pairs() for layer in pair]
    h = tf.zeros((8, 24)) + 0.5
    model.pair_step(*model.pairs()[1])(None, h, h)
    after = [layer.get_weights() for pair in model.pairs() for layer in pair]
    moved = [any((a != b).any() for a, b in zip(*pair, strict=True)) for pair in zip(before, after, strict=True)]
    assert moved == [False, False, True, True, False, False]


def test_layers_are_for_dense_networks():
    with pytest.raises(InputError, match="dense layers; found network='conv1d'"):
        StackedAutoencoder(network="conv1d")


@pytest.mark.parametrize("method", [DEC, IDEC, DANCE])
def test_a_shared_autoencoder_is_the_start_and_stays_unchanged(fitted, blobs, method):
    autoencoder = fitted[Autoencoder][0]
    before = [np.copy(w) for w in weights(autoencoder)]
    extra = {"cluster_dim": 2, "noise_dim": 1, "n_runs": 1} if method is DANCE else {}
    model = method(3, autoencoder=autoencoder, **extra, **CLUSTERING)
    history = model.fit(blobs[0], verbose=0).history
    assert ("pretrain" in history["phase"]) == (method is DANCE)  # whose own pretraining does more than reconstruct
    for old, new in zip(before, weights(autoencoder), strict=True):
        np.testing.assert_array_equal(old, new)
    assert any((a != b).any() for a, b in zip(before, weights(model), strict=True))
    start = method(3, autoencoder=autoencoder, **extra, **CLUSTERING)
    start.trainer(blobs[0])
    start.reset_networks(0)
    np.testing.assert_allclose(start.encode(blobs[0]), autoencoder.encode(blobs[0]), atol=1e-6)


def test_a_model_that_started_from_an_autoencoder_survives_a_file(fitted, blobs, tmp_path):
    model = DEC(3, autoencoder=fitted[Autoencoder][0], **CLUSTERING)
    model.fit(blobs[0], verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(blobs[0]), model.predict(blobs[0]), atol=1e-6)
    assert loaded.settings["units"] == (24, 16)


def test_what_cannot_be_a_start(fitted, blobs):
    autoencoder = fitted[Autoencoder][0]
    with pytest.raises(InputError, match="not fitted yet"):
        DEC(3, autoencoder=Autoencoder(**QUICK))
    with pytest.raises(InputError, match="expected a fitted model"):
        DEC(3, autoencoder="ae.keras")
    with pytest.raises(InputError, match="has latent_dim=3, but latent_dim=5 is asked for"):
        DEC(3, autoencoder=autoencoder, latent_dim=5)
    with pytest.raises(InputError, match="has latent_dim=3, but the parts of the latent space of DANCE add up to 6"):
        DANCE(3, autoencoder=autoencoder)
    with pytest.raises(InputError, match="shape"):
        DEC(3, autoencoder=autoencoder, **CLUSTERING).fit(blobs[0][:, :1], verbose=0)
