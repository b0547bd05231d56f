"""DEC and IDEC: what each loss trains, and the contract of every model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.metrics import clustering_accuracy
from kerasclust.models import DEC, IDEC

QUICK = {"latent_dim": 2, "units": (32,), "batch_size": 32, "random_state": 0, "n_tries": 3}
METHODS = pytest.mark.parametrize("method", [DEC, IDEC])


def student_t(z, centers, unit):
    kernel = 1.0 / (1.0 + ((z[:, None] - centers[None]) ** 2).sum(axis=2) / unit**2)
    return kernel / kernel.sum(axis=1, keepdims=True)


def started(method, x, **settings):
    """A model with centers somewhere in its latent space, and targets from all samples in float64."""
    model = method(3, **QUICK, **settings)
    model.build((None, *x.shape[1:]))
    model.frontend.adapt(x)
    features = np.asarray(model.frontend(x))
    z = np.asarray(model.encoder(features), "float64")
    model.assignment.place(z[:3], z)
    q = student_t(z, z[:3], float(model.assignment.unit))
    weight = q**2 / q.sum(axis=0)
    p = weight / weight.sum(axis=1, keepdims=True)
    model.targets = tf.Variable(p.astype("float32"))
    return model, features, p, q


@METHODS
def test_finds_separated_groups_and_survives_a_file(method, blobs, tmp_path):
    x, y = blobs
    model = method(3, pretrain_epochs=60, epochs=20, learning_rate=3e-3, **QUICK)
    history = model.fit(x, verbose=0).history
    assert list(dict.fromkeys(history["phase"])) == ["pretrain", "refine"]  # k-means has no epochs
    assert clustering_accuracy(y, model.predict_clusters(x)) > 0.95
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x), model.predict(x), atol=1e-6)
    assert set(model.evaluate(x, y)) == {"acc", "nmi", "ari"}
    assert model.diagnostics()["silhouette"] > 0.5


@METHODS
def test_clustering_loss_is_the_divergence_from_the_targets(method, blobs):
    model, features, p, q = started(method, blobs[0])
    batch = np.arange(5, 37)
    expected = np.mean((p * np.log(p / q)).sum(axis=1)[batch])
    logs = model.refine_step(tf.constant(batch), features[batch], features[batch])
    assert float(logs["clustering_loss"]) == pytest.approx(expected, rel=1e-3)


def test_dec_refines_encoder_and_centers_without_the_decoder(blobs):
    model, features, *_ = started(DEC, blobs[0])
    before = [model.encoder.get_weights(), model.decoder.get_weights(), [np.array(model.assignment.centers)]]
    logs = model.refine_step(tf.range(32), features[:32], features[:32])
    after = [model.encoder.get_weights(), model.decoder.get_weights(), [np.array(model.assignment.centers)]]
    moved = [max(np.abs(a - b).max() for a, b in zip(*pair, strict=True)) for pair in zip(before, after, strict=True)]
    assert moved[0] > 0 and moved[1] == 0 and moved[2] > 0
    assert set(logs) == {"loss", "clustering_loss"}


def test_idec_adds_the_weighted_clustering_loss_to_the_reconstruction(blobs):
    model, features, *_ = started(IDEC, blobs[0], gamma=0.3)
    decoder = model.decoder.get_weights()
    logs = {name: float(value) for name, value in model.refine_step(tf.range(32), features[:32], features[:32]).items()}
    assert logs["loss"] == pytest.approx(logs["reconstruction_loss"] + 0.3 * logs["clustering_loss"], rel=1e-5)
    assert any(np.abs(a - b).max() > 0 for a, b in zip(decoder, model.decoder.get_weights(), strict=True))


@METHODS
def test_gradient_of_the_clustering_loss_agrees_with_finite_differences(method, blobs):
    model, features, p, _ = started(method, blobs[0])
    z = np.asarray(model.encoder(features[:16]), "float64")
    centers, unit = np.asarray(model.assignment.centers, "float64"), float(model.assignment.unit)

    def loss(centers):
        return np.mean((p[:16] * np.log(p[:16] / student_t(z, centers, unit))).sum(axis=1))

    with tf.GradientTape() as tape:
        value = model.clustering_loss(tf.range(16), tf.constant(z, "float32"))
    gradient = tape.gradient(value, model.assignment.centers.value).numpy()
    for index in np.ndindex(centers.shape):
        step = np.zeros_like(centers)
        step[index] = 1e-5
        assert gradient[index] == pytest.approx(
            (loss(centers + step) - loss(centers - step)) / 2e-5, rel=1e-2, abs=1e-5
        )


@METHODS
def test_several_runs_and_rim_start_it_too(method, blobs):
    model = method(3, n_runs=2, initializer="rim", pretrain_epochs=2, epochs=2, **QUICK)
    history = model.fit(blobs[0], verbose=0).history
    assert set(history["phase"]) == {"pretrain", "initialize", "refine"}
    assert len(model.runs_) == 2
