"""A training step is traced once a phase, and runs without a return to Python."""

import functools

import keras
import pytest

from benchmarks.speed.floor import step_graph
from benchmarks.speed.models import random_samples, small_model, trained_methods
from kerasclust.models.catalog import methods
from kerasclust.training.phases import PhaseRunner

# Those that share steps with others are for `make test-full`.
ALIKE = ("acedec_idec", "ae_rim", "dec", "idec", "depict")
METHODS = [pytest.param(name, marks=pytest.mark.full) if name in ALIKE else name for name in trained_methods()]
PYTHON = ("PyFunc", "PyFuncStateless", "EagerPyFunc")


class CountedRunner(PhaseRunner):
    """Trains the phases of a model; `traces` has how often Python ran a step, after each execution of each phase."""

    def __init__(self, model, samples):
        super().__init__(model, samples, None, 0)
        self.traces, self.graphs = {}, {}

    def train(self, phase, samples, epochs, callbacks=(), seed=0, steps_per_epoch=None, step=None):
        step = step or getattr(self.model, f"{phase}_step")
        self.graphs[phase] = step_graph(step, next(iter(samples.training(seed))))
        seen, runs = self.traces.setdefault(phase, []), []

        @functools.wraps(step)
        def counted(*batch):
            runs.append(1)
            return step(*batch)

        look = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append(len(runs)))
        super().train(phase, samples, epochs, [*callbacks, look], seed, steps_per_epoch, counted)


@pytest.mark.parametrize("name", METHODS)
def test_a_step_is_traced_once_and_has_no_python(name):
    model = small_model(name, "conv1d", "float32", 8, epochs=3)
    runner = CountedRunner(model, model.runner(random_samples("conv1d", 24)).samples)
    runner.run(model.phase_names)
    trained = [phase for phase in methods()[name].phase_names if phase in runner.traces]
    assert trained
    for phase in trained:
        seen = runner.traces[phase]
        assert len(seen) >= 3
        assert seen[0] >= 1
        assert set(seen) == {seen[0]}  # after the first execution Python is not asked again
        definition = runner.graphs[phase].as_graph_def()
        nodes = [*definition.node, *(node for function in definition.library.function for node in function.node_def)]
        assert not {node.op for node in nodes} & set(PYTHON)
