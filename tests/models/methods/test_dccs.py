"""DCCS: category and style."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import losses
from kerasclust.models import DCCS

QUICK = {"latent_dim": 8, "style_dim": 3, "units": (16,), "batch_size": 64, "frontend": "raw", "random_state": 0}


@pytest.fixture
def model(blobs):
    model = DCCS(3, normalized=False, **QUICK)
    model.build((None, 6))
    model.reset_networks(0)
    return model


def softplus(x):
    return np.logaddexp(0.0, x)


def test_the_information_follows_jensen_and_shannon():
    scores, others = np.random.default_rng(0).normal(size=(2, 30, 1)) * 3
    expected = -softplus(-scores).mean() - softplus(others).mean()
    assert float(losses.jensen_shannon_information(scores, others)) == pytest.approx(expected, rel=1e-5)
    assert float(losses.jensen_shannon_information(np.zeros((4, 1)), np.zeros((4, 1)))) == pytest.approx(-2 * np.log(2))


def test_the_penalty_is_on_slopes_other_than_1():
    slopes = np.array([[3.0, 4.0], [0.6, 0.8], [0.0, 0.0]])
    np.testing.assert_allclose(losses.gradient_penalty(slopes), [16.0, 0.0, 1.0], atol=1e-5)


def test_critic_and_encoder_pull_the_scores_apart():
    scores, prior = np.array([[1.0], [2.0]]), np.array([[5.0], [0.5]])
    np.testing.assert_allclose(losses.wasserstein_critic_loss(scores, prior), [-4.0, 1.5])
    np.testing.assert_allclose(losses.prior_matching_loss(scores), [-1.0, -2.0])


def test_the_prior_is_a_category_and_gaussian_style(model):
    z = np.asarray(model.prior(6000))
    assert z.shape == (6000, 6)
    np.testing.assert_array_equal(z[:, :3].sum(axis=1), 1.0)
    np.testing.assert_allclose(z[:, :3].mean(axis=0), 1 / 3, atol=0.03)
    np.testing.assert_allclose(z[:, 3:].std(axis=0), 0.1, rtol=0.05)


def test_the_losses_of_a_batch_are_those_of_its_parts(model, blobs):
    x, view = blobs[0][:64], blobs[0][64:128]
    found = {name: float(value) for name, value in model.coded_losses(x, view)[1].items()}
    z = model.encoder(x)
    category, of_view = (np.asarray(model.soft_assignment(model.encoder(v)), "float64") for v in (x, view))
    divergence = np.sum(category * np.log(category / of_view), axis=1).mean()
    assert found["self_augmentation_loss"] == pytest.approx(divergence, rel=1e-3)
    code = np.concatenate([category, model.heads["style"](z)], axis=1).astype("float32")
    assert found["prior_loss"] == pytest.approx(-float(np.mean(model.critic(code))), rel=1e-3, abs=1e-5)
    own, others = (np.concatenate([x, z], axis=1) for z in (code, np.roll(code, 1, axis=0)))
    scores = [np.asarray(model.heads["statistics"](pair), "float64") for pair in (own, others)]
    expected = -softplus(-scores[0]).mean() - softplus(scores[1]).mean()
    assert found["information"] == pytest.approx(expected, rel=1e-3)
    total = found["prior_loss"] + 2.0 * found["self_augmentation_loss"] - 0.5 * found["information"]
    assert float(model.objective(found)) == pytest.approx(total, rel=1e-5)


def test_a_step_moves_the_critic_by_its_own_loss_and_all_else_by_the_other(model, blobs):
    x = blobs[0][:64]
    before = [v.numpy() for v in model.trained_variables], model.critic.get_weights()
    model.beta_mi = model.beta_adv = model.beta_aug = 0.0
    model.cluster_step(tf.range(64), x, x)
    for old, new in zip(before[0], model.trained_variables, strict=True):
        np.testing.assert_array_equal(old, new)
    assert any((old != new).any() for old, new in zip(before[1], model.critic.get_weights(), strict=True))
