"""ClusterGAN: generator, discriminator and the encoder that finds cluster and noise again."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import load_model
from kerasclust.errors import InputError
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import ClusterGAN

QUICK = {"noise_dim": 4, "units": (32, 32), "batch_size": 64, "random_state": 0}


@pytest.fixture(scope="module")
def fitted(blobs):
    model = ClusterGAN(3, **QUICK | {"epochs": 500, "n_runs": 1})
    return model, model.fit(blobs[0], verbose=0)


def built(x, **settings):
    model = ClusterGAN(3, **QUICK | settings)
    model.build((None, *x.shape[1:]))
    model.reset_networks(0)
    return model


def test_the_contract_holds(fitted, blobs, tmp_path):
    model, history = fitted
    x, y = blobs
    q = model.predict(x)
    assert q.shape == (300, 3)
    np.testing.assert_allclose(q.sum(axis=1), 1.0, atol=1e-5)
    assert clustering_accuracy(y, q.argmax(axis=1)) > 0.95
    assert set(history.history["phase"]) == {"cluster"}
    assert all(
        np.isfinite(history.history[name]).all() for name in ("loss", *(logged.name for logged in ClusterGAN.losses))
    )
    assert model.encode(x).shape == (300, 7)
    assert "reconstruction_loss" in model.diagnostics()
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x), q, atol=1e-6)
    np.testing.assert_allclose(loaded.generate(4, 1, random_state=3), model.generate(4, 1, random_state=3), atol=1e-5)
    model.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served")).signatures["serving_default"](x=tf.constant(x[:7]))
    np.testing.assert_allclose(served["soft_assignment"], q[:7], atol=1e-5)


def test_what_is_generated_from_a_cluster_belongs_to_it(fitted, blobs):
    model, x = fitted[0], blobs[0]
    features = np.asarray(model.features(x))
    labels = model.predict_clusters(x)
    means = np.array([features[labels == cluster].mean(axis=0) for cluster in range(3)])
    for cluster in range(3):
        made = model.generate(50, cluster, random_state=0)
        assert made.shape == (50, 6)
        nearest = ((made[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        assert np.mean(nearest == cluster) > 0.9
        assert len(np.unique(made.round(3), axis=0)) > 40  # the noise makes them differ
    drawn = model.generate(300, random_state=1)
    found = np.asarray(model.assign_features(drawn)).argmax(axis=1)
    assert np.bincount(found, minlength=3).min() > 60  # each cluster is as likely


def test_the_prior_is_a_certain_cluster_and_gaussian_noise(blobs):
    z = np.asarray(built(blobs[0], sigma=0.2, noise_dim=6).prior(3000))
    category, noise = z[:, :3], z[:, 3:]
    assert noise.shape == (3000, 6)
    assert set(np.unique(category)) == {0.0, 1.0} and np.all(category.sum(axis=1) == 1.0)
    np.testing.assert_allclose(category.mean(axis=0), 1 / 3, atol=0.04)
    assert noise.std() == pytest.approx(0.2, rel=0.03) and abs(noise.mean()) < 0.01


def test_the_losses_are_those_of_the_equation(blobs):
    model = built(blobs[0], beta_n=3.0, beta_c=2.0)
    z = np.asarray(model.prior(40))
    losses = {name: float(value) for name, value in model.cycle_losses(z, blobs[0][:40]).items()}
    made = np.asarray(model.decoder(z))
    found = np.asarray(model.encoder(made), "float64")
    log_p = found[:, :3] - np.log(np.exp(found[:, :3]).sum(axis=1, keepdims=True))
    expected = {
        "generator_loss": -np.mean(np.asarray(model.critic(made), "float64")),
        "noise_loss": np.mean((z[:, 3:] - found[:, 3:]) ** 2),
        "category_loss": -np.mean(np.sum(z[:, :3] * log_p, axis=1)),
    }
    assert losses == pytest.approx(expected, rel=1e-4, abs=1e-6)
    total = expected["generator_loss"] + 3.0 * expected["noise_loss"] + 2.0 * expected["category_loss"]
    assert float(model.objective(losses)) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("critic_steps", [1, 3])
def test_a_step_moves_all_networks_each_by_its_own_loss(critic_steps, blobs):
    model, x = built(blobs[0], critic_steps=critic_steps), blobs[0][:64]
    before = [variable.numpy() for variable in model.trained_variables], model.critic.get_weights()
    logs = model.cluster_step(tf.range(64), x, x)
    assert set(logs) == set(("loss", *(logged.name for logged in ClusterGAN.losses)))
    for variable, old in zip(model.trained_variables, before[0], strict=True):
        assert np.abs(variable.numpy() - old).max() > 0.0
    assert int(model.critic.optimizer.iterations) == critic_steps
    assert int(model.optimizer.iterations) == 1
    assert any((new != old).any() for new, old in zip(model.critic.get_weights(), before[1], strict=True))


@pytest.mark.parametrize("shape", [(24, 3), (12, 12, 1)])
def test_sequences_and_images_train_on_convolutions(shape):
    x = np.random.default_rng(0).random((40, *shape)).astype("float32")
    model = ClusterGAN(2, frontend="raw", **QUICK | {"units": (8, 8), "epochs": 2, "n_runs": 1})
    history = model.fit(x, verbose=0).history
    assert np.isfinite(history["critic_loss"]).all()
    assert model.generate(3).shape == (3, *shape)
    assert model.decode(model.encode(x)).shape == x.shape


def test_wrong_settings_are_refused(fitted):
    for wrong in ({"noise_dim": 0}, {"sigma": 0.0}, {"beta_n": -1.0}, {"beta_c": -1.0}, {"critic_steps": 0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            ClusterGAN(3, **wrong)
    for unused in ({"latent_dim": 5}, {"augmentation": None}, {"pretrain_epochs": 3}):
        with pytest.raises(InputError, match=f"ClusterGAN has no setting '{next(iter(unused))}'"):
            ClusterGAN(3, **unused)
    with pytest.raises(InputError, match="not fitted yet"):
        ClusterGAN(3).generate(4)
    for cluster in (3, -1, True, 1.5):
        with pytest.raises(InputError, match="from 0 to 2"):
            fitted[0].generate(4, cluster)
