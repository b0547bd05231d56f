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


def test_the_losses_of_interpolation_are_squared_errors_of_the_guess():
    guesses, alpha, reference = np.random.default_rng(0).normal(size=(3, 20))
    np.testing.assert_allclose(losses.interpolation_loss(guesses), guesses**2, rtol=1e-5)
    expected = (guesses - alpha) ** 2 + reference**2
    np.testing.assert_allclose(losses.interpolation_critic_loss(guesses, alpha, reference), expected, rtol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_the_losses_of_interpolation_are_float32_whatever_the_critic_says(dtype):
    guesses = tf.constant([0.25, 1.0], dtype)
    for loss in (losses.interpolation_loss(guesses), losses.interpolation_critic_loss(guesses, guesses, guesses)):
        assert loss.dtype == tf.float32


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


def mixture(n=8, d=3, k=4):
    """What `mixture_divergence` takes, in float64."""
    random = np.random.default_rng(5)
    gamma = 0.8 * random.dirichlet(np.ones(k), n) + 0.2 / k  # away from 0, where the logarithm is cut off
    return [gamma, *random.normal(size=(2, n, d)), np.log(random.dirichlet(np.ones(k))), *random.normal(size=(2, k, d))]


def test_mixture_divergence_is_that_of_vade_eq_12():
    gamma, mean, log_variance, log_weights, centers, log_variances = arguments = mixture()
    expected = np.zeros(len(gamma))
    for i, c in np.ndindex(gamma.shape):  # KL(q(z | x) || p(z | c)) of two Gaussians, and KL(q(c | x) || p(c))
        spread, wide = np.exp(log_variance[i]), np.exp(log_variances[c])
        gaussians = 0.5 * np.sum(np.log(wide / spread) + (spread + (mean[i] - centers[c]) ** 2) / wide - 1.0)
        expected[i] += gamma[i, c] * (gaussians + np.log(gamma[i, c]) - log_weights[c])
    np.testing.assert_allclose(losses.mixture_divergence(*arguments), expected, rtol=1e-4)


def test_mixture_divergence_is_0_where_posterior_and_prior_are_one_gaussian():
    mean, log_variance = np.array([[1.0, -2.0]]), np.array([[0.3, -1.0]])
    one = losses.mixture_divergence(np.ones((1, 1)), mean, log_variance, np.zeros(1), mean, log_variance)
    assert float(one[0]) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("number", range(6))
def test_gradients_of_the_mixture_divergence_agree_with_finite_differences(number):
    arguments = [tf.Variable(value, dtype=tf.float32) for value in mixture()]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(losses.mixture_divergence(*arguments))
    gradient, values = tape.gradient(loss, arguments[number]).numpy(), mixture()
    for place in np.ndindex(gradient.shape):
        sums = []
        for step in (0.01, -0.01):
            values[number][place] += step
            sums.append(np.sum(losses.mixture_divergence(*values), dtype="float64"))
            values[number][place] -= step
        assert gradient[place] == pytest.approx((sums[0] - sums[1]) / 0.02, rel=0.05, abs=0.02)


def test_self_augmentation_is_the_divergence_of_imsat_eq_3():
    p, changed = soft(30, 4, 1), np.random.default_rng(2).normal(size=(30, 4))
    answers = np.exp(changed) / np.exp(changed).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(
        losses.self_augmentation(p, changed + 3.0), (p * np.log(p / answers)).sum(axis=1), rtol=1e-4, atol=1e-6
    )
    np.testing.assert_allclose(losses.self_augmentation(p, np.log(p)), 0.0, atol=1e-5)


def test_self_augmentation_stays_finite_for_certain_answers():
    assert np.isfinite(losses.self_augmentation(np.eye(3), -1e4 * np.eye(3))).all()


def test_mutual_information_is_that_of_the_joint_distribution():
    p, other = soft(40, 3, 1), soft(40, 3, 2)
    joint = np.mean([np.outer(a, b) for a, b in zip(p, other, strict=True)], axis=0)
    joint = (joint + joint.T) / 2.0
    expected = np.sum(joint * np.log(joint / np.outer(joint.sum(axis=1), joint.sum(axis=0))))
    assert float(losses.mutual_information(p, other)) == pytest.approx(expected, rel=1e-4, abs=1e-6)
    heads = losses.mutual_information(np.stack([p, other]), np.stack([other, p]))
    np.testing.assert_allclose(heads, [expected, expected], rtol=1e-4, atol=1e-6)


def test_mutual_information_is_log_k_for_certain_balanced_answers_and_0_without_any():
    certain = np.eye(4)[np.arange(40) % 4]
    assert float(losses.mutual_information(certain, certain)) == pytest.approx(np.log(4), rel=1e-5)
    assert float(losses.mutual_information(np.full((8, 4), 0.25), np.full((8, 4), 0.25))) == pytest.approx(
        0.0, abs=1e-6
    )


@pytest.mark.parametrize(
    "loss", [losses.mutual_information, lambda a, b: tf.reduce_sum(losses.self_augmentation(a, b))]
)
def test_gradients_of_pairs_of_answers_agree_with_finite_differences(loss):
    p, other = 0.7 * soft(6, 3, 1) + 0.1, soft(6, 3, 2)
    x = tf.Variable(other, dtype=tf.float32)
    with tf.GradientTape() as tape:
        value = loss(p, x)
    gradient = tape.gradient(value, x).numpy()
    for place in np.ndindex(gradient.shape):
        step = np.zeros_like(other)
        step[place] = 0.02
        numeric = (float(loss(p, other + step)) - float(loss(p, other - step))) / 0.04
        assert gradient[place] == pytest.approx(numeric, rel=0.05, abs=5e-3)
