"""Small samples of all kinds, and small models of them."""

import numpy as np

from kerasclust.models.catalog import methods

CHANNELS = ("rsrp", "volume", "delay")
QUICK = {"n_runs": 1, "pretrain_epochs": 1, "epochs": 1, "n_tries": 2, "units": (8,), "random_state": 0}


def sequences(n, seed):
    """Sequences (n, 24, 3) in three groups; the values of one channel are heavy-tailed."""
    rng = np.random.default_rng(seed)
    group = (np.arange(n) % 3)[:, None, None]
    x = rng.normal(size=(n, 24, 3)) * (1.0 + group) + 3.0 * np.sin(np.arange(24) * group[..., 0])[:, :, None]
    x[..., 1] = np.exp(x[..., 1])
    return x.astype("float32")


def table(n, seed):
    """Feature vectors (n, 5) in two groups that overlap."""
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, 5)) + 2.0 * (np.arange(n) % 2)[:, None]).astype("float32")


def images(n, seed):
    """Images (n, 8, 8, 1) of three brightnesses."""
    rng = np.random.default_rng(seed)
    return np.abs(rng.normal(size=(n, 8, 8, 1)) + (np.arange(n) % 3)[:, None, None, None]).astype("float32")


def quick(method, x, **settings):
    """A small fitted model of a method by its name."""
    known = methods()[method](3).settings
    model = methods()[method](3, **{name: value for name, value in QUICK.items() if name in known} | settings)
    model.fit(x, verbose=0)
    return model
