"""beta_cor follows the accuracy of the critic."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from kerasclust.callbacks import AdversaryBalance

HELD_OUT = np.arange(6.0)


def balanced(accuracies, beta=0.1, steps_per_execution=1, executions=None, **settings):
    """Callback after measuring a critic that has one accuracy after the other."""
    remaining = iter(accuracies)

    def critic_accuracy(features):
        return next(remaining) if features is HELD_OUT else None

    balance = AdversaryBalance(HELD_OUT, **settings)
    balance.set_model(
        SimpleNamespace(
            critic_accuracy=critic_accuracy,
            traced=lambda method: method,
            beta_cor=tf.Variable(beta),
            steps_per_execution=steps_per_execution,
        )
    )
    balance.on_train_begin()
    for batch in range(len(accuracies) if executions is None else executions):
        balance.on_train_batch_end(batch)
    return balance


@pytest.mark.parametrize("accuracy", [0.0, 0.45, 0.55, 0.6, 1.0])
def test_logarithm_of_beta_cor_moves_by_gain_times_the_distance_from_the_target(accuracy):
    balance = balanced([accuracy], interval=1, target=0.55, gain=0.3)
    assert np.log(balance.model.beta_cor / 0.1) == pytest.approx(0.3 * (accuracy - 0.55), abs=1e-6)


def test_a_critic_above_the_target_raises_beta_cor_and_one_below_lowers_it():
    betas = [float(balanced([accuracy], interval=1).model.beta_cor) for accuracy in (0.9, 0.56, 0.54, 0.2)]
    assert betas == sorted(betas, reverse=True)
    assert betas[1] > 0.1 > betas[2]


def test_moves_of_several_measurements_add_up():
    accuracies = [0.9, 0.7, 0.3, 0.8]
    balance = balanced(accuracies, interval=1, target=0.6, gain=0.5)
    assert np.log(balance.model.beta_cor / 0.1) == pytest.approx(0.5 * np.sum(np.array(accuracies) - 0.6), abs=1e-5)


@pytest.mark.parametrize(("accuracy", "bound"), [(1.0, 0.5), (0.0, 0.01)])
def test_beta_cor_stays_within_the_bounds(accuracy, bound):
    balance = balanced([accuracy] * 50, interval=1, gain=2.0, bounds=(0.01, 0.5))
    assert float(balance.model.beta_cor) == pytest.approx(bound)


@pytest.mark.parametrize(
    ("steps_per_execution", "executions", "measurements"),
    [(1, 24, 0), (1, 25, 1), (1, 50, 2), (10, 2, 0), (10, 3, 1), (10, 6, 2), (32, 4, 4)],
)
def test_interval_counts_steps_and_not_executions(steps_per_execution, executions, measurements):
    balance = balanced([0.55 + 1.0] * measurements, 1e-3, steps_per_execution, executions, interval=25, gain=0.1)
    assert np.log(balance.model.beta_cor / 1e-3) == pytest.approx(0.1 * measurements, abs=1e-5)


def test_a_new_training_counts_and_logs_anew():
    balance = balanced([0.9, 0.9], executions=49)
    balance.on_train_begin()
    balance.on_train_batch_end(0)
    logs = {}
    balance.on_epoch_end(0, logs)
    assert logs == {}


def test_logs_have_the_mean_of_the_latest_eight_measurements_and_beta_cor():
    accuracies = np.linspace(0.4, 0.9, 11)
    balance = balanced(accuracies.tolist(), interval=1)
    logs = {}
    balance.on_epoch_end(0, logs)
    expected = {"critic_accuracy": accuracies[-8:].mean(), "beta_cor": float(balance.model.beta_cor)}
    assert logs == pytest.approx(expected)
