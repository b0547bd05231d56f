"""Running a model's phases, and whole runs of them, as one continuous training."""

import dataclasses
import math
import time
import warnings

import keras
import numpy as np

from kerasclust.callbacks.collapse import CollapseWatch
from kerasclust.callbacks.divergence import DivergenceGuard
from kerasclust.callbacks.progress import PhaseProgress
from kerasclust.compute.workers import from_chief, n_workers
from kerasclust.errors import TrainingDiverged
from kerasclust.training.backup import Backup
from kerasclust.training.checkpoint import PhaseCheckpoint
from kerasclust.training.selection import Candidate, FitResult, choose_run, follow


class EpochRecord(keras.callbacks.Callback):
    """Collects the logs of each epoch of all phases; a value that an epoch does not have is NaN."""

    def __init__(self):
        super().__init__()
        self.labels = {}
        self.epochs = []

    def on_epoch_end(self, epoch, logs=None):
        """Keep the logs of an epoch."""
        self.epochs.append({**self.labels, **(logs or {})})

    def history(self, model):
        """The record as Keras's History, with "run" and "phase" of each epoch."""
        history = keras.callbacks.History()
        history.set_model(model)
        names = dict.fromkeys(name for row in self.epochs for name in row)
        history.history = {name: [row.get(name, math.nan) for row in self.epochs] for name in names}
        history.epoch = list(range(len(self.epochs)))
        return history


