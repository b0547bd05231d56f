"""ACAI: an autoencoder against a critic of its interpolations, then k-means."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.cluster import KMeans

from kerasclust.errors import InputError
from kerasclust.metrics import agreement, clustering_accuracy
from kerasclust.models import ACAI, AEKMeans
from kerasclust.models.autoencoders import ACAIAutoencoder, Autoencoder
from kerasclust.models.parts.feature_variance import mean_variance

QUICK = {"latent_dim": 3, "units": (16,), "frontend": "raw", "batch_size": 32, "random_state": 0}
SHORT = QUICK | {"pretrain_epochs": 3, "n_tries": 3}


@pytest.fixture(scope="module")
def fitted(blobs):
    slower = {"frontend": "auto", "units": (32,), "learning_rate": 3e-3, "pretrain_epochs": 60}
    model = ACAI(3, **QUICK | slower)
    return model, model.fit(blobs[0], verbose=0)


def built(x, **settings):
    model = ACAIAutoencoder(**QUICK | settings)
    model.build((None, *x.shape[1:]))
    model.reset_networks(0)
    return model


def step(model, x):
    return {name: float(value) for name, value in model.pretrain_step(tf.range(len(x)), x, x).items()}


def moved(before, network):
    return any((old != new).any() for old, new in zip(before, network.get_weights(), strict=True))


def test_finds_separated_groups_and_reconstructs(fitted, blobs):
    model, history = fitted
    assert clustering_accuracy(blobs[1], model.predict_clusters(blobs[0])) > 0.95
    assert list(dict.fromkeys(history.history["phase"])) == ["pretrain"]
    losses = history.history["reconstruction_loss"]
    assert losses[-1] < 0.5 * losses[0]


def test_the_clusters_are_those_of_kmeans(fitted, blobs):
    model, x = fitted[0], blobs[0]
    expected = KMeans(3, n_init=5, random_state=0).fit(model.encode(x)).labels_
    assert agreement(model.predict_clusters(x), expected) > 0.99


def test_mixtures_are_of_a_point_and_another_one_that_has_the_larger_part(blobs):
    z = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
    model = built(blobs[0])
    alpha, mixed = (np.asarray(value) for value in model.critic.mixed(z, model.noise))
    assert np.all((alpha >= 0.0) & (alpha <= 0.5)) and len(set(alpha)) == 7
    others = np.roll(z, 1, axis=0)
    np.testing.assert_allclose(mixed, alpha[:, None] * z + (1.0 - alpha[:, None]) * others, rtol=1e-5)


def test_the_losses_of_a_step_are_those_of_the_paper(blobs):
    model, x = built(blobs[0], gamma=0.3, interpolation_weight=0.7), blobs[0][:32]
    model.noise.state.assign([5, 0])
    z = np.asarray(model.encoder(x))
    alpha, mixed = (np.asarray(value, "float64") for value in model.critic.mixed(z, model.noise))
    model.noise.state.assign([5, 0])

    def d(features):
        return np.asarray(model.critic(features), "float64").mean(axis=1)

    restored, interpolated = (np.asarray(model.decoder(points)) for points in (z, mixed.astype("float32")))
    reconstruction = np.mean((x - restored) ** 2)
    on_mixtures, on_data = d(interpolated), d((0.3 * x + 0.7 * restored).astype("float32"))
    logs = step(model, x)
    assert logs["reconstruction_loss"] == pytest.approx(reconstruction, rel=1e-4)
    assert logs["interpolation_loss"] == pytest.approx(np.mean(on_mixtures**2), rel=1e-4)
    assert logs["critic_loss"] == pytest.approx(np.mean((on_mixtures - alpha) ** 2) + np.mean(on_data**2), rel=1e-4)
    assert logs["loss"] == pytest.approx(reconstruction + 0.7 * np.mean(on_mixtures**2), rel=1e-4)


@pytest.mark.parametrize("critic_learns", [True, False])
def test_each_side_is_moved_by_its_own_loss_only(critic_learns, blobs):
    model = built(blobs[0])
    (model.optimizer if critic_learns else model.critic.optimizer).learning_rate = 0.0
    before = [network.get_weights() for network in (model.critic, model.encoder, model.decoder)]
    step(model, blobs[0][:32])
    after = [
        moved(old, network) for old, network in zip(before, (model.critic, model.encoder, model.decoder), strict=True)
    ]
    assert after == [critic_learns, not critic_learns, not critic_learns]


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_the_weight_counts_in_the_variance_of_the_features(scale, blobs):
    x = (scale * (blobs[0] + 7.0)).astype("float32")
    model = ACAIAutoencoder(**QUICK, pretrain_epochs=1)
    model.fit(x, verbose=0)
    features = np.asarray(model.features(x), "float64")
    assert float(model.critic.feature_variance) == pytest.approx(features.var(axis=0).mean(), rel=1e-4)
    assert mean_variance(x) == pytest.approx(x.astype("float64").var(axis=0).mean(), rel=1e-6)


def test_without_its_weight_the_critic_does_not_reach_the_autoencoder(blobs):
    constrained, free = built(blobs[0], interpolation_weight=0.0), Autoencoder(**QUICK)
    free.build((None, 6))
    free.reset_networks(0)
    for model in (constrained, free):
        step(model, blobs[0][:32])
    for a, b in zip(constrained.encoder.get_weights(), free.encoder.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_critic_of_a_frozen_autoencoder_learns_to_tell_alpha_and_data(blobs):
    free = {"units": (64,), "learning_rate": 3e-3, "pretrain_epochs": 40, "interpolation_weight": 0.0}
    model = ACAIAutoencoder(**QUICK | free)
    model.fit(blobs[0], verbose=0)
    model.optimizer.learning_rate, model.critic.optimizer.learning_rate = 0.0, 3e-3
    frozen = model.encoder.get_weights()
    random, train = np.random.default_rng(0), tf.function(model.pretrain_step)
    features = np.asarray(model.features(blobs[0]))
    for _ in range(600):
        x = tf.constant(features[random.choice(300, 64, replace=False)])
        train(tf.range(64), x, x)
    assert not moved(frozen, model.encoder)
    z = model.encode(blobs[0][random.permutation(300)])
    alpha, mixed = model.critic.mixed(z, model.noise)
    guesses = np.asarray(model.critic.guessed(model.decoder(mixed)))
    assert np.corrcoef(alpha, guesses)[0, 1] > 0.3  # of two points of one group nothing tells it
    assert abs(np.mean(model.critic.guessed(features))) < 0.5 * np.mean(guesses)


def test_the_game_makes_interpolations_pass_for_data(blobs):
    free, constrained = (
        ACAIAutoencoder(**QUICK, pretrain_epochs=60, interpolation_weight=weight).fit(blobs[0], verbose=0).history
        for weight in (0.0, 10.0)
    )
    assert constrained["interpolation_loss"][-1] < free["interpolation_loss"][-1]


def test_the_same_seed_gives_the_same_labels_and_embedding(blobs):
    first, second = (ACAI(3, **SHORT) for _ in range(2))
    for model in (first, second):
        model.fit(blobs[0], verbose=0)
    np.testing.assert_array_equal(first.encode(blobs[0]), second.encode(blobs[0]))
    np.testing.assert_array_equal(first.predict_clusters(blobs[0]), second.predict_clusters(blobs[0]))


def test_a_plain_autoencoder_is_trained_on_and_stays_as_it_is(blobs):
    autoencoder = Autoencoder(**QUICK, pretrain_epochs=2)
    autoencoder.fit(blobs[0], verbose=0)
    before = autoencoder.get_weights()
    model = ACAI(3, autoencoder=autoencoder, pretrain_epochs=2, n_tries=2, random_state=0)
    history = model.fit(blobs[0], verbose=0).history
    assert history["phase"] == ["pretrain"] * 2 and "interpolation_loss" in history
    assert moved(autoencoder.encoder.get_weights(), model.encoder)
    for old, new in zip(before, autoencoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("method", [ACAI, AEKMeans])
def test_an_acai_autoencoder_is_clustered_as_it_is(method, blobs):
    autoencoder = ACAIAutoencoder(**QUICK, pretrain_epochs=2)
    autoencoder.fit(blobs[0], verbose=0)
    model = method(3, autoencoder=autoencoder, n_tries=2, random_state=0)
    assert not model.fit(blobs[0], verbose=0).history
    np.testing.assert_array_equal(model.encode(blobs[0]), autoencoder.encode(blobs[0]))


@pytest.mark.parametrize("shape", [(24, 3), (12, 12, 1)])
def test_sequences_and_images_train_on_convolutions(shape):
    x = np.random.default_rng(0).random((40, *shape)).astype("float32")
    model = ACAI(2, **SHORT | {"units": (8, 8), "pretrain_epochs": 1})
    history = model.fit(x, verbose=0).history
    assert np.isfinite(history["critic_loss"]).all()
    assert [type(layer) for layer in model.critic.network.layers] == [type(layer) for layer in model.encoder.layers]
    assert model.decode(model.encode(x)).shape == x.shape


def test_survives_a_file_and_an_export(fitted, blobs, tmp_path):
    model, x = fitted[0], blobs[0]
    model.save(tmp_path / "acai.keras")
    loaded = keras.models.load_model(tmp_path / "acai.keras")
    np.testing.assert_allclose(loaded.predict(x), model.predict(x), atol=1e-6)
    assert loaded.settings == model.settings
    for old, new in zip(model.critic.get_weights(), loaded.critic.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    model.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served")).signatures["serving_default"](x=tf.constant(x[:7]))
    np.testing.assert_allclose(served["soft_assignment"], model.predict(x[:7]), atol=1e-5)


def test_an_acai_autoencoder_survives_a_file(blobs, tmp_path):
    model = ACAIAutoencoder(**QUICK, pretrain_epochs=1, gamma=0.1)
    model.fit(blobs[0], verbose=0)
    model.save(tmp_path / "autoencoder.keras")
    loaded = keras.models.load_model(tmp_path / "autoencoder.keras")
    np.testing.assert_allclose(loaded.encode(blobs[0]), model.encode(blobs[0]), atol=1e-6)
    assert loaded.settings == model.settings


def test_samples_that_are_all_but_alike_give_finite_losses():
    x = np.repeat(np.eye(2, 4, dtype="float32"), 20, axis=0)
    model = ACAI(2, **SHORT)
    assert np.isfinite(model.fit(x, verbose=0).history["loss"]).all()
    assert np.isfinite(model.predict(x)).all()


def test_settings_that_make_no_sense_or_have_no_effect_are_refused():
    for wrong in ({"gamma": 1.5}, {"interpolation_weight": -1.0}, {"n_tries": 0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            ACAI(3, **wrong)
    with pytest.raises(InputError, match="ACAI has no setting 'epochs'"):
        ACAI(3, epochs=5)
    assert "epochs" not in ACAI(3).settings
