"""CDC: which loss updates what, and the pretraining it shares with its autoencoder."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust import losses
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import CDC
from kerasclust.models.autoencoders import CorrelationPreservingAutoencoder

QUICK = {"latent_dim": 2, "units": (32,), "batch_size": 32, "random_state": 0, "n_tries": 3}


def started(x, **settings):
    model = CDC(3, **QUICK, **settings)
    model.build((None, *x.shape[1:]))
    model.frontend.adapt(x)
    features = model.frontend(x)
    z = np.asarray(model.encoder(features))
    model.assignment.place(z[:3], z)
    model.targets = model.new_targets(len(x))
    model.renew_targets(z)
    return model, features[:32]


def test_finds_separated_groups_and_survives_a_file(blobs, tmp_path):
    x, y = blobs
    model = CDC(3, pretrain_epochs=60, epochs=20, learning_rate=3e-3, **QUICK)
    model.fit(x, verbose=0)
    assert clustering_accuracy(y, model.predict_clusters(x)) > 0.95
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(
        keras.models.load_model(tmp_path / "model.keras").predict(x), model.predict(x), atol=1e-6
    )


def test_losses_of_a_step_follow_eq_7_and_13(blobs):
    model, x = started(blobs[0], eta=0.6, beta=0.02, correlation_weight=0.3)
    z = model.encoder(x)
    restored = model.decoder(z)
    l_re = float(losses.correlation_loss(z, x) + losses.correlation_loss(z, restored))
    l_c = float(tf.reduce_mean(losses.assignment_hardening(model.targets[:32], model.soft_assignment(z))))
    l_a = float(losses.affinity_loss(model.soft_assignment(z), z))
    logs = {name: float(value) for name, value in model.refine_step(tf.range(32), x, x).items()}
    assert logs["loss"] == pytest.approx(l_c + 0.6 * l_a + 0.02 * l_re, rel=1e-3)
    assert logs["correlation_loss"] == pytest.approx(l_re, rel=1e-3)
    pretraining = float(model.pretrain_objective({"reconstruction_loss": 2.0, "correlation_loss": 10.0}))
    assert pretraining == pytest.approx(2.0 + 0.3 * 10.0)


def test_each_part_is_updated_by_its_own_loss(blobs):
    """Algorithm 1, steps 12 to 14, by plain gradient descent on each part alone."""
    model, x = started(blobs[0], eta=0.6, beta=0.5, correlation_weight=0.3, refine_learning_rate=0.1)
    parts = {
        "centers": ([model.assignment.centers], lambda found: model.center_objective(found)),
        "decoder": (model.decoder.trainable_variables, lambda found: model.pretrain_objective(found)),
        "encoder": (model.encoder.trainable_variables, lambda found: model.objective(found)),
    }
    expected = {}
    for name, (variables, objective) in parts.items():
        with tf.GradientTape() as tape:
            loss = objective(model.refined(tf.range(32), x, x)[1])
        gradients = tape.gradient(loss, variables)
        expected[name] = [np.asarray(v) - 0.1 * np.asarray(g) for v, g in zip(variables, gradients, strict=True)]
    model.refine_step(tf.range(32), x, x)
    for name, (variables, _) in parts.items():
        for value, wanted in zip(variables, expected[name], strict=True):
            np.testing.assert_allclose(value, wanted, rtol=1e-3, atol=1e-5, err_msg=name)


def test_its_autoencoder_keeps_pairs_better_than_a_plain_one(blobs):
    x = blobs[0]
    kept = {}
    for weight in (0.0, 10.0):
        model = CorrelationPreservingAutoencoder(
            latent_dim=1, units=(32,), correlation_weight=weight, pretrain_epochs=60, learning_rate=3e-3, random_state=0
        )
        model.fit(x, verbose=0)
        kept[weight] = float(losses.correlation_loss(model.encode(x), model.frontend(x)))
    assert kept[10.0] < kept[0.0]
