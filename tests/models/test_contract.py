"""The contract of all methods: gradients, rates, few classes, complete signatures, deviations from the papers."""

import inspect
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import kerasclust
from kerasclust.compute.gradients import Tape
from kerasclust.models.catalog import methods, settings_of
from kerasclust.models.settings import REQUIRED, declared
from kerasclust.training.trainer import Trainer
from tests.models.small import ALL, small


@pytest.mark.parametrize("name", ALL)
def test_every_gradient_that_a_step_takes_is_there_and_not_zero(name, blobs, monkeypatch):
    taken = []

    def minimize(tape, *objectives):
        for _, loss, variables in objectives:
            gradients = tape.gradient(loss, variables)
            taken.append((variables, gradients))
        original(tape, *objectives)

    class EagerTrainer(Trainer):
        """Makes one step of each training, eagerly, instead of a training."""

        def train(self, phase, samples, seed=0, steps_per_epoch=None):
            self.model.running = phase
            for callback in self.callbacks_of(phase, samples, 1):
                if hasattr(callback, "update"):
                    callback.set_model(self.model)
                    callback.update()
            taken.clear()
            phase.step(*next(iter(samples.training(seed))))
            steps[phase.name] = list(taken)

    original, steps = Tape.minimize, {}
    monkeypatch.setattr(Tape, "minimize", minimize)
    model = small(ALL[name])
    trainer = model.trainer(blobs[0][:48])
    EagerTrainer(model, trainer.samples).run()
    for phase, objectives in steps.items():
        assert objectives, phase
        for _, gradients in objectives:
            assert all(gradient is not None for gradient in gradients), phase
            assert any(float(tf.reduce_max(tf.abs(gradient))) > 0.0 for gradient in gradients), phase
    if any(phase.step is not None for phase in model.phases):
        assert steps


@pytest.mark.parametrize("name", methods())
def test_the_logged_learning_rate_is_that_of_the_optimizer_that_acts(name):
    model = small(methods()[name])
    model.build((None, 6))
    for phase in model.phases:
        if phase.step is None:
            continue
        acting = record_optimizers(model, phase)
        assert {id(optimizer) for optimizer in acting} == {id(steered.optimizer) for steered in phase.steers}
        assert all(steered.setting in settings_of(type(model)) for steered in phase.steers)


def record_optimizers(model, phase):
    """The optimizers that one eager step of a phase uses."""
    acting = []
    original = Tape.minimize
    Tape.minimize = lambda tape, *objectives: acting.extend(optimizer for optimizer, _, _ in objectives)
    try:
        x = np.random.default_rng(0).normal(size=(12, *model.feature_shape)).astype("float32")
        shape = (12,) if hasattr(model, "hard_clusters") or name_of_targets(model) == "lengths" else (12, 3)
        kind = "int32" if hasattr(model, "hard_clusters") else "float32"
        model.targets = tf.Variable(tf.ones(shape, kind) / (1 if kind == "int32" else 3), trainable=False)
        phase.step(tf.range(12), tf.constant(x), tf.constant(x))
    finally:
        Tape.minimize = original
    return acting


def name_of_targets(model):
    """What the targets of a model are: distributions, or lengths of changes."""
    return "lengths" if hasattr(model, "neighbor") else "distributions"


@pytest.mark.parametrize("name", ALL)
def test_few_of_our_classes_are_under_a_method(name):
    ours = [base.__name__ for base in ALL[name].__mro__ if base.__module__.startswith("kerasclust")]
    assert len(ours) <= 5, ours


@pytest.mark.parametrize("name", ALL)
def test_signature_and_docstring_have_every_setting(name):
    cls, settings = ALL[name], declared(ALL[name].takes)
    parameters = inspect.signature(cls).parameters
    assert list(parameters) == list(settings)
    for setting in settings.values():
        expected = inspect.Parameter.empty if setting.default is REQUIRED else setting.default
        assert parameters[setting.name].default is expected or parameters[setting.name].default == expected
        assert re.search(rf"^    {setting.name}: ", cls.__doc__, re.MULTILINE)
        if setting.default not in (REQUIRED, None):
            setting.check(setting.name, setting.default)  # a default passes its own check


@pytest.mark.parametrize("name", methods())
def test_a_method_says_how_it_differs_from_the_paper(name):
    section = methods()[name].__doc__.partition("Differs from the paper:\n")[2].partition("Example:")[0]
    assert re.match(r" +- \S.{10,}", section)


def test_help_shows_the_settings(capsys):
    help(kerasclust.models.DEC)
    shown = capsys.readouterr().out
    assert "DEC(n_clusters, *, latent_dim=10" in shown
    assert "empty_clusters: treatment of a cluster without samples" in shown


def test_no_file_of_a_method_knows_of_replicas():
    package = Path(kerasclust.__file__).parent
    files = [*(package / "models" / "methods").glob("*.py"), *(package / "models" / "autoencoders").glob("*.py")]
    assert len(files) > 20
    assert [file.name for file in files if "compute.distribution" in file.read_text(encoding="utf-8")] == []


def test_gradients_are_taken_in_few_places():
    package = Path(kerasclust.__file__).parent
    tapes = [file.name for file in package.rglob("*.py") if re.search(r"tf\.GradientTape\b", file.read_text("utf-8"))]
    assert sorted(tapes) == ["gradients.py", "imsat.py", "wasserstein.py"]


def test_keras_saves_what_a_constructor_needs(tmp_path, blobs):
    model = small(methods()["depict"], dropout=0.2)
    model.fit(blobs[0][:60], verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert dict(loaded.settings) == dict(model.settings)
    np.testing.assert_allclose(loaded.predict(blobs[0][:60]), model.predict(blobs[0][:60]), atol=1e-6)
