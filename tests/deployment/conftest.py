"""Models to deploy."""

import pytest

from kerasclust import load_model
from kerasclust.data.dataset import DataSet
from kerasclust.deployment import FORMATS
from kerasclust.models import DANCE, AEKMeans
from tests.deployment.small import CHANNELS, sequences, table


@pytest.fixture(scope="package")
def model():
    """DANCE of feature vectors (n, 5)."""
    model = DANCE(2, n_runs=1, pretrain_epochs=1, epochs=1, initializer="kmeans", units=(8,), random_state=0)
    model.fit(table(40, 0), verbose=0)
    return model


@pytest.fixture(scope="package")
def model_of_sequences():
    """An autoencoder with k-means of sequences (n, 24, 3), whose channels have names."""
    model = AEKMeans(3, frontend="variability+spectrum", n_tries=2, pretrain_epochs=2, units=(8,), random_state=0)
    model.fit(DataSet("network", sequences(90, 0), channel_names=CHANNELS), verbose=0)
    return model


@pytest.fixture(scope="package")
def exports(model_of_sequences, tmp_path_factory):
    """Exports of the model of sequences, and the Keras file that they come from: {format: path}."""
    folder = tmp_path_factory.mktemp("exports")
    model_of_sequences.save(folder / "model.keras")
    model = load_model(folder / "model.keras")
    paths = {format: folder / f"model{ending}" for format, ending in FORMATS.items()}
    for format, path in paths.items():
        model.export(path, format)
    return paths | {"keras": folder / "model.keras"}