class Clock:
    """Seconds that a run takes, in all the processes that it took."""

    def start(self, earlier):
        """Count on from the seconds of an earlier process."""
        self._from = time.perf_counter() - earlier

    @property
    def seconds(self):
        """So far."""
        return time.perf_counter() - self._from


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
        self.record = EpochRecord()
        self.train_functions = {}
        self.run_number, self.title = 0, ""
        self.has_trained = False
        self.clock = Clock()
        self.backup = Backup(None, {})
        drawn = np.random.SeedSequence(model.random_state).generate_state(1) % 2**31
        self.first_seed = self.backup.first_seed(int(drawn[0]))

    def run(self, phases, backup=None):
        """Run the phases and leave the model with what they found.

        Phases up to the starting clusters are run `n_runs` times. From the best of these runs the rest goes on.

        Args:
            phases: names, in order.
            backup: `Backup` to go on from and to keep what is finished in, or None.

        Returns:
            keras.callbacks.History over all runs.
        """
        model = self.model
        if backup is not None:
            self.backup, self.first_seed = backup, backup.first_seed(self.first_seed)
        searched = [name for name in phases if name in model.searched_phases]
        rest = [name for name in phases if name not in searched]
        n_runs = model.n_runs if searched == list(model.searched_phases) else 1
        anew = phases[0] == model.phase_names[0]
        candidates, model.result_ = [], None
        model.targets = None  # of an earlier training that was interrupted
        if anew or searched:
            model.forget_clusters()
        try:
            self._search(candidates, searched, n_runs, anew)
        except KeyboardInterrupt:
            if candidates:  # a finished run is worth more than half of the next one
                model.result_ = self.go_on_from(candidates)
            raise
        model.result_ = result = self.go_on_from(candidates)
        if rest:
            self.run_number, self.title = result.chosen, ""
            kept = follow(result.kept, self.one_run(rest, self.seed_of(result.chosen)))
            model.result_ = dataclasses.replace(result, kept=kept)
        model.train_function = model.targets = None
        if not self.has_trained:  # of a method without networks or from a backup, callbacks see one without epochs
            told = keras.callbacks.CallbackList(self.callbacks, model=model)
            told.on_train_begin()
            told.on_train_end()
        for callback in self.callbacks:
            if hasattr(callback, "on_fit_end"):
                callback.on_fit_end()
        return self.record.history(model)

    def _search(self, candidates, phases, n_runs, anew):
        """Add a `Candidate` of each of several runs; those that diverge are passed over, unless all do."""
        diverged = []
        for self.run_number in range(n_runs):
            self.title = f" run {self.run_number + 1}/{n_runs}" if n_runs > 1 else ""
            try:
                candidates.append(self.one_run(phases, self.seed_of(self.run_number), anew))
            except TrainingDiverged as error:
                diverged.append((self.run_number, error))
        if not candidates:
            raise diverged[0][1]
        for number, error in diverged:
            warnings.warn(f"Run {number + 1} of {n_runs} is passed over. {error}", stacklevel=2)

    def go_on_from(self, candidates):
        """Put the model where the best of several runs ended.

        Args:
            candidates: `Candidate` of each run.

        Returns:
            FitResult: the runs, and the one that is kept.
        """
        chosen = choose_run(candidates, self.model.n_clusters) if len(candidates) > 1 else 0
        chosen = int(from_chief([chosen])[0])
        self.model.set_weights(candidates[chosen].weights)
        return FitResult(candidates, chosen, candidates[chosen])

    def seed_of(self, run_number):
        """Seed of a run: the first one comes from the model's `random_state`."""
        return (self.first_seed + 1000 * run_number) % 2**31

    def one_run(self, phases, seed, anew=False):
        """One training.

        Args:
            phases: names, in order.
            seed: of everything random in it.
            anew: start from new weights.

        Returns:
            Candidate.
        """
        first, model = len(self.record.epochs), self.model
        name = f"run-{self.run_number}-{'-'.join(phases)}"
        if anew:
            model.reset_networks(seed)
        kept = self.backup.read(name, model.kept_variables())
        if kept:
            for variable, value in zip(model.kept_variables(), kept["variables"], strict=True):
                variable.assign(value)
        else:
            kept = {"n_done": 0, "seconds": 0.0, "epochs": [], "state": {}}
        self.clock.start(kept["seconds"])
        self.record.epochs += kept["epochs"]
        if kept.get("evidence") is not None:
            return Candidate(model.get_weights(), kept["labels"], kept["evidence"], kept["state"])
        state = kept["state"]

        def keep(n_done, labels=None, evidence=None):
            epochs, found = self.record.epochs[first:], {"labels": labels, "evidence": evidence}
            progress = {"n_done": n_done, "seconds": self.clock.seconds, "epochs": epochs, "state": state, **found}
            return self.backup.write(name, model.kept_variables(), progress)

        for phase in phases[kept["n_done"] :]:
            getattr(model, f"run_{phase}")(self, seed, state)
            if n_workers() > 1:
                model.set_weights(from_chief(model.get_weights()))
            model.phases_done.assign(model.phase_names.index(phase) + 1)
            if keep(phases.index(phase) + 1):
                self.backup.remove(self._checkpoint_name(phase))
        candidate = model.candidate(self.samples, seed, state, self.clock.seconds)
        keep(len(phases), candidate.labels, candidate.evidence)
        return candidate

    def train(self, phase, samples, epochs, callbacks=(), seed=0, steps_per_epoch=None, step=None):
        """Train the model by `<phase>_step`, or by a step of its own, as an ordinary Keras run.

        Args:
            phase: its name, shown and logged.
            samples: `Samples` that the step sees.
            epochs: passes over them.
            callbacks: callbacks of this phase only. Where each says in `kept` which attributes, numbers and arrays,
                belong to how far it is, there are checkpoints within the phase.
            seed: of the order of the samples.
            steps_per_epoch: steps that count as an epoch; None for one pass over the samples.
            step: function (index, x) -> logs, for a phase that trains different things in turn.
        """
        model = self.model
        per_epoch = steps_per_epoch or samples.steps_per_epoch
        first = len(self.record.epochs)
        callbacks = [DivergenceGuard(phase), *callbacks, CollapseWatch(phase)]
        checkpoint = []
        whole = samples is self.samples and step is None  # else the phase is more than this training
        if self.backup.folder is not None and whole and all(hasattr(callback, "kept") for callback in callbacks):
            checkpoint = [self._checkpoint(phase, callbacks, first)]
        done = len(self.record.epochs) - first
        model.phase = phase
        model.phase_step = step or getattr(model, f"{phase}_step")
        model.train_function = None if step else self.train_functions.get(phase)
        model.steps_per_execution = steps_per_epoch or samples.steps_per_execution
        for bar in self.progress:
            bar.announce(f"{type(model).__name__}{self.title} {phase}", epochs, done)
        self.record.labels, self.has_trained = {"run": self.run_number, "phase": phase}, True
        keras.Model.fit(
            model,
            samples.training(seed, done * per_epoch),
            steps_per_epoch=per_epoch,
            initial_epoch=first + done,
            epochs=first + epochs,
            callbacks=[*callbacks, *self.callbacks, *self.progress, self.record, *checkpoint],
            shuffle=False,
            verbose=0,
        )
        if step is None:
            self.train_functions[phase] = model.train_function

    def _checkpoint(self, phase, callbacks, first):
        """`PhaseCheckpoint` of a phase whose epochs begin with number `first`; the record gets those that are over."""

        def progress():
            return {"epochs": self.record.epochs[first:], "seconds": self.clock.seconds}

        checkpoint = PhaseCheckpoint(self.backup, self._checkpoint_name(phase), callbacks, progress)
        kept = checkpoint.read(self.model)
        if kept:
            self.record.epochs += kept["epochs"]
            self.clock.start(kept["seconds"])
        return checkpoint

    def _checkpoint_name(self, phase):
        return f"phase-{self.run_number}-{phase}"
