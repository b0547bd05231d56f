"""Losses against float64 NumPy computations of the papers' equations, and gradients against finite differences."""

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import losses


def soft(n, k, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(k), size=n)


def sigmoid(logits):
    return 1.0 / (1.0 + np.exp(-logits))


def test_entropies_follow_eq_5_and_6():
    p = soft(50, 4)
    assert float(losses.conditional_entropy(p)) == pytest.approx(-(p * np.log(p)).sum(axis=1).mean(), rel=1e-5)
    mean = p.mean(axis=0)
    assert float(losses.label_entropy(p)) == pytest.approx(-(mean * np.log(mean)).sum(), rel=1e-5)


def test_entropies_of_certain_and_of_undecided_assignments():
    assert float(losses.conditional_entropy(np.eye(4))) == pytest.approx(0.0, abs=1e-5)
    assert float(losses.label_entropy(np.eye(4))) == pytest.approx(np.log(4), rel=1e-5)
    assert float(losses.conditional_entropy(np.full((3, 4), 0.25))) == pytest.approx(np.log(4), rel=1e-5)


def test_entropies_of_several_tries_at_once():
    tries = np.stack([soft(20, 3, seed) for seed in range(5)])
    expected = [float(losses.conditional_entropy(p)) for p in tries]
    np.testing.assert_allclose(losses.conditional_entropy(tries), expected, rtol=1e-5)


def test_target_distribution_follows_eq_9():
    q = soft(40, 3)
    weight = q**2 / q.sum(axis=0)
    np.testing.assert_allclose(losses.target_distribution(q), weight / weight.sum(axis=1, keepdims=True), rtol=1e-5)


def test_target_of_a_part_uses_the_mass_of_the_whole():
    q = soft(40, 3)
    whole = np.asarray(losses.target_distribution(q))
    np.testing.assert_allclose(losses.target_distribution(q[:7], q.sum(axis=0)), whole[:7], rtol=1e-5)


def test_assignment_hardening_follows_eq_10():
    q, p = soft(30, 4, 1), soft(30, 4, 2)
    np.testing.assert_allclose(losses.assignment_hardening(p, q), (p * np.log(p / q)).sum(axis=1), rtol=1e-4, atol=1e-6)


def test_adversarial_losses_follow_eq_2_and_3():
    logits, reference = np.random.default_rng(0).normal(size=(2, 20, 1)) * 3
    d, d_reference = sigmoid(logits[:, 0]), sigmoid(reference[:, 0])
    np.testing.assert_allclose(losses.decorrelation_loss(logits), -np.log(d), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        losses.critic_loss(logits, reference), -np.log(d_reference) - np.log(1 - d), rtol=1e-4, atol=1e-6
    )


def test_adversarial_losses_stay_finite_for_huge_logits():
    huge = np.array([[1e4], [-1e4]], "float32")
    assert np.isfinite(losses.decorrelation_loss(huge)).all()
    assert np.isfinite(losses.critic_loss(huge, -huge)).all()


def test_critic_hits_count_right_guesses_on_both_sides():
    assert np.asarray(losses.critic_hits(np.array([[-1.0], [1.0]]), np.array([[1.0], [1.0]]))).tolist() == [1.0, 0.5]


@pytest.mark.parametrize("loss", [losses.conditional_entropy, losses.label_entropy])
def test_gradients_agree_with_finite_differences(loss):
    p = tf.Variable(0.7 * soft(6, 3) + 0.1, dtype=tf.float32)  # away from 0, where the logarithm is cut off
    with tf.GradientTape() as tape:
        value = loss(p)
    gradient = tape.gradient(value, p).numpy()
    step, numeric = 1e-2, np.zeros((6, 3))
    base = p.numpy().astype("float64")
    for i, j in np.ndindex(6, 3):
        up, down = base.copy(), base.copy()
        up[i, j] += step * base[i, j]
        down[i, j] -= step * base[i, j]
        numeric[i, j] = (float(loss(up)) - float(loss(down))) / (2 * step * base[i, j])
    np.testing.assert_allclose(gradient, numeric, rtol=0.05, atol=5e-3)
