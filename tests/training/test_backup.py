"""A training whose process was killed goes on and ends where an uninterrupted one does."""

import json
import multiprocessing
import os
import platform
import resource
import signal
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from kerasclust import models
from kerasclust.errors import InputError
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.models.catalog import methods, settings_of
from kerasclust.reports import ClusterDashboard
from kerasclust.system.locking import alone_in
from kerasclust.system.versions import PACKAGES, versions
from kerasclust.training import checkpoint
from kerasclust.training.backup import Backup

SMALL = {"units": (8,), "pretrain_epochs": 3, "epochs": 3, "batch_size": 32, "random_state": 3, "frontend": "raw"}
CASES = {
    "IDEC": SMALL | {"n_tries": 3, "latent_dim": 3},
    "ACeDeC": SMALL | {"n_tries": 3, "latent_dim": 3, "n_runs": 2},
    "DANCE": SMALL | {"n_tries": 3, "n_runs": 2},
}


def samples():
    y = np.arange(120) % 3
    return np.random.default_rng(0).normal(size=(120, 5)).astype("float32") + 4.0 * np.eye(3, 5, dtype="float32")[y]


class KillAt(keras.callbacks.Callback):
    """Ends the process, as kill -9 does, when so many epochs are over."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.epoch:
            os.kill(os.getpid(), signal.SIGKILL)


class FirstEpoch(keras.callbacks.Callback):
    """Notes the epoch that a training begins with."""

    epoch = None

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch if self.epoch is None else self.epoch


def fit(name, backup_dir, callbacks=()):
    model = getattr(models, name)(3, **CASES[name])
    history = model.fit(samples(), callbacks=list(callbacks), verbose=0, backup_dir=backup_dir)
    return model, history


def fit_until(name, backup_dir, epoch):
    checkpoint.SECONDS, checkpoint.SHARE = 0.0, 1e9  # after every epoch
    fit(name, backup_dir, [KillAt(epoch)])


def fit_and_die(name, backup_dir, epoch):
    process = multiprocessing.get_context("spawn").Process(target=fit_until, args=(name, backup_dir, epoch))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("name", "epochs"),
    [
        pytest.param("DANCE", (2, 67), marks=pytest.mark.full),  # in the first pretraining and in refinement
        ("IDEC", (1, 4)),
        pytest.param("ACeDeC", (4, 7), marks=pytest.mark.full),
    ],
)
def test_a_killed_training_ends_where_another_does(name, epochs, tmp_path):
    uninterrupted, history = fit(name, None)
    for epoch in epochs:  # one process after the other is killed, later and later
        fit_and_die(name, tmp_path, epoch)
    first = FirstEpoch()
    resumed, resumed_history = fit(name, tmp_path, [first])
    assert first.epoch == epochs[-1]  # what was over when the last process was killed is not trained again
    for a, b in zip(uninterrupted.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert resumed_history.history.keys() == history.history.keys()
    for logged, values in history.history.items():
        if logged == "phase":
            assert resumed_history.history[logged] == values
        else:  # a mean of what was logged may be summed in another order by another process
            np.testing.assert_allclose(resumed_history.history[logged], values, rtol=1e-5)
    assert [run["seed"] for run in resumed.runs_] == [run["seed"] for run in uninterrupted.runs_]
    assert set(resumed.diagnostics()) == set(uninterrupted.diagnostics())


class NoMore(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        pytest.fail("trained again")


def finished(method, backup_dir, callbacks=()):
    cls = methods()[method]
    known = settings_of(cls).keys() - {"epochs"}
    model = cls(n_clusters=3, **{name: value for name, value in SMALL.items() if name in known})
    return model, model.fit(samples(), callbacks=list(callbacks), verbose=0, backup_dir=backup_dir)


@pytest.mark.parametrize(
    "method",
    [m if m in ("acedec", "ae_hdbscan", "kmeans") else pytest.param(m, marks=pytest.mark.full) for m in methods()],
)
def test_a_finished_training_is_not_repeated(method, tmp_path):
    first, history = finished(method, tmp_path / "backup")
    dashboard = ClusterDashboard(tmp_path / "logs", samples())
    again, same_history = finished(method, tmp_path / "backup", [NoMore(), dashboard])
    np.testing.assert_array_equal(first.predict(samples()), again.predict(samples()))
    assert same_history.history == history.history
    assert again.diagnostics() == first.diagnostics()
    assert list((tmp_path / "logs").iterdir())


def test_a_backup_that_cannot_be_written_does_not_end_the_training(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, limits[1]))  # enough for training.json
    try:
        with pytest.warns(UserWarning, match="A backup could not be written, and training goes on without it"):
            model, _ = fit("IDEC", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert model.predict(samples()).shape == (120, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["training.json"]


@pytest.mark.parametrize("method", [m if m == "acedec" else pytest.param(m, marks=pytest.mark.full) for m in methods()])
def test_the_same_seed_gives_the_same_weights_bit_for_bit(method):
    first, again = (finished(method, None)[0] for _ in range(2))
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_autoencoder_has_a_backup_too(tmp_path):
    settings = {name: SMALL[name] for name in ("units", "pretrain_epochs", "batch_size", "random_state", "frontend")}
    first, again = (Autoencoder(latent_dim=2, **settings) for _ in range(2))
    first.fit(samples(), verbose=0, backup_dir=tmp_path)
    again.fit(samples(), verbose=0, backup_dir=tmp_path, callbacks=[NoMore()])
    np.testing.assert_array_equal(first.encode(samples()), again.encode(samples()))


@pytest.mark.parametrize(
    ("settings", "x", "differing"),
    [
        ({"latent_dim": 2}, samples(), "settings"),
        ({}, samples() + 1.0, "samples"),
        ({}, samples()[:60], "samples"),
    ],
)
def test_a_backup_of_another_training_is_refused(settings, x, differing, tmp_path):
    short = CASES["IDEC"] | {"pretrain_epochs": 1, "epochs": 1}
    models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path)
    with pytest.raises(InputError, match=f"another training, with other {differing}: choose another folder"):
        models.IDEC(3, **short | settings).fit(x, verbose=0, backup_dir=tmp_path, callbacks=[NoMore()])


def change_kept(folder, **versions):
    """Change versions in the backup of a training; None removes one."""
    path = folder / "training.json"
    kept = json.loads(path.read_text())
    kept["versions"] = {k: v for k, v in (kept["versions"] | versions).items() if v is not None}
    path.write_text(json.dumps(kept))


@pytest.mark.parametrize("package", ["kerasclust", *PACKAGES])
@pytest.mark.parametrize("earlier", ["0.0.7", None])
def test_other_versions_are_named(package, earlier, tmp_path):
    with Backup(tmp_path, {"method": "DEC"}).opened() as backup:
        backup.first_seed(0)
    change_kept(tmp_path, **{package: earlier})
    told = rf"a training by {package} {earlier or 'unknown'} \(now {versions()[package]}\), .* install the earlier"
    with pytest.raises(InputError, match=told), Backup(tmp_path, {"method": "DEC"}).opened():
        pass


def test_another_release_of_python_is_named_and_another_patch_goes_on(tmp_path):
    short = CASES["IDEC"] | {"pretrain_epochs": 1, "epochs": 1}
    models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path)
    release = platform.python_version().rpartition(".")[0]
    change_kept(tmp_path, python=f"{release}.99")
    models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path, callbacks=[NoMore()])
    change_kept(tmp_path, python="3.9.1", keras="3.0.0")
    with pytest.raises(InputError, match=rf"keras 3\.0\.0 \(now .*\), Python 3\.9 \(now {release}\)"):
        models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path, callbacks=[NoMore()])


def test_settings_of_another_version_are_a_matter_of_the_version(tmp_path):
    short = CASES["IDEC"] | {"pretrain_epochs": 1, "epochs": 1}
    models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path)
    change_kept(tmp_path, kerasclust="0.0.7")
    with pytest.raises(InputError, match=r"kerasclust 0\.0\.7"):
        models.IDEC(3, **short | {"latent_dim": 2}).fit(samples(), verbose=0, backup_dir=tmp_path)
    with pytest.raises(InputError, match="another training, with other samples"):
        models.IDEC(3, **short).fit(samples() + 1.0, verbose=0, backup_dir=tmp_path)


def test_a_seed_that_was_drawn_is_kept(tmp_path):
    settings = CASES["IDEC"] | {"random_state": None, "pretrain_epochs": 1, "epochs": 1}
    first, again = models.IDEC(3, **settings), models.IDEC(3, **settings)
    first.fit(samples(), verbose=0, backup_dir=tmp_path)
    again.fit(samples(), verbose=0, backup_dir=tmp_path)
    np.testing.assert_array_equal(first.predict(samples()), again.predict(samples()))
    assert json.loads((tmp_path / "training.json").read_text())["seed"] == first.runs_[0]["seed"]


@pytest.mark.parametrize("damage", [lambda b: b[: len(b) // 2], lambda b: b[:300] + b"?" + b[301:], lambda b: b""])
def test_a_damaged_backup_is_told(damage, tmp_path):
    short = CASES["IDEC"] | {"pretrain_epochs": 1, "epochs": 1}
    models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path)
    (path,) = tmp_path.glob("run-0-pretrain-initialize.npz")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match=r"is damaged .*delete it"):
        models.IDEC(3, **short).fit(samples(), verbose=0, backup_dir=tmp_path)


def test_a_folder_that_cannot_be_written_is_told_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be"):
        fit("IDEC", tmp_path / "file" / "backup", [NoMore()])


def hold(folder, taken, leave):
    with alone_in(folder):
        taken.set()
        leave.wait()


def test_a_folder_that_another_process_writes_is_refused_before_training(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    taken, leave = spawn.Event(), spawn.Event()
    process = spawn.Process(target=hold, args=(tmp_path, taken, leave))
    process.start()
    taken.wait()
    with pytest.raises(InputError, match="Another process is writing to"):
        fit("IDEC", tmp_path, [NoMore()])
    leave.set()
    process.join()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folders", [("a", "b"), ("a", "a")])
def test_trainings_in_two_threads_do_not_mix(folders, tmp_path):
    short = CASES["IDEC"] | {"pretrain_epochs": 2, "epochs": 2}

    def fitted(folder):
        model = models.IDEC(3, **short)
        model.fit(samples(), verbose=0, backup_dir=tmp_path / folder)
        return model.predict(samples())

    alone = fitted("alone")
    with ThreadPoolExecutor() as threads:
        trainings = [threads.submit(fitted, folder) for folder in folders]
    refused = [training.exception() for training in trainings if training.exception()]
    assert all("is writing to" in str(error) for error in refused)
    assert not refused or folders[0] == folders[1]
    results = [training.result() for training in trainings if not training.exception()]
    assert results
    for q in results:
        np.testing.assert_array_equal(q, alone)


def test_one_model_predicts_in_many_threads():
    model = finished("kmeans", None)[0]
    sizes = [1, 7, 120, 50] * 8
    q = model.predict(samples())
    with ThreadPoolExecutor(max_workers=8) as threads:
        for n, found in zip(sizes, threads.map(lambda n: model.predict(samples()[:n]), sizes), strict=True):
            np.testing.assert_allclose(found, q[:n], atol=1e-6)


class StopAt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 4:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("shape", "further"),
    [
        ((24, 2), lambda: {"augmentation": "crop"}),
        ((8, 8, 1), lambda: {"augmentation": "affine"}),
        ((5,), lambda: {"augmentation": keras.layers.GaussianNoise(0.5)}),  # each time with another name
        ((5,), lambda: {"dtype": "mixed_float16"}),
    ],
)
def test_views_and_the_loss_scale_go_on_where_they_were(shape, further, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)
    monkeypatch.setattr(checkpoint, "SHARE", 1e9)
    x = np.random.default_rng(0).normal(size=(50, *shape))
    settings = {"latent_dim": 2, "units": (4,), "batch_size": 16, "pretrain_epochs": 7, "random_state": 1}

    def fitted(**options):
        model = Autoencoder(**settings, **further(), frontend="raw")
        model.fit(x, verbose=0, **options)
        return model

    whole = fitted()
    with pytest.raises(KeyboardInterrupt):
        fitted(backup_dir=tmp_path, callbacks=[StopAt()])
    first = FirstEpoch()
    resumed = fitted(backup_dir=tmp_path, callbacks=[first])
    assert first.epoch == 4
    np.testing.assert_array_equal(whole.encode(x), resumed.encode(x))


def test_a_checkpoint_goes_when_its_phase_is_over(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)
    fit("IDEC", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "run-0-pretrain-initialize.npz",
        "run-0-refine.npz",
        "training.json",
    ]


def test_a_backup_with_variables_of_other_shapes_is_told(tmp_path):  # found by the soak
    model = models.DEC(2, **SMALL)
    model.build((None, 5))
    shapes = [tuple(variable.shape) for variable in model.kept_variables()]
    arrays = {f"variable/{i}": np.zeros((*shape, 2)) for i, shape in enumerate(shapes)}
    np.savez(tmp_path / "run-0.npz", progress="{}", **arrays)
    with pytest.raises(InputError, match=r"is damaged \(its variables have other shapes\)"):
        Backup(tmp_path, {}).read("run-0", model.kept_variables())
