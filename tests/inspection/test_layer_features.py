"""Features from several layers: which outputs they are made of, and how much each layer counts."""

import keras
import numpy as np
import pytest
from sklearn.cluster import KMeans

from kerasclust.errors import InputError
from kerasclust.inspection.layer_features import layer_features
from kerasclust.metrics import clustering_accuracy
from kerasclust.models.autoencoders import Autoencoder


@pytest.fixture(scope="module")
def autoencoder(blobs):
    model = Autoencoder(
        latent_dim=3, units=(32, 32), batch_size=32, pretrain_epochs=100, learning_rate=3e-3, random_state=0
    )
    model.fit(blobs[0], verbose=0)
    return model


def names(model):
    return [layer.name for layer in model.encoder.layers if layer.weights]


def test_they_are_the_principal_components_of_equally_weighted_layers(autoencoder, blobs):
    x = np.asarray(autoencoder.frontend(blobs[0]))
    parts = []
    for name in names(autoencoder)[1:]:
        layer = keras.Model(autoencoder.encoder.input, autoencoder.encoder.get_layer(name).output)
        part = np.asarray(layer(x), "float64")
        part -= part.mean(axis=0)
        parts.append(part / np.sqrt((part**2).sum(axis=1).mean()))
    _, singular, _ = np.linalg.svd(np.concatenate(parts, axis=1), full_matrices=False)
    found = layer_features(autoencoder, blobs[0], names(autoencoder)[1:], n_components=4)
    np.testing.assert_allclose(np.sqrt((found.astype("float64") ** 2).sum(axis=0)), singular[:4], rtol=1e-3)


def test_groups_are_found_in_all_layers_together(autoencoder, blobs):
    x, y = blobs
    labels = KMeans(3, n_init=5, random_state=0).fit_predict(layer_features(autoencoder, x))
    assert clustering_accuracy(y, labels) > 0.95


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layers": ["nothing"]}, "expected some of"),
        ({"layers": []}, "expected some of"),
        ({"n_components": 99}, "at most 67"),
    ],
)
def test_bad_settings_are_refused(autoencoder, blobs, settings, message):
    with pytest.raises(InputError, match=message):
        layer_features(autoencoder, blobs[0], **settings)
