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


def pairs(x):
    """Eq. 5, written out: kernels of all pairs of different points over their sum."""
    flat = tf.reshape(tf.cast(x, "float64"), (len(x), -1))
    kernel = 1.0 / (1.0 + tf.reduce_sum((flat[:, None] - flat[None]) ** 2, axis=2))
    kernel = tf.linalg.set_diag(kernel, tf.zeros(len(x), "float64"))
    return kernel / tf.reduce_sum(kernel)


def kl(p, q):
    """KL(P, Q), where entries of probability 0 add nothing."""
    return tf.reduce_sum(tf.where(p > 0.0, p * tf.math.log(tf.maximum(p, 1e-300) / tf.maximum(q, 1e-300)), 0.0))


def losses_of_the_paper(model, x, p):
    """L_c (eq. 8 to 10), L_a (eq. 11), L_cr(Z, X) + L_cr(Z, X') (eq. 6) and L_r (eq. 1), in float64."""
    z = tf.cast(model.encoder(x), "float64")
    restored = tf.cast(model.decoder(tf.cast(z, "float32")), "float64")
    distances = tf.reduce_sum((z[:, None] - tf.cast(model.assignment.centers.value, "float64")[None]) ** 2, axis=2)
    q = 1.0 / (1.0 + distances / tf.cast(model.assignment.unit.value, "float64") ** 2)
    q = q / tf.reduce_sum(q, axis=1, keepdims=True)
    c_q = tf.stop_gradient(pairs(q))
    target = c_q**2 / tf.reduce_sum(c_q, axis=0)
    target = target / tf.reduce_sum(target, axis=1, keepdims=True) / len(x)
    c_z = pairs(z)
    correlation = kl(c_z, pairs(x)) + kl(c_z, pairs(restored))
    return kl(p, q) / len(x), kl(target, c_z), correlation, tf.reduce_mean((tf.cast(x, "float64") - restored) ** 2)


def test_each_part_is_updated_by_its_own_loss(blobs):
    """Algorithm 1, steps 12 to 14, from equations that are written anew here, by plain gradient descent."""
    model, x = started(blobs[0], eta=0.6, beta=0.5, correlation_weight=0.3, refine_learning_rate=0.1)
    p = tf.cast(model.targets[:32], "float64")
    parts = {
        "centers": ([model.assignment.centers.value], lambda l_c, l_a, l_cr, l_r: l_c),
        "decoder": ([v.value for v in model.decoder.trainable_variables], lambda l_c, l_a, l_cr, l_r: 0.3 * l_cr + l_r),
        "encoder": (
            [v.value for v in model.encoder.trainable_variables],
            lambda l_c, l_a, l_cr, l_r: l_c + 0.6 * l_a + 0.5 * l_cr,
        ),
    }
    expected = {}
    for name, (variables, objective) in parts.items():
        with tf.GradientTape() as tape:
            loss = objective(*losses_of_the_paper(model, x, p))
        gradients = tape.gradient(loss, variables)
        assert all(gradient is not None for gradient in gradients)
        expected[name] = [np.asarray(v) - 0.1 * np.asarray(g) for v, g in zip(variables, gradients, strict=True)]
    model.refine_step(tf.range(32), x, x)
    for name, (variables, _) in parts.items():
        for value, wanted in zip(variables, expected[name], strict=True):
            np.testing.assert_allclose(value, wanted, rtol=1e-3, atol=2e-5, err_msg=name)


def test_the_affinity_loss_has_no_gradient_in_the_centers(blobs):
    """The reading that is built: C_Q is a constant target, so step 12 of algorithm 1 is L_c alone."""
    model, x = started(blobs[0])
    with tf.GradientTape() as tape:
        z = model.encoder(x)
        loss = losses.affinity_loss(model.soft_assignment(z), z)
    assert tape.gradient(loss, model.assignment.centers.value) is None


def test_the_logged_rate_of_refinement_is_that_of_the_descent_that_acts(blobs):
    model = CDC(3, pretrain_epochs=1, epochs=3, refine_learning_rate=0.02, tolerance=0.0, random_state=0)
    history = model.fit(blobs[0], verbose=0).history
    refined = [i for i, phase in enumerate(history["phase"]) if phase == "refine"]
    np.testing.assert_allclose([history["learning_rate"][i] for i in refined], 0.02, rtol=1e-6)
    assert float(model.refine_optimizer.learning_rate) == pytest.approx(0.02)
    assert int(model.refine_optimizer.iterations) > 0


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
