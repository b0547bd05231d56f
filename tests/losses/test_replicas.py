"""Losses on two replicas are those of the whole batch, with the same gradients."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from kerasclust import losses
from tests.losses.on_two_replicas import CASES, COUNTED, X, Z, value_and_gradient


@pytest.fixture(scope="module")
def on_two_replicas(tmp_path_factory):
    """Values and gradients that two replicas find together."""
    out = tmp_path_factory.mktemp("replicas") / "found.npz"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    script = Path(__file__).with_name("on_two_replicas.py")
    done = subprocess.run([sys.executable, script, out], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return np.load(out)


@pytest.mark.parametrize("name", CASES)
def test_two_replicas_find_the_loss_of_the_whole_batch(on_two_replicas, name):
    loss, a, b = CASES[name]
    value, gradient = value_and_gradient(loss, tf.constant(a), tf.constant(b))
    assert on_two_replicas[f"{name}: value"] == pytest.approx(float(value), rel=1e-5, abs=1e-7)
    np.testing.assert_allclose(on_two_replicas[f"{name}: gradient"], gradient, rtol=1e-4, atol=1e-6)


def test_the_critic_loss_of_counted_samples_is_their_mean():
    logits, reference = Z[:, :1], X[:, :1]
    each = np.asarray(losses.critic_loss(logits, reference))
    counted = losses.critic_loss(logits, reference, COUNTED)
    assert float(counted) == pytest.approx(each[COUNTED == 1].mean(), rel=1e-5)
    assert float(losses.critic_loss(logits, reference, 0 * COUNTED)) == 0.0
