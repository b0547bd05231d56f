"""VaDE: an autoencoder with a mixture of Gaussians as prior."""

import keras
import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import multivariate_normal
from sklearn.datasets import make_blobs

from kerasclust import load_model
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.models import VaDE
from kerasclust.models.autoencoders import Autoencoder

QUICK = {"latent_dim": 2, "units": (16,), "batch_size": 64, "pretrain_epochs": 100, "epochs": 30, "random_state": 0}


@pytest.fixture(scope="module")
def blobs():
    x, y = make_blobs(300, 6, centers=3, cluster_std=0.5, random_state=3)
    return x.astype("float32"), y


@pytest.fixture(scope="module")
def fitted(blobs):
    model = VaDE(3, frontend="raw", **QUICK)
    return model, model.fit(blobs[0], verbose=0)


def test_finds_separated_groups_and_lowers_the_bound(fitted, blobs):
    model, history = fitted
    assert external_scores(blobs[1], model.predict_clusters(blobs[0]))["acc"] > 0.95
    refined = [
        loss for loss, phase in zip(history.history["loss"], history.history["phase"], strict=True) if phase == "refine"
    ]
    assert refined[-1] < refined[0]


def test_the_loss_of_a_batch_is_minus_the_bound(fitted, blobs):
    model, x = fitted[0], blobs[0][:50]
    model.noise.state.assign([5, 0])
    z, losses = model.bound(x, x)
    loss = float(model.objective(losses))
    mean, log_variance = (np.asarray(value, "float64") for value in model.posterior(x))
    z, s2 = np.asarray(z, "float64"), np.exp(log_variance)
    layer = model.assignment
    pi = np.exp(np.asarray(layer.logits, "float64"))
    pi /= pi.sum()
    mu, v = np.asarray(layer.centers, "float64"), np.exp(np.asarray(layer.log_variances, "float64"))
    log_joint = np.log(pi) + np.stack(
        [multivariate_normal(m, np.diag(c)).logpdf(z) for m, c in zip(mu, v, strict=True)], axis=1
    )
    gamma = softmax(log_joint, axis=1)
    kl = 0.5 * np.sum(s2[:, None] / v + (mean[:, None] - mu) ** 2 / v - 1.0 + np.log(v / s2[:, None]), axis=2)
    divergence = np.sum(gamma * (kl + np.log(gamma / pi + 1e-300)), axis=1).mean()
    error = np.mean((x - np.asarray(model.decoder(z.astype("float32")))) ** 2)
    assert loss == pytest.approx(divergence + 6.0 * error / (2.0 * 0.5), rel=1e-4)


def test_starts_from_the_clusters_of_the_initializer(blobs):
    model = VaDE(3, frontend="raw", **QUICK | {"epochs": 1})
    model.fit(blobs[0], phases=["pretrain"], verbose=0)
    with pytest.raises(InputError, match="no clusters yet"):
        model.generate(1)
    model.fit(blobs[0], phases=["initialize"], verbose=0)
    z, labels = model.encode(blobs[0]), model.result_.kept.state["initial_labels"]
    for cluster in range(3):
        members = z[labels == cluster]
        np.testing.assert_allclose(model.assignment.centers[cluster], members.mean(axis=0), rtol=1e-4)
        np.testing.assert_allclose(
            np.exp(model.assignment.log_variances[cluster]), members.var(axis=0), rtol=1e-3, atol=1e-4
        )
    np.testing.assert_allclose(np.exp(model.assignment.log_weights), np.bincount(labels) / 300, rtol=1e-5)


def test_generates_samples_of_a_cluster(fitted, blobs):
    model, x = fitted[0], blobs[0]
    reconstructed, labels = model.decode(model.encode(x)), model.predict_clusters(x)
    for cluster in range(3):
        made = model.generate(100, cluster, random_state=1)
        assert np.mean(np.argmax(model.assign_features(made), axis=1) == cluster) > 0.9
        np.testing.assert_allclose(made.mean(axis=0), reconstructed[labels == cluster].mean(axis=0), atol=0.2)
    np.testing.assert_array_equal(model.generate(7, random_state=2), model.generate(7, random_state=2))
    with pytest.raises(InputError, match="cluster=3: expected a whole number from 0 to 2"):
        model.generate(1, 3)
    with pytest.raises(InputError, match=r"cluster=1\.5: expected a whole number"):
        model.generate(1, 1.5)
    with pytest.raises(InputError, match="not fitted"):
        VaDE(3).generate(1)


