"""A small model, trained once, and a service for it in this process."""

import pytest
from fastapi.testclient import TestClient

from kerasclust.models import AEKMeans
from kerasclust.runs import RunDirectory
from kerasclust.serving.app import create_app
from kerasclust.serving.limits import Limits
from kerasclust.serving.model import load_served_model

PREDICT = "/v1/models/kerasclust:predict"


def client_for(app):
    """A client of a service in this process.

    What fails in the service is answered, as by a server.
    """
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture(scope="session")
def model(blobs):
    """Three clusters of samples (n, 6)."""
    model = AEKMeans(3, units=(8,), pretrain_epochs=2, random_state=0)
    model.fit(blobs[0], verbose=0)
    return model


@pytest.fixture(scope="session")
def run(model, tmp_path_factory):
    """A run directory with both kinds of model."""
    run = RunDirectory(tmp_path_factory.mktemp("runs") / "a")
    run.write_model(model)
    model.export(run.file("saved_model"))
    return run


@pytest.fixture(scope="session")
def served(run):
    return load_served_model(run.path)


@pytest.fixture
def client_of(served):
    """Function (limits) -> client of a service of its own."""

    def client(**limits):
        return client_for(create_app(served, limits=Limits(**limits)))

    return client


@pytest.fixture
def client(client_of):
    return client_of()
