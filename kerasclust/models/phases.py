"""Running a model's phases, and whole runs of them, as one continuous training."""

import math
import time

import keras
import numpy as np

from kerasclust.callbacks.progress import PhaseProgress
from kerasclust.models.selection import choose_run


class PhaseRunner:
    """Trains one model on one set of samples: phase by phase, run by run, with one epoch count and one History.

    Args:
        model: `DeepClusteringModel`, built, its front end adapted.
        samples: `Samples` holding the features.
        callbacks: the user's Keras callbacks.
        verbose: 0 is silent.
    """

    def __init__(self, model, samples, callbacks, verbose):
        self.model = model
        self.samples = samples
        self.callbacks = list(callbacks or ())
        self.progress = [PhaseProgress()] if verbose else []
        self.history = keras.callbacks.History()
        self.history.set_model(model)
        self.history.history = {}
        self.history.epoch = []
        self.train_functions = {}
        self.run_number = 0

    def run(self, phases):
        """Run the phases, several times over when the model asks for it, and leave the model with the chosen run.

        Args:
            phases: names, in order.

        Returns:
            keras.callbacks.History over all runs.
        """
        model = self.model
        model.seed_ = int(np.random.SeedSequence(model.random_state).generate_state(1)[0] % 2**31)
        anew = phases[0] == model.phase_names[0]
        candidates = []
        for self.run_number in range(model.n_runs if anew else 1):
            seed = model.seed_ + 1000 * self.run_number
            candidates.append(self._one_run(phases, seed, anew))
        model.runs_ = [candidate.evidence for candidate in candidates]
        model.chosen_run_, model.run_scores_ = choose_run(candidates)
        if len(candidates) > 1:
            model.set_weights(candidates[model.chosen_run_].weights)
        model.result_ = candidates[model.chosen_run_]
        model.train_function = model.targets = None
        return self.history

    def _one_run(self, phases, seed, anew):
        started = time.perf_counter()
        if anew:
            self.model.reset_networks(seed)
        state = {}
        for name in phases:
            getattr(self.model, f"run_{name}")(self, seed, state)
        return self.model.candidate(self.samples, seed, state, time.perf_counter() - started)

    def train(self, phase, samples, epochs, callbacks=(), seed=0):
        """Train the model by `<phase>_step` as an ordinary Keras run.

        Args:
            phase: its name, shown and logged.
            samples: `Samples` that the step sees.
            epochs: passes over them.
            callbacks: callbacks of this phase only.
            seed: of the order of the samples.
        """
        model = self.model
        per_epoch = samples.steps_per_epoch
        model.phase = phase
        model.phase_step = getattr(model, f"{phase}_step")
        model.train_function = self.train_functions.get(phase)
        model.steps_per_execution = min(per_epoch, 32)
        for bar in self.progress:
            which = f" run {self.run_number + 1}/{model.n_runs}" if model.n_runs > 1 else ""
            bar.announce(f"{type(model).__name__}{which} {phase}", epochs)
        first = len(self.history.epoch)
        keras.Model.fit(
            model,
            samples.training(seed),
            steps_per_epoch=per_epoch,
            initial_epoch=first,
            epochs=first + epochs,
            callbacks=[*callbacks, *self.callbacks, *self.progress],
            shuffle=False,
            verbose=0,
        )
        self.train_functions[phase] = model.train_function
        self._record(phase, model.history)

    def _record(self, phase, history):
        done, merged = len(self.history.epoch), self.history.history
        rows = len(history.epoch)
        new = {**history.history, "phase": [phase] * rows, "run": [self.run_number] * rows}
        for key in new.keys() | merged.keys():
            merged.setdefault(key, [math.nan] * done).extend(new.get(key, [math.nan] * rows))
        self.history.epoch.extend(history.epoch)