def test_comes_back_from_a_file_with_its_variances(fitted, blobs, tmp_path):
    model = fitted[0]
    model.save(tmp_path / "vade.keras")
    again = load_model(tmp_path / "vade.keras")
    np.testing.assert_allclose(again.predict(blobs[0]), model.predict(blobs[0]), atol=1e-5)
    for before, after in zip(model.posterior(blobs[0]), again.posterior(blobs[0]), strict=True):
        np.testing.assert_allclose(after, before, atol=1e-5)
    assert len(model.weights) == len(again.weights)
    np.testing.assert_allclose(again.generate(4, 0, 3), model.generate(4, 0, 3), atol=1e-4)


def test_a_shared_autoencoder_stays_as_it_is(blobs):
    autoencoder = Autoencoder(latent_dim=2, units=(16,), frontend="raw", pretrain_epochs=2, random_state=0)
    autoencoder.fit(blobs[0], verbose=0)
    before = autoencoder.get_weights()
    VaDE(3, autoencoder=autoencoder, epochs=2, random_state=0).fit(blobs[0], verbose=0)
    for old, new in zip(before, autoencoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("shape", [(24, 3), (12, 12, 1)])
def test_sequences_and_images_train_on_convolutions(shape):
    x = np.random.default_rng(0).random((40, *shape)).astype("float32")
    model = VaDE(2, frontend="raw", **QUICK | {"units": (8, 8), "pretrain_epochs": 1, "epochs": 1})
    model.fit(x, verbose=0)
    assert model.generate(3).shape == (3, *shape)


def test_identical_samples_give_finite_losses():
    x = np.repeat(np.eye(2, 4, dtype="float32"), 20, axis=0)
    history = VaDE(2, frontend="raw", **QUICK).fit(x, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_settings_without_effect_are_refused():
    with pytest.raises(InputError, match="VaDE has no setting 'alpha'"):
        VaDE(3, alpha=2.0)
    assert "alpha" not in VaDE(3).get_config()
    assert keras.saving.get_registered_name(VaDE) == "kerasclust>VaDE"


def test_tight_clusters_beside_a_wide_one_are_kept():
    random, y = np.random.default_rng(1), np.arange(300) % 3
    x = 6.0 * np.eye(3, 5)[y] + random.normal(size=(300, 5)) * np.array([0.05, 0.05, 2.0])[y, None]
    autoencoder = {"latent_dim": 3, "units": (16,), "pretrain_epochs": 100}
    model = VaDE(3, frontend="raw", batch_size=64, epochs=30, random_state=0, **autoencoder)
    model.fit(x, verbose=0)
    assert external_scores(y, model.predict_clusters(x))["acc"] > 0.95


def pooled(shape, latent_dim, seed):
    """An encoder that does not end in a dense layer, and a Sequential decoder."""
    layers, inputs = keras.layers, keras.Input(shape)
    z = layers.Add()([layers.Dense(latent_dim)(inputs), layers.Dense(latent_dim)(inputs)])
    return keras.Model(inputs, z), keras.Sequential([keras.Input((latent_dim,)), layers.Dense(shape[0])])


def sequential(shape, latent_dim, seed):
    layers = keras.layers
    encoder = keras.Sequential([keras.Input(shape), layers.Dense(8, "relu"), layers.Dense(latent_dim)])
    return encoder, pooled(shape, latent_dim, seed)[1]


class OwnEncoder(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)

    def call(self, x):
        return self.dense(x)


def subclassed(shape, latent_dim, seed):
    encoder = OwnEncoder()
    encoder.build((None, *shape))
    return encoder, pooled(shape, latent_dim, seed)[1]


@pytest.mark.parametrize("network", [pooled, sequential])
def test_takes_encoders_of_the_users_own(network, blobs):
    model = VaDE(3, network=network, **{**QUICK, "units": None, "pretrain_epochs": 2, "epochs": 2})
    assert np.isfinite(model.fit(blobs[0], verbose=0).history["loss"]).all()


def test_an_encoder_without_layers_to_build_on_is_refused(blobs):
    with pytest.raises(InputError, match=r"functional Keras model, not OwnEncoder"):
        VaDE(3, network=subclassed, **{**QUICK, "units": None}).fit(blobs[0], verbose=0)
