"""DCN: the k-means loss, and centers that follow by k-means' own rule."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import DCN
from kerasclust.models.autoencoders import Autoencoder

QUICK = {"latent_dim": 2, "units": (32,), "batch_size": 32, "random_state": 0, "n_tries": 3}


def started(x, **settings):
    """A model with centers in its latent space, and the features and latent points of all samples."""
    model = DCN(3, **QUICK, **settings)
    model.build((None, *x.shape[1:]))
    model.frontend.adapt(x)
    features = np.asarray(model.frontend(x))
    z = np.asarray(model.encoder(features))
    model.assignment.place(z[:3], z)
    model.targets = model.new_targets(len(x))
    model.renew_targets(z)
    return model, features, z


@pytest.mark.parametrize("center_update", ["minibatch", "alternating"])
def test_finds_separated_groups_and_survives_a_file(center_update, blobs, tmp_path):
    x, y = blobs
    model = DCN(3, center_update=center_update, pretrain_epochs=60, epochs=20, learning_rate=3e-3, **QUICK)
    model.fit(x, verbose=0)
    assert clustering_accuracy(y, model.predict_clusters(x)) > 0.95
    model.save(tmp_path / "model.keras")
    np.testing.assert_allclose(
        keras.models.load_model(tmp_path / "model.keras").predict(x), model.predict(x), atol=1e-6
    )


@pytest.mark.parametrize("center_update", ["minibatch", "alternating"])
def test_the_loss_is_eq_4(center_update, blobs):
    model, features, z = started(blobs[0], lam=0.6, center_update=center_update)
    batch = np.arange(5, 37)
    z, centers = z.astype("float64"), np.asarray(model.assignment.centers, "float64")
    distances = ((z[batch, None] - centers[None]) ** 2).sum(axis=2)
    known = np.asarray(model.targets)[batch]  # at the last look at all samples
    own = distances.min(axis=1) if center_update == "minibatch" else distances[np.arange(32), known]
    restored = np.asarray(model.decoder(z[batch].astype("float32")), "float64")
    expected = 0.3 * own.mean() + ((features[batch] - restored) ** 2).sum(axis=1).mean()
    logs = model.refine_step(tf.constant(batch), features[batch], features[batch])
    assert float(logs["loss"]) == pytest.approx(expected, rel=1e-3)


def test_mini_batch_centers_are_running_means_of_their_points(blobs):
    model, features, z = started(blobs[0])
    centers, counts = np.asarray(model.assignment.centers, "float64"), np.asarray(model.hard_clusters.counts, "float64")
    assert counts.sum() == len(z)
    batch = np.arange(40)
    model.refine_step(tf.constant(batch), features[batch], features[batch])
    for k in range(3):
        own = z[batch][((z[batch, None] - centers[None]) ** 2).sum(axis=2).argmin(axis=1) == k]
        expected = centers[k] + (own - centers[k]).sum(axis=0) / (counts[k] + len(own))
        np.testing.assert_allclose(model.assignment.centers[k], expected, rtol=1e-3, atol=1e-4)


def test_alternating_centers_rest_in_a_step_and_become_means_at_a_look_at_all(blobs):
    model, features, _ = started(blobs[0], center_update="alternating")
    before = np.array(model.assignment.centers)
    model.refine_step(tf.range(32), features[:32], features[:32])
    np.testing.assert_array_equal(model.assignment.centers, before)
    z = np.asarray(model.encoder(features))
    labels = model.renew_targets(z)
    for k in np.unique(labels):
        np.testing.assert_allclose(model.assignment.centers[k], z[labels == k].mean(axis=0), rtol=1e-4, atol=1e-4)


def test_an_empty_cluster_keeps_its_center(blobs):
    model, _, z = started(blobs[0], center_update="alternating")
    far = np.concatenate([z[:2], [[1e3, 1e3]]]).astype("float32")
    model.assignment.place(far, z)
    labels = model.renew_targets(z)
    assert 2 not in labels
    np.testing.assert_array_equal(model.assignment.centers[2], [1e3, 1e3])


def test_a_shared_autoencoder_is_unchanged_by_two_methods(blobs):
    x = blobs[0]
    autoencoder = Autoencoder(latent_dim=2, units=(32,), pretrain_epochs=3, random_state=0)
    autoencoder.fit(x, verbose=0)
    before = autoencoder.get_weights()
    for lam in (0.1, 10.0):
        DCN(3, autoencoder=autoencoder, lam=lam, epochs=2, n_tries=2, random_state=0).fit(x, verbose=0)
    for a, b in zip(before, autoencoder.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("setting", [{"lam": -1.0}, {"center_update": "never"}, {"schedule": "later"}])
def test_bad_settings_are_refused(setting):
    with pytest.raises(InputError, match=next(iter(setting))):
        DCN(3, **setting)
