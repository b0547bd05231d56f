"""Small data sets and a trained model that the report tests share."""

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet


@pytest.fixture(scope="session")
def sequences():
    """Two kinds of sequences in three channels, the second of them constant, from six users."""
    random = np.random.default_rng(0)
    y = np.arange(60) % 2
    x = random.normal(size=(60, 16, 3)).astype("float32")
    x[:, :, 0] = np.abs(x[:, :, 0]) + 10 * y[:, None]
    x[:, :, 1] = 7
    return DataSet(
        "cells <b> & Zürich",
        x,
        y,
        ("<idle>", "büsy & loud"),
        np.arange(60) % 6,
        ("load <script>", "price in $", "rsrp"),
        ("kbit/s", "", "dBm"),
        5.0,
    )


@pytest.fixture(scope="session")
def trained():
    """A tiny DANCE on a table of 60 rows, with its history."""
    from kerasclust.models import DANCE

    x = np.random.default_rng(0).normal(size=(60, 3)).astype("float32") + 8.0 * (np.arange(60) % 2)[:, None]
    data = DataSet(
        "table", x.astype("float32"), np.arange(60) % 2, ("low", "high"), None, ("a", "b", "c"), ("m", "", "s")
    )
    model = DANCE(2, pretrain_epochs=2, epochs=2, n_tries=2, n_runs=1, random_state=0)
    model.rim_search.updates = 12  # seconds less, and nothing here depends on them
    return model, data, model.fit(data.x, verbose=0)
