"""DEPICT: noisy and clean path, softmax, balanced targets."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust import load_model
from kerasclust.errors import InputError
from kerasclust.layers import SoftmaxAssignment
from kerasclust.losses import balanced_assignment, balanced_target
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import DEC, DEPICT
from kerasclust.models.autoencoders import LayerwiseAutoencoder
from kerasclust.models.parts.layerwise import stages

QUICK = {"latent_dim": 3, "units": (16, 8), "frontend": "raw", "batch_size": 32, "random_state": 0}


@pytest.fixture(scope="module")
def fitted(blobs):
    enough = {"latent_dim": 4, "units": (32,), "batch_size": 64, "learning_rate": 3e-3, "random_state": 0}
    model = DEPICT(3, pretrain_epochs=100, epochs=20, **enough)
    return model, model.fit(blobs[0], verbose=0)


def built(x, **settings):
    model = DEPICT(3, **QUICK | settings)
    model.build((None, *x.shape[1:]))
    model.reset_networks(0)
    return model


def dense(layer, x):
    return x @ np.asarray(layer.kernel, "float64") + np.asarray(layer.bias, "float64")


def weighted(network):
    return [layer for layer in network.layers if layer.weights]


def test_the_contract_holds(fitted, blobs, tmp_path):
    model, history = fitted
    x, y = blobs
    q = model.predict(x)
    assert clustering_accuracy(y, q.argmax(axis=1)) > 0.95
    assert list(dict.fromkeys(history.history["phase"])) == ["pretrain", "initialize", "refine"]
    for name in ("loss", "reconstruction_loss", "layer_loss"):
        assert np.isfinite(history.history[name]).all()
    assert model.diagnostics()["cluster_sizes"] == np.bincount(q.argmax(axis=1), minlength=3).tolist()
    model.save(tmp_path / "model.keras")
    loaded = load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x), q, atol=1e-6)
    assert loaded.count_params() == model.count_params()  # the parts of the networks are not saved beside them
    model.export(tmp_path / "served")
    served = tf.saved_model.load(str(tmp_path / "served")).signatures["serving_default"](x=tf.constant(x[:7]))
    np.testing.assert_allclose(served["soft_assignment"], q[:7], atol=1e-5)


def test_without_noise_the_losses_are_those_of_the_equations(blobs):
    x = blobs[0][:32]
    model = built(x, dropout=0.0, layer_weight=0.7)
    targets = np.random.default_rng(1).dirichlet(np.ones(3), 32).astype("float32")
    model.targets = tf.Variable(targets, trainable=False)
    first, second, last = weighted(model.encoder)
    up, further, final = weighted(model.decoder)
    h1 = np.maximum(dense(first, x), 0.0)
    h2 = np.maximum(dense(second, h1), 0.0)
    z = dense(last, h2)
    d2 = np.maximum(dense(up, z), 0.0)
    d1 = np.maximum(dense(further, d2), 0.0)
    logits = z @ np.asarray(model.assignment.kernel, "float64") + np.asarray(model.assignment.bias, "float64")
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = {
        "reconstruction_loss": np.mean((x - dense(final, d1)) ** 2),
        "layer_loss": np.mean((h1 - d1) ** 2) + np.mean((h2 - d2) ** 2),
        "clustering_loss": np.mean(np.sum(targets * np.log(targets / p), axis=1)),
    }
    expected["loss"] = expected["clustering_loss"] + expected["reconstruction_loss"] + 0.7 * expected["layer_loss"]
    logs = model.refine_step(tf.range(32), x, x)
    assert {name: float(value) for name, value in logs.items()} == pytest.approx(expected, rel=1e-4)


def test_the_noisy_path_drops_a_share_and_keeps_the_mean(blobs):
    model = built(blobs[0], dropout=0.25)
    dropped = np.asarray(model.paths.dropped(np.ones((400, 50), "float32"), model.noise))
    assert np.mean(dropped == 0.0) == pytest.approx(0.25, abs=0.02)
    assert set(np.unique(dropped)) == {0.0, np.float32(1.0 / 0.75)}
    x = blobs[0][:32]
    assert np.abs(np.asarray(model.paths.noisy_path(x, model.noise)) - np.asarray(model.encoder(x))).max() > 0.01
    np.testing.assert_allclose(model.paths.clean_path(x)[0], x)


def test_a_step_moves_all_networks_and_the_softmax(blobs):
    x = blobs[0][:32]
    model = built(x)
    model.targets = tf.Variable(tf.one_hot(tf.range(32) % 3, 3), trainable=False)
    before = [variable.numpy() for variable in model.trained_variables]
    model.refine_step(tf.range(32), x, x)
    for variable, old in zip(model.trained_variables, before, strict=True):
        assert np.abs(variable.numpy() - old).max() > 0.0


def test_targets_balance_the_clusters_and_keep_what_is_balanced():
    p = np.random.default_rng(0).dirichlet([4.0, 1.0, 1.0], 300)
    q = np.asarray(balanced_target(p), "float64")
    weight = p / np.sqrt(p.sum(axis=0))
    np.testing.assert_allclose(q, weight / weight.sum(axis=1, keepdims=True), rtol=1e-5)
    assert float(balanced_assignment(q)) < 0.5 * float(balanced_assignment(p))
    certain = np.eye(3)[np.arange(30) % 3]
    np.testing.assert_allclose(balanced_target(certain), certain, atol=1e-6)


def test_the_softmax_starts_where_the_nearest_mean_decides():
    random = np.random.default_rng(0)
    labels = np.arange(200) % 4
    z = random.normal(size=(4, 5))[labels] * 6.0 + random.normal(size=(200, 5))
    layer = SoftmaxAssignment(4)
    layer.build((None, 5))
    layer.place(z, labels)
    means = np.array([z[labels == cluster].mean(axis=0) for cluster in range(4)])
    nearest = ((z[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    p = np.asarray(layer(z.astype("float32")))
    assert p.argmax(axis=1).tolist() == nearest.tolist()
    layer.place(z[labels < 3], labels[labels < 3])  # an empty cluster
    assert np.isfinite(np.asarray(layer(z.astype("float32")))).all()


@pytest.mark.parametrize(
    "shape", [(25, 3), *(pytest.param(s, marks=pytest.mark.full) for s in [(24, 3), (12, 12, 1), (28, 27, 2)])]
)
def test_every_layer_of_convolutions_is_compared(shape):
    x = np.random.default_rng(0).random((40, *shape)).astype("float32")
    model = DEPICT(2, **QUICK | {"units": (8, 8, 8), "pretrain_epochs": 2, "epochs": 1, "n_tries": 2})
    history = model.fit(x, verbose=0).history
    assert np.isfinite(history["layer_loss"]).all() and history["layer_loss"][0] > 0.0
    features, z = model.features(x[:2]), model.encode(x[:2])
    clean, decoded = model.paths.clean_path(features), model.paths.decoded_path(z)
    assert len(clean) == len(decoded) == 4
    np.testing.assert_allclose(decoded[0], model.decode(z), atol=1e-5)
    np.testing.assert_allclose(model.paths.encoding[-1](clean[-1]), z, atol=1e-5)


def test_a_linear_autoencoder_has_no_hidden_layer(blobs):
    history = DEPICT(3, **QUICK | {"units": (), "network": "dense", "pretrain_epochs": 1, "epochs": 1}).fit(
        blobs[0], verbose=0
    )
    assert set(history.history["layer_loss"]) == {0.0}


def test_its_autoencoder_is_shared_with_other_methods(blobs):
    autoencoder = LayerwiseAutoencoder(**QUICK, pretrain_epochs=2)
    autoencoder.fit(blobs[0], verbose=0)
    assert autoencoder.result_ is not None
    model = DEPICT(3, autoencoder=autoencoder, epochs=1, random_state=0)
    assert list(dict.fromkeys(model.fit(blobs[0], verbose=0).history["phase"])) == ["initialize", "refine"]
    DEC(3, autoencoder=autoencoder, epochs=1, random_state=0).fit(blobs[0], verbose=0)


@keras.saving.register_keras_serializable(package="tests")
def forked(feature_shape, latent_dim, seed):
    inputs = keras.Input(feature_shape)
    both = keras.layers.Concatenate()([keras.layers.Dense(4)(inputs), keras.layers.Dense(4)(inputs)])
    z = keras.Input((latent_dim,))
    return keras.Model(inputs, keras.layers.Dense(latent_dim)(both)), keras.Model(
        z, keras.layers.Dense(*feature_shape)(z)
    )


@keras.saving.register_keras_serializable(package="tests")
def shallow_decoder(feature_shape, latent_dim, seed):
    encoder = keras.Sequential([keras.Input(feature_shape), keras.layers.Dense(4), keras.layers.Dense(latent_dim)])
    return encoder, keras.Sequential([keras.Input((latent_dim,)), keras.layers.Dense(*feature_shape)])


def test_networks_whose_layers_do_not_answer_each_other_are_refused(blobs):
    with pytest.raises(InputError, match="in which each layer follows the one before"):
        DEPICT(3, **QUICK | {"network": forked, "units": None}).fit(blobs[0], verbose=0)
    with pytest.raises(InputError, match="as many of them, not 1 and 2"):
        DEPICT(3, **QUICK | {"network": shallow_decoder, "units": None}).fit(blobs[0], verbose=0)


def test_a_chain_is_divided_where_weights_are():
    network = keras.Sequential(
        [keras.Input((6, 6, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(3)]
    )
    parts = stages(network)
    assert [[type(layer).__name__ for layer in part.layers] for part in parts] == [["Conv2D", "Flatten"], ["Dense"]]


def test_wrong_settings_are_refused():
    for wrong in ({"dropout": 1.0}, {"dropout": -0.1}, {"layer_weight": -1.0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            DEPICT(3, **wrong)
    with pytest.raises(InputError, match="DEPICT has no setting 'alpha'"):
        DEPICT(3, alpha=2.0)


def test_the_first_targets_are_the_starting_clusters(blobs, monkeypatch):
    # Large enough a network that reconstruction leaves room for the clusters.
    model = DEPICT(3, **QUICK | {"units": (64, 32), "latent_dim": 10, "pretrain_epochs": 100, "epochs": 1})
    start_from_clusters, kept = model.start_from_clusters, {}

    def keep(run):
        start_from_clusters(run)
        kept.update(targets=model.targets.numpy(), labels=run.state["initial_labels"])

    monkeypatch.setattr(model, "start_from_clusters", keep)
    history = model.fit(blobs[0], verbose=0).history
    np.testing.assert_array_equal(kept["targets"], np.eye(3)[kept["labels"]])
    losses = np.array(history["clustering_loss"])[np.array(history["phase"]) == "initialize"]
    assert losses[-1] < 0.9 * losses[0]  # and they are learned


def test_a_point_that_is_certainly_wrong_still_pulls(blobs):
    model = built(blobs[0], dropout=0.0)
    model.targets = tf.Variable(tf.one_hot([0], 3), trainable=False)
    model.assignment.kernel.assign(100.0 * np.eye(3))
    z = tf.constant([[0.0, 1.0, 0.0]])  # of cluster 1, with odds of e^100
    with tf.GradientTape() as tape:
        tape.watch(z)
        loss = model.clustering_loss(tf.constant([0]), z)
    assert float(loss) == pytest.approx(100.0, rel=1e-4)
    np.testing.assert_allclose(tape.gradient(loss, z), [[-100.0, 100.0, 0.0]], rtol=1e-4, atol=1e-4)


def test_a_schedule_is_of_refinement(blobs):
    model, x = built(blobs[0], schedule=0.25), blobs[0][:32]
    model.loss_share.assign(0.25)
    model.targets = tf.Variable(tf.one_hot(np.arange(32) % 3, 3), trainable=False)
    for step, share, rest in ((model.initialize_step, 1.0, 1.0), (model.refine_step, 0.25, 0.75)):
        for tracker in model.trackers.values():
            tracker.reset_state()
        logs = {name: float(value) for name, value in step(tf.range(32), x, x).items()}
        reconstruction = logs["reconstruction_loss"] + 0.1 * logs["layer_loss"]
        assert logs["loss"] == pytest.approx(share * logs["clustering_loss"] + rest * reconstruction, rel=1e-5)


@pytest.mark.full
def test_several_runs_by_rim_train_its_nets_in_each():
    x = (
        np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
        + 8.0 * np.eye(2, 4, dtype="float32")[np.arange(60) % 2]
    )
    settings = {"latent_dim": 4, "units": (8,), "batch_size": 64, "pretrain_epochs": 30, "epochs": 2, "n_tries": 4}
    model = DEPICT(2, initializer="rim", n_runs=2, random_state=0, frontend="raw", **settings)
    model.fit(x, verbose=0)
    assert all(run["start_score"] < 0.3 for run in model.runs_)  # the conditional entropy of trained nets
