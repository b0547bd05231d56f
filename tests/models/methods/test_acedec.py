"""ACe/DeC: the split of the latent space, its loss and its initialization."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.cluster import KMeans

from kerasclust.datasets import synth_25
from kerasclust.errors import InputError
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import ACeDeC, ACeDeCIDEC
from kerasclust.models.autoencoders import Autoencoder

QUICK = {"latent_dim": 4, "units": (32,), "batch_size": 32, "random_state": 0, "n_tries": 3}
METHODS = pytest.mark.parametrize("method", [ACeDeC, ACeDeCIDEC])


def sigmoid(b):
    return 1 / (1 + np.exp(-b))


def started(x, method=ACeDeC, **settings):
    """A model with a random split, and everything of it in float64."""
    model = method(3, **QUICK, **settings)
    model.build((None, *x.shape[1:]))
    model.frontend.adapt(x)
    features = np.asarray(model.frontend(x))
    z = np.asarray(model.encoder(features))
    random = np.random.default_rng(0)
    layer = model.assignment
    layer.v.assign(random.normal(size=(4, 4)))
    layer.b.assign(random.normal(size=4))
    layer.place(z[:3], z)
    model.targets = model.new_targets(len(x))
    model.renew_targets(z)
    v, beta = np.asarray(layer.v, "float64"), sigmoid(np.asarray(layer.b, "float64"))
    return model, features, z.astype("float64"), v, beta, np.asarray(layer.centers, "float64")


def test_the_loss_is_eq_5(blobs):
    model, features, z, v, beta, centers = started(blobs[0])
    batch = np.arange(3, 35)
    h, g = z[batch] @ v, centers @ v
    cluster = (beta**2 * (h[:, None] - g[None]) ** 2).sum(axis=2).min(axis=1).mean()
    shared = ((1 - beta) ** 2 * (h - z.mean(axis=0) @ v) ** 2).sum(axis=1).mean()
    restored = np.asarray(model.decoder((h @ v.T).astype("float32")), "float64")
    rec = ((features[batch] - restored) ** 2).sum(axis=1).mean()
    logs = model.refine_step(tf.constant(batch), features[batch], features[batch])
    assert float(logs["clustering_loss"]) == pytest.approx(cluster, rel=1e-3)
    assert float(logs["shared_loss"]) == pytest.approx(shared, rel=1e-3)
    assert float(logs["loss"]) == pytest.approx(cluster + shared + rec, rel=1e-3)


def test_augmented_the_view_comes_from_the_shared_and_the_sample_from_the_cluster_space(blobs):
    model, features, z, v, beta, centers = started(blobs[0], augmentation="noise")
    view = (features + 0.3).astype("float32")
    z_view = np.asarray(model.encoder(view), "float64")
    batch = slice(0, 32)
    labels = (beta**2 * ((z @ v)[:, None] - (centers @ v)[None]) ** 2).sum(axis=2).argmin(axis=1)[batch]
    cluster = (beta**2 * (z_view[batch] @ v - (centers @ v)[labels]) ** 2).sum(axis=1).mean()
    from_shared = np.asarray(model.decoder((((1 - beta) * (z_view[batch] @ v)) @ v.T).astype("float32")))
    from_cluster = np.asarray(model.decoder(((beta * (z[batch] @ v)) @ v.T).astype("float32")))
    rec = 0.5 * (((view[batch] - from_shared) ** 2).mean() + ((features[batch] - from_cluster) ** 2).mean())
    logs = model.refine_step(tf.range(32), features[batch], view[batch])
    assert float(logs["clustering_loss"]) == pytest.approx(cluster, rel=1e-3)
    assert float(logs["reconstruction_loss"]) == pytest.approx(rec, rel=1e-3)


def test_the_gradient_in_b_is_zero_at_the_ratio_of_variances(blobs):
    model, _, z, v, _, centers = started(blobs[0])
    labels = model.renew_targets(z.astype("float32"))
    within = (((z - centers[labels]) @ v) ** 2).mean(axis=0)
    total = (((z - z.mean(axis=0)) @ v) ** 2).mean(axis=0)
    model.assignment.b.assign(np.log(total / within))  # sigmoid: T / (W + T)
    with tf.GradientTape() as tape:
        distances = ((1 / (1 + within / total)) ** 2 * ((z - centers[labels]) @ v) ** 2).sum(axis=1)
        layer = model.assignment
        own = tf.reduce_sum(tf.square(layer.beta_cs * layer.rotated((z - centers[labels]).astype("float32"))), axis=1)
        loss = tf.reduce_mean(own) + tf.reduce_mean(layer.shared_distances(z.astype("float32")))
    np.testing.assert_allclose(own, distances, rtol=1e-3)
    np.testing.assert_allclose(tape.gradient(loss, layer.b.value), np.zeros(4), atol=1e-4 * total.max())


@METHODS
def test_finds_separated_groups_keeps_v_orthogonal_and_survives_a_file(method, blobs, tmp_path):
    x, y = blobs
    model = method(3, pretrain_epochs=60, epochs=20, learning_rate=3e-3, **QUICK)
    model.fit(x, verbose=0)
    assert clustering_accuracy(y, model.predict_clusters(x)) > 0.95
    v = np.asarray(model.assignment.v)
    np.testing.assert_allclose(v.T @ v, np.eye(4), atol=0.25)  # by the reconstruction, not by constraint
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x), model.predict(x), atol=1e-6)
    evidence = model.diagnostics()
    assert 1 <= evidence["n_cluster_dims"] <= 4 and len(evidence["beta_cs"]) == 4


def test_initialization_moves_v_and_b_and_nothing_else(blobs):
    model = ACeDeC(3, pretrain_epochs=5, **QUICK)
    model.fit(blobs[0], phases=["pretrain"], verbose=0)
    networks = [*model.encoder.get_weights(), *model.decoder.get_weights()]
    model.fit(blobs[0], phases=["initialize"], verbose=0)
    for a, b in zip(networks, [*model.encoder.get_weights(), *model.decoder.get_weights()], strict=True):
        np.testing.assert_array_equal(a, b)
    assert len(np.unique(np.abs(np.asarray(model.assignment.b)).round(3))) > 1


def test_finds_clusters_that_kmeans_does_not_see_in_the_latent_space():
    data = synth_25(n_samples=3000, n_extra=15)
    linear = {"latent_dim": 17, "units": (), "network": "dec", "frontend": "shared_unit", "pretrain_epochs": 60}
    autoencoder = Autoencoder(**linear, random_state=0)
    autoencoder.fit(data.x, verbose=0)
    plain = KMeans(4, n_init=10, random_state=0).fit_predict(autoencoder.encode(data.x))
    model = ACeDeC(4, autoencoder=autoencoder, epochs=10, random_state=0)
    model.fit(data.x, verbose=0)
    assert clustering_accuracy(data.y, plain) < 0.8
    assert clustering_accuracy(data.y, model.predict_clusters(data.x)) > 0.98
    assert model.diagnostics()["n_cluster_dims"] == 2


def test_settings_without_effect_are_refused():
    with pytest.raises(InputError, match="no setting 'lam'"):
        ACeDeC(3, lam=1.0)
    for method in (ACeDeC, ACeDeCIDEC):
        with pytest.raises(InputError, match="initializer='rim': expected one of 'kmeans', 'gmm'"):
            method(3, initializer="rim")
