"""A finished run encodes each sample once, and hands the result to all that need it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.data.dataset import DataSet
from kerasclust.models import DANCE, DEC
from kerasclust.runs import RunDirectory
from kerasclust.runs.training import train, write_run_report

N = 256  # a power of two, so that no batch is padded
PASSED = {"encoder": 0, "decoder": 0}


@keras.saving.register_keras_serializable(package="kerasclust.tests")
class Counter(keras.layers.Layer):
    """A layer that counts the samples that pass through it, when it computes and not when it is traced."""

    def __init__(self, counts, **settings):
        super().__init__(**settings)
        self.counts = counts

    def call(self, x):
        def count(n):
            PASSED[self.counts] += int(n)
            return n

        n = tf.py_function(count, [tf.shape(x)[0]], tf.int32)
        with tf.control_dependencies([n]):
            return tf.identity(x)

    def get_config(self):
        return {**super().get_config(), "counts": self.counts}


def counting(feature_shape, latent_dim, seed):
    """Encoder and decoder that count."""
    initializer = keras.initializers.GlorotUniform(seed)
    x, z = keras.Input(feature_shape), keras.Input((latent_dim,))
    encoded = keras.layers.Dense(latent_dim, kernel_initializer=initializer)(Counter("encoder")(x))
    decoded = keras.layers.Dense(feature_shape[0], kernel_initializer=initializer)(Counter("decoder")(z))
    return keras.Model(x, encoded), keras.Model(z, decoded)


@pytest.mark.parametrize(
    ("method", "settings"),
    [(DEC, {"latent_dim": 3}), (DANCE, {"initializer": "kmeans", "n_runs": 1, "cluster_dim": 2, "noise_dim": 1})],
)
def test_after_the_training_each_sample_is_encoded_once_and_few_are_decoded(tmp_path, method, settings, monkeypatch):
    random = np.random.default_rng(0)
    y = np.arange(N) % 2
    data = DataSet("d", (random.normal(size=(N, 4)) + 6.0 * y[:, None]).astype("float32"), y)
    model = method(2, network=counting, pretrain_epochs=1, epochs=1, n_tries=2, random_state=0, **settings)
    monkeypatch.setattr(model, "get_config", dict)  # a function as a network cannot be written as JSON
    monkeypatch.setattr(model, "save", lambda path: path.write_text("a function as a network cannot be saved"))
    fit = model.fit

    def fit_and_start_to_count(*arguments, **named):
        history = fit(*arguments, **named)
        PASSED.update(encoder=0, decoder=0)
        return history

    monkeypatch.setattr(model, "fit", fit_and_start_to_count)
    run = RunDirectory(tmp_path)
    trained = train(model, data, run, {"data": "d", "options": {}}, verbose=0)
    assert PASSED == {"encoder": N, "decoder": N}  # decoded once for the reconstruction errors of the reference
    PASSED.update(encoder=0, decoder=0)
    write_run_report(run, model, data, trained.space)
    assert PASSED["encoder"] == 0
    shown, steps = 2, 7  # one sample a cluster: from both parts, and on its way through the shared space
    assert PASSED["decoder"] <= (0 if method is DEC else 32)
    assert PASSED["decoder"] >= (0 if method is DEC else 2 * shown + steps * shown)
    assert {"labels", "history", "scores", "reference", "saved_model", "report"} <= {
        name for name in ("labels", "history", "scores", "reference", "saved_model", "report") if run.has(name)
    }
    np.testing.assert_array_equal(trained.q, model.predict(data.x))
