"""Methods that learn to assign samples without an autoencoder."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.neighbors import NearestNeighbors

from kerasclust import load_model
from kerasclust.data.neighbors import neighbor_distances
from kerasclust.errors import InputError
from kerasclust.models import DCCS, DEC, IIC, IMSAT
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.models.parts.single_phase import information as information_of

QUICK = {"latent_dim": 4, "units": (32,), "batch_size": 64, "epochs": 40, "learning_rate": 3e-3, "random_state": 0}
QUICK |= {"n_runs": 1}
# What finds the groups of `blobs`.
ENOUGH = {
    IMSAT: QUICK,
    IIC: QUICK | {"n_runs": 3, "epochs": 80},
    DCCS: QUICK | {"latent_dim": 16, "style_dim": 4, "epochs": 150},
}
DISCRIMINATIVE = pytest.mark.parametrize("method", [IMSAT, IIC, DCCS])


@pytest.fixture(scope="module")
def fitted(blobs):
    models = {method: method(3, **settings) for method, settings in ENOUGH.items()}
    return {method: (model, model.fit(blobs[0], verbose=0)) for method, model in models.items()}


@DISCRIMINATIVE
def test_the_contract_holds(method, fitted, blobs, tmp_path):
    model, history = fitted[method]
    x, y = blobs
    q = model.predict(x)
    assert q.shape == (300, 3)
    np.testing.assert_allclose(q.sum(axis=1), 1.0, atol=1e-5)
    assert model.evaluate(x, y)["acc"] > 0.95
    assert set(history.history["phase"]) == {"cluster"}
    assert {"loss", *(logged.name for logged in method.losses)} <= set(history.history)
    assert np.nanmax(history.history["smallest_cluster"]) > 80
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x), q, atol=1e-6)
    assert loaded.settings == model.settings
    model.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served")).signatures["serving_default"](x=tf.constant(x[:7]))
    np.testing.assert_allclose(served["soft_assignment"], q[:7], atol=1e-5)


@DISCRIMINATIVE
def test_there_is_nothing_to_decode_or_to_start_another_model_from(method, fitted, blobs):
    model = fitted[method][0]
    with pytest.raises(InputError, match=f"{method.__name__} has no decoder"):
        model.decode(model.encode(blobs[0]))
    with pytest.raises(InputError, match="has no decoder: give a model of kerasclust"):
        DEC(3, autoencoder=model)


@DISCRIMINATIVE
def test_the_same_seed_gives_the_same_assignments_and_samples_in_another_order_theirs(method, blobs):
    x, _ = blobs
    short = QUICK | {"epochs": 10}
    first, again = (method(3, **short) for _ in range(2))
    first.fit(x, verbose=0)
    again.fit(x, verbose=0)
    np.testing.assert_array_equal(first.predict(x), again.predict(x))
    np.testing.assert_array_equal(first.predict_clusters(x[::-1]), first.predict_clusters(x)[::-1])


@DISCRIMINATIVE
def test_training_goes_on_from_the_encoder_of_an_autoencoder_and_leaves_it_as_it_is(method, blobs):
    autoencoder = Autoencoder(latent_dim=4, units=(16,), pretrain_epochs=2, random_state=0)
    autoencoder.fit(blobs[0], verbose=0)
    before = autoencoder.encoder.get_weights()
    model = method(3, autoencoder=autoencoder, epochs=1, learning_rate=1e-12, random_state=5)
    model.fit(blobs[0], verbose=0)
    for old, kept, copied in zip(before, autoencoder.encoder.get_weights(), model.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, kept)
        np.testing.assert_allclose(old, copied, atol=1e-6)


@DISCRIMINATIVE
def test_several_runs_keep_the_one_with_the_most_information(method, blobs):
    model = method(3, **QUICK | {"n_runs": 3, "epochs": 2})
    model.fit(blobs[0], verbose=0)
    information = [-run["start_score"] for run in model.runs_]
    assert "tries_agreement" not in model.runs_[0]
    assert len(set(information)) == 3
    assert information[model.chosen_run_] == max(information)
    assert information_of(model.predict(blobs[0])) == pytest.approx(max(information), abs=1e-4)


@DISCRIMINATIVE
@pytest.mark.parametrize("shape", [(24, 3), (12, 12, 1)])
def test_sequences_and_images_train_on_convolutions(method, shape):
    x = np.random.default_rng(0).random((40, *shape)).astype("float32")
    history = method(2, frontend="raw", **QUICK | {"units": (8, 8), "epochs": 1}).fit(x, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


@DISCRIMINATIVE
def test_hidden_layers_are_normalized_unless_they_are_those_of_an_autoencoder(method, fitted, blobs, tmp_path):
    def normalized(model):
        return any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.encoder.layers)

    assert normalized(fitted[method][0])
    autoencoder = Autoencoder(latent_dim=4, units=(16,), pretrain_epochs=1, random_state=0)
    autoencoder.fit(blobs[0], verbose=0)
    model = method(3, autoencoder=autoencoder, epochs=1, n_runs=1, random_state=0)
    model.fit(blobs[0], verbose=0)
    assert not normalized(model)
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(
        load_model(tmp_path / "model.keras").predict(blobs[0]), model.predict(blobs[0]), atol=1e-6
    )


@DISCRIMINATIVE
def test_settings_without_effect_are_refused(method):
    with pytest.raises(InputError, match=f"{method.__name__} has no setting 'pretrain_epochs'"):
        method(3, pretrain_epochs=5)


def imsat(x, **settings):
    """A model that answers in training as it does later, with a radius for each sample, and the features of x."""
    model = IMSAT(3, frontend="raw", normalized=False, **QUICK | {"epochs": 1} | settings)
    model.fit(x, verbose=0)
    model.targets = tf.Variable(np.linspace(0.1, 2.0, len(x)), trainable=False, dtype="float32")
    return model, np.asarray(model.features(x))


def answers(model, features):
    return np.asarray(model.assign_features(features), "float64")


def test_the_adversarial_change_has_its_length_and_changes_the_answer_more_than_chance(blobs):
    model, x = imsat(blobs[0])
    p = answers(model, x)
    change = np.asarray(model.adversarial_change(np.arange(300), x, p))
    np.testing.assert_allclose(np.linalg.norm(change, axis=1), model.targets, rtol=1e-4)

    def divergence(r):
        return np.sum(p * np.log(p / answers(model, x + r)), axis=1).mean()

    random = np.random.default_rng(1).normal(size=(8, *x.shape)).astype("float32")
    random *= np.asarray(model.targets)[:, None] / np.linalg.norm(random, axis=2, keepdims=True)
    assert divergence(change) > 2.0 * max(divergence(r) for r in random)


def test_the_adversarial_change_of_identical_samples_is_none():
    x = np.repeat(np.eye(2, 6, dtype="float32"), 20, axis=0)
    history = IMSAT(2, frontend="raw", **QUICK).fit(x, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_the_loss_is_that_of_eq_2(blobs):
    model, x = imsat(blobs[0][:64])
    losses = {name: float(value) for name, value in model.batch_losses(np.arange(64), x, x).items()}
    p = answers(model, x)
    entropy, mean = -np.sum(p * np.log(p), axis=1).mean(), p.mean(axis=0)
    assert losses["conditional_entropy"] == pytest.approx(entropy, rel=1e-4)
    assert losses["label_entropy"] == pytest.approx(-np.sum(mean * np.log(mean)), rel=1e-4)
    expected = losses["self_augmentation_loss"] - 0.1 * (4.0 * losses["label_entropy"] - losses["conditional_entropy"])
    assert float(model.objective(losses)) == pytest.approx(expected, rel=1e-5)


def test_an_augmentation_takes_the_place_of_the_adversarial_change(blobs):
    model, x = imsat(blobs[0][:64], augmentation="noise")
    view = np.asarray(model.features(blobs[0][64:128]))
    p, q = answers(model, x), answers(model, view)
    loss = model.batch_losses(np.arange(64), x, view)["self_augmentation_loss"]
    assert float(loss) == pytest.approx(np.sum(p * np.log(p / q), axis=1).mean(), rel=1e-3)


def test_neighbor_distances_are_scikit_learns():
    x = np.random.default_rng(0).normal(size=(50, 4))
    expected = NearestNeighbors(n_neighbors=10).fit(x).kneighbors()[0][:, -1]
    np.testing.assert_allclose(neighbor_distances(x.reshape(50, 2, 2), 10), expected)
    np.testing.assert_allclose(neighbor_distances(x[:5], 10), neighbor_distances(x[:5], 4))
    np.testing.assert_array_equal(neighbor_distances(np.ones((30, 2)), 10), 0.0)


def test_neighbors_of_many_samples_are_looked_for_among_some(monkeypatch):
    x = np.random.default_rng(0).normal(size=(400, 2))
    monkeypatch.setattr("kerasclust.data.neighbors.MOST", 200)
    some, everyone = neighbor_distances(x, 5), NearestNeighbors(n_neighbors=5).fit(x).kneighbors()[0][:, -1]
    assert (some >= everyone - 1e-9).all()
    assert np.median(some) < 2.0 * np.median(everyone)


def test_iic_uses_the_head_with_the_most_information(fitted, blobs):
    model = fitted[IIC][0]
    heads = np.asarray(model.all_heads(model.features(blobs[0])))
    information = [information_of(heads[:, head]) for head in range(5)]
    assert int(model.used_head) == int(np.argmax(information))
    np.testing.assert_allclose(model.predict(blobs[0]), heads[:, int(model.used_head)], atol=1e-5)


def test_iic_needs_views():
    for given in (None, "none"):
        with pytest.raises(InputError, match="the method learns from pairs of views"):
            IIC(3, augmentation=given)


def test_iic_does_without_overclustering(blobs):
    model = IIC(3, overclustering=0, **QUICK)
    assert "overclustering_information" not in model.fit(blobs[0], verbose=0).history
    assert list(model.heads) == ["classifier"]


def test_they_are_registered_with_keras():
    assert keras.saving.get_registered_name(IMSAT) == "kerasclust>IMSAT"
