"""DANCE: its equations, its phases, and the contract of every model."""

import subprocess
import sys
import textwrap

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.datasets import DataSet
from kerasclust.errors import InputError
from kerasclust.metrics import clustering_accuracy
from kerasclust.models import DANCE

QUICK = {
    "n_runs": 1,
    "cluster_dim": 2,
    "pretrain_epochs": 3,
    "epochs": 3,
    "n_tries": 3,
    "units": (16,),
    "batch_size": 32,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def fitted(blobs):
    slow = {"cluster_dim": 4, "units": (64,), "pretrain_epochs": 120, "epochs": 20, "learning_rate": 2e-3}
    model = DANCE(3, **QUICK | slow)
    history = model.fit(blobs[0], verbose=0)
    return model, history


def test_finds_separated_groups(fitted, blobs):
    x, y = blobs
    assert clustering_accuracy(y, fitted[0].predict_clusters(x)) > 0.95


def test_predictions_are_the_nearest_center_in_z_c(fitted, blobs):
    model, x = fitted[0], blobs[0]
    q, z_c = model.predict(x), model.encode(x)[:, : model.cluster_dim]
    distance = ((z_c[:, None] - np.asarray(model.assignment.centers)[None]) ** 2).sum(axis=2)
    np.testing.assert_allclose(q.sum(axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(model.predict_clusters(x), distance.argmin(axis=1))


def test_permuted_samples_get_the_same_clusters(fitted, blobs):
    model, x = fitted[0], blobs[0]
    order = np.random.default_rng(0).permutation(len(x))
    np.testing.assert_array_equal(model.predict_clusters(x[order]), model.predict_clusters(x)[order])


def test_decode_returns_features_of_their_shape(fitted, blobs):
    model, x = fitted[0], blobs[0]
    features = np.asarray(model.frontend(x))
    reconstructed = model.decode(model.encode(x))
    assert reconstructed.shape == features.shape
    assert np.mean((reconstructed - features) ** 2) < np.var(features)


def test_history_names_the_phase_of_each_epoch(fitted):
    history = fitted[1]
    phases = history.history["phase"]
    assert list(dict.fromkeys(phases)) == ["pretrain", "initialize", "refine"]
    assert history.epoch == list(range(len(phases)))
    assert {len(values) for values in history.history.values()} == {len(phases)}
    assert np.isfinite(history.history["reconstruction_loss"][0])
    assert np.isnan(history.history["clustering_loss"][0])


def test_evaluate_reports_the_external_scores(fitted, blobs):
    scores = fitted[0].evaluate(*blobs)
    assert set(scores) == {"acc", "nmi", "ari"}
    assert scores["acc"] > 0.95


def test_evaluate_takes_samples_and_labels_that_are_held_together(fitted, blobs):
    model, (x, y) = fitted[0], blobs
    expected = model.evaluate(x, y)
    shuffled = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(300, seed=1).batch(64)
    assert model.evaluate(shuffled) == pytest.approx(expected)
    assert model.evaluate(DataSet("blobs", x.astype("float32"), y), verbose=0) == pytest.approx(expected)
    with pytest.raises(InputError, match="no labels"):
        model.evaluate(x)


def test_predict_shows_a_bar_when_asked(fitted, blobs, capsys):
    fitted[0].predict(blobs[0], verbose=0)
    assert capsys.readouterr().err == ""
    fitted[0].predict(blobs[0], verbose=1)
    assert "predict" in capsys.readouterr().err


def test_a_saved_model_loads_in_a_process_that_knows_nothing(fitted, blobs, tmp_path):
    fitted[0].save(tmp_path / "model.keras")
    np.save(tmp_path / "x.npy", blobs[0])
    script = (
        "import sys, numpy, kerasclust\n"
        "model = kerasclust.load_model(sys.argv[1] + '/model.keras')\n"
        "numpy.save(sys.argv[1] + '/q.npy', model.predict(numpy.load(sys.argv[1] + '/x.npy')))\n"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path], check=True)
    np.testing.assert_allclose(np.load(tmp_path / "q.npy"), fitted[0].predict(blobs[0]), atol=1e-6)


def test_the_same_seed_gives_the_same_labels_and_embedding(blobs):
    first, second = (DANCE(3, **QUICK) for _ in range(2))
    for model in (first, second):
        model.fit(blobs[0], verbose=0)
    np.testing.assert_array_equal(first.encode(blobs[0]), second.encode(blobs[0]))
    np.testing.assert_array_equal(first.predict_clusters(blobs[0]), second.predict_clusters(blobs[0]))


def built(x, **settings):
    model = DANCE(3, **QUICK | settings)
    model.build((None, *x.shape[1:]))
    model.frontend.adapt(x)
    return model


def test_decorrelation_reaches_the_encoder_through_z_r_only(blobs):
    model = built(blobs[0])
    z = tf.Variable(np.random.default_rng(0).normal(size=(16, 4)).astype("float32"))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model.critic(model.decorrelator_inputs(z, model.noise)[0]))
    gradient = tape.gradient(loss, z).numpy()
    assert np.all(gradient[:, :2] == 0)
    assert np.abs(gradient[:, 2:]).min() > 0


def test_reference_points_share_z_c_and_draw_z_r_from_the_gaussian(blobs):
    model = built(blobs[0], sigma=3.0)
    z = np.random.default_rng(0).normal(size=(4000, 4)).astype("float32")
    encoded, reference = (np.asarray(points) for points in model.decorrelator_inputs(z, model.noise))
    np.testing.assert_array_equal(encoded, z)
    np.testing.assert_array_equal(reference[:, :2], z[:, :2])
    assert abs(reference[:, 2:].mean()) < 0.2
    assert reference[:, 2:].std() == pytest.approx(3.0, rel=0.05)


def test_losses_of_a_step_add_up_as_in_eq_4_and_11(blobs):
    model = built(blobs[0])
    model.targets = tf.Variable(np.full((300, 3), 1 / 3, "float32"))
    index, x = tf.range(32), model.frontend(blobs[0][:32])
    model.beta_cor.assign(0.7)
    model.feature_variance.assign(0.5)
    logs = {name: float(value) for name, value in model.pretrain_step(index, x, x).items()}
    assert logs["loss"] == pytest.approx(logs["reconstruction_loss"] + 0.35 * logs["decorrelation_loss"], rel=1e-5)
    model.reset_metrics()
    logs = {name: float(value) for name, value in model.refine_step(index, x, x).items()}
    weighed = 0.7 * logs["decorrelation_loss"] + model.beta_dec * logs["clustering_loss"]
    assert logs["loss"] == pytest.approx(logs["reconstruction_loss"] + 0.5 * weighed, rel=1e-5)


def test_features_of_small_variance_are_reconstructed_against_the_adversary():
    """As pixels from 0 to 1: with weights in another unit the adversary alone was trained for."""
    x = 0.1 * np.random.default_rng(0).random((300, 8, 8, 1))
    for group in range(3):
        x[group::3, 2 * group + 1] += 0.4
    x[:, 7, 7] = 1.0
    variance = x.var(axis=0).mean()
    model = DANCE(
        3, network="dense", refine=False, **QUICK | {"units": (64,), "pretrain_epochs": 60, "learning_rate": 2e-3}
    )
    model.fit(x.astype("float32"), verbose=0)
    assert float(model.feature_variance) == pytest.approx(variance, rel=1e-4)
    assert model.diagnostics()["reconstruction_loss"] < 0.3 * variance


def test_pretraining_leaves_the_centers_and_refinement_moves_them(blobs):
    model = built(blobs[0])
    model.targets = tf.Variable(np.eye(3, dtype="float32")[np.arange(300) % 3])
    index, x = tf.range(32), model.frontend(blobs[0][:32])
    before = np.array(model.assignment.centers)
    model.pretrain_step(index, x, x)
    np.testing.assert_array_equal(model.assignment.centers, before)
    model.refine_step(index, x, x)
    assert np.abs(np.array(model.assignment.centers) - before).max() > 0


def test_held_out_points_do_not_train_the_critic(blobs):
    model = built(blobs[0])
    x = model.frontend(blobs[0][:8])
    before = model.critic.get_weights()
    model.pretrain_step(tf.range(8) * 10, x, x)
    for old, new in zip(before, model.critic.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    model.pretrain_step(tf.range(8) * 10 + 1, x, x)
    assert any(np.abs(a - b).max() > 0 for a, b in zip(before, model.critic.get_weights(), strict=True))


@pytest.mark.parametrize("decorrelate", [True, False])
@pytest.mark.parametrize("initializer", ["rim", "kmeans"])
@pytest.mark.parametrize("refine", [True, False])
def test_every_row_of_table_v_runs(blobs, decorrelate, initializer, refine):
    model = DANCE(3, decorrelate=decorrelate, initializer=initializer, refine=refine, **QUICK)
    history = model.fit(blobs[0], verbose=0).history
    assert ("critic_loss" in history) == decorrelate
    assert ("rim_loss" in history) == (initializer == "rim")
    assert ("clustering_loss" in history) == refine
    assert model.assignment.centers.shape[1] == (2 if decorrelate else 4)
    assert model.predict(blobs[0]).shape == (300, 3)


def test_phases_run_and_go_on_alone(blobs):
    model = DANCE(3, **QUICK)
    assert set(model.fit(blobs[0], phases=["pretrain"], verbose=0).history["phase"]) == {"pretrain"}
    encoder = model.encoder.get_weights()
    assert set(model.fit(blobs[0], phases=["initialize"], verbose=0).history["phase"]) == {"initialize"}
    for old, new in zip(encoder, model.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert set(model.fit(blobs[0], phases=["refine"], verbose=0).history["phase"]) == {"refine"}


def test_phases_in_parts_end_where_the_whole_ends(blobs):
    whole, parts = DANCE(3, **QUICK), DANCE(3, **QUICK)
    whole.fit(blobs[0], verbose=0)
    for phase in whole.phase_names:
        parts.fit(blobs[0], phases=[phase], verbose=0)
    np.testing.assert_allclose(whole.encode(blobs[0]), parts.encode(blobs[0]), rtol=1e-4, atol=1e-4)


def test_several_runs_go_on_from_the_one_with_the_clearest_gaps(blobs):
    model = DANCE(3, **QUICK | {"n_runs": 3})
    history = model.fit(blobs[0], verbose=0)
    scores = [run["start_score"] for run in model.runs_]
    assert len(scores) == 3
    assert model.chosen_run_ == int(np.argmin(scores))
    assert sorted(set(history.history["run"])) == [0, 1, 2]
    assert history.history["phase"].count("refine") <= QUICK["epochs"]
    np.testing.assert_array_equal(model.predict_clusters(blobs[0]), model.result_.kept.labels)


def test_beta_cor_rises_against_a_strong_critic_and_stays_as_given_without_balance(blobs):
    free = DANCE(3, balance=False, beta_cor=0.2, **QUICK)
    free.fit(blobs[0], phases=["pretrain"], verbose=0)
    assert float(free.beta_cor) == pytest.approx(0.2)
    steered = DANCE(3, beta_cor=1e-3, **QUICK | {"pretrain_epochs": 30})
    history = steered.fit(blobs[0], phases=["pretrain"], verbose=0).history
    beta, accuracy = np.array(history["beta_cor"]), np.array(history["critic_accuracy"])
    first = np.flatnonzero(np.isfinite(accuracy))[0]
    assert np.log(beta[first] / 1e-3) == pytest.approx(0.3 * (accuracy[first] - 0.55), abs=1e-5)
    assert accuracy[-1] > 0.55
    assert beta[-1] > beta[first] > 1e-3


def test_save_and_load_give_the_same_predictions(fitted, blobs, tmp_path):
    model, x = fitted[0], blobs[0]
    model.save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(x), model.predict(x), rtol=1e-5)
    np.testing.assert_allclose(loaded.decode(loaded.encode(x)), model.decode(model.encode(x)), rtol=1e-4, atol=1e-5)
    assert loaded.settings == model.settings


def test_a_loaded_model_goes_on_with_refinement(fitted, blobs, tmp_path):
    fitted[0].save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    history = loaded.fit(blobs[0], phases=["refine"], verbose=0)
    assert set(history.history["phase"]) == {"refine"}
    assert clustering_accuracy(blobs[1], loaded.predict_clusters(blobs[0])) > 0.95


def test_saved_model_serves_raw_input_without_kerasclust(tmp_path):
    random = np.random.default_rng(0)
    x = (random.normal(size=(40, 32, 3)) * [1, 100, 1e4] + [0, -90, 5e4]).astype("float32")
    model = DANCE(2, **QUICK)
    model.fit(x, verbose=0)
    model.export(tmp_path / "served")
    np.savez(tmp_path / "expected.npz", x=x, q=model.predict(x), z=model.encode(x))
    script = textwrap.dedent("""
        import sys
        sys.modules["kerasclust"] = None
        sys.modules["keras"] = None
        import numpy as np, tensorflow as tf
        served, data = tf.saved_model.load(sys.argv[1]), np.load(sys.argv[2])
        out = served.signatures["serving_default"](x=tf.constant(data["x"]))
        np.testing.assert_allclose(out["soft_assignment"], data["q"], rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(out["embedding"], data["z"], rtol=1e-3, atol=1e-4)
        one = served.signatures["labels"](x=tf.constant(data["x"][:1]))
        assert one["labels"].numpy().tolist() == [data["q"][0].argmax()]
        assert sorted(served.signatures) == ["embedding", "labels", "serving_default", "soft_assignment"]
    """)
    command = [sys.executable, "-c", script, str(tmp_path / "served"), str(tmp_path / "expected.npz")]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("shape", [(24, 3), (12, 12, 1)])
def test_raw_sequences_and_images_train_on_convolutions(shape):
    x = np.random.default_rng(0).random((40, *shape)).astype("float32")
    model = DANCE(2, frontend="raw", **QUICK | {"units": (8, 8)})
    model.fit(x, verbose=0)
    assert model.decode(model.encode(x)).shape == x.shape


def test_diagnostics_measure_and_warn(fitted, blobs):
    found = fitted[0].diagnostics()
    assert sum(found["cluster_sizes"]) == 300
    assert 0.0 <= found["latent_correlation"] <= 1.0
    assert {"critic_accuracy", "conditional_entropy", "silhouette", "tries_agreement", "warnings"} <= set(found)


def test_settings_that_make_no_sense_are_refused():
    for wrong in ({"initializer": "magic"}, {"latent_dim": 3}, {"cluster_dim": 0}, {"batch_size": 0}, {"epochs": 0}):
        with pytest.raises(InputError, match=next(iter(wrong))):
            DANCE(3, **wrong)
