"""A training step is traced once a phase, and runs without a return to Python."""

import dataclasses
import functools

import keras
import pytest

from benchmarks.speed.floor import step_graph
from benchmarks.speed.models import random_samples, small_model, trained_methods
from kerasclust.training.trainer import Trainer

# One of each kind of step; `make test-full` has all methods.
KINDS = ("dance", "cdc", "imsat", "clustergan")
METHODS = [name if name in KINDS else pytest.param(name, marks=pytest.mark.full) for name in trained_methods()]
PYTHON = ("PyFunc", "PyFuncStateless", "EagerPyFunc")


class CountedTrainer(Trainer):
    """Trains the phases of a model.

    `traces` has how often Python ran a step, after each execution of each phase.
    """

    def __init__(self, model, samples):
        super().__init__(model, samples)
        self.traces, self.graphs = {}, {}

    def callbacks_of(self, phase, samples, epochs):
        look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: self.look(phase.name))
        return [*super().callbacks_of(phase, samples, epochs), look]

    def look(self, name):
        self.traces[name].append(len(self.runs))

    def train(self, phase, samples, seed=0, steps_per_epoch=None):
        self.graphs[phase.name] = step_graph(phase.step, next(iter(samples.training(seed))))
        self.traces.setdefault(phase.name, [])
        self.runs = runs = []

        @functools.wraps(phase.step)
        def counted(*batch):
            runs.append(1)
            return phase.step(*batch)

        super().train(dataclasses.replace(phase, step=counted), samples, seed, steps_per_epoch)


@pytest.mark.parametrize("name", METHODS)
def test_a_step_is_traced_once_and_has_no_python(name):
    model = small_model(name, "conv1d", "float32", 8, epochs=3)
    trainer = CountedTrainer(model, model.trainer(random_samples("conv1d", 24)).samples)
    trainer.run()
    trained = [phase for phase in model.phase_names if phase in trainer.traces]
    assert trained
    for phase in trained:
        seen = trainer.traces[phase]
        assert len(seen) >= 3
        assert seen[0] >= 1
        assert set(seen) == {seen[0]}  # after the first execution Python is not asked again
        definition = trainer.graphs[phase].as_graph_def()
        nodes = [*definition.node, *(node for function in definition.library.function for node in function.node_def)]
        assert not {node.op for node in nodes} & set(PYTHON)
