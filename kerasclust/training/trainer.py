"""Trainer: runs a model's phases, and several runs of them, as one continuous training."""

import dataclasses
import warnings

import keras
import numpy as np

from kerasclust.callbacks.collapse import CollapseWatch
from kerasclust.callbacks.divergence import DivergenceGuard
from kerasclust.callbacks.learning_rate_decay import LearningRateDecay
from kerasclust.callbacks.progress import PhaseProgress
from kerasclust.compute.workers import from_chief, n_workers
from kerasclust.errors import TrainingDiverged
from kerasclust.training.backup import Backup
from kerasclust.training.checkpoint import PhaseCheckpoint
from kerasclust.training.phase import Run
from kerasclust.training.record import Clock, EpochRecord
from kerasclust.training.selection import Candidate, FitResult, choose_run, follow


class Trainer:
    """Trains one model on one set of samples: phase by phase, run by run, with one epoch count and one History.

    Args:
        model: `RepresentationModel`, built, its front end adapted.
        samples: `Samples` with the features.
        callbacks: the user's Keras callbacks.
        verbose: 0 is silent.
    """

    def __init__(self, model, samples, callbacks=None, verbose=0):
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

    def run(self, names=None, backup=None):
        """Run phases and leave the model with what they found.

        Phases up to the starting clusters run `n_runs` times. The rest goes on from the best of these runs.

        Args:
            names: of the phases, in order; None for all.
            backup: `Backup` to go on from and to keep finished phases in, or None.

        Returns:
            keras.callbacks.History over all runs.
        """
        model, everything = self.model, self.model.phases
        phases = [phase for phase in everything if names is None or phase.name in names]
        if backup is not None:
            self.backup, self.first_seed = backup, backup.first_seed(self.first_seed)
        searched = [phase for phase in phases if phase.repeated]
        rest = phases[len(searched) :]
        n_runs = model.n_runs if searched == [phase for phase in everything if phase.repeated] else 1
        anew = phases[0] == everything[0]
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
        model.train_function = model.targets = model.running = None
        self._tell_callbacks()
        return self.record.history(model)

    def _search(self, candidates, phases, n_runs, anew):
        """Add a `Candidate` of each of several runs; runs that diverge are passed over, unless all do."""
        diverged = []
        for number in range(n_runs):
            self.run_number = number
            self.title = f" run {number + 1}/{n_runs}" if n_runs > 1 else ""
            try:
                candidates.append(self.one_run(phases, self.seed_of(number), anew))
            except TrainingDiverged as error:
                diverged.append((number, error))
        if not candidates:
            raise diverged[0][1]
        for number, error in diverged:
            warnings.warn(f"Run {number + 1} of {n_runs} is passed over. {error}", stacklevel=2)

    def _tell_callbacks(self):
        """Tell the user's callbacks that the fit is over; without any epoch, also that it began."""
        if not self.has_trained:  # a method without networks, or everything came from a backup
            told = keras.callbacks.CallbackList(self.callbacks, model=self.model)
            told.on_train_begin()
            told.on_train_end()
        for callback in self.callbacks:
            if hasattr(callback, "on_fit_end"):
                callback.on_fit_end()

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
        """Return the seed of a run; that of the first run comes from the model's `random_state`."""
        return (self.first_seed + 1000 * run_number) % 2**31

    def one_run(self, phases, seed, anew=False):
        """Run phases once.

        Args:
            phases: list of `Phase`, in order.
            seed: of everything random in the run.
            anew: start from new weights.

        Returns:
            Candidate.
        """
        first, model = len(self.record.epochs), self.model
        name = f"run-{self.run_number}-{'-'.join(phase.name for phase in phases)}"
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
        run = Run(self, seed, kept["state"])

        def keep(n_done, labels=None, evidence=None):
            epochs, found = self.record.epochs[first:], {"labels": labels, "evidence": evidence}
            progress = {"n_done": n_done, "seconds": self.clock.seconds, "epochs": epochs, "state": run.state, **found}
            return self.backup.write(name, model.kept_variables(), progress)

        for number, phase in enumerate(phases[kept["n_done"] :], start=kept["n_done"] + 1):
            self.run_phase(phase, run)
            if keep(number):
                self.backup.remove(self._checkpoint_name(phase))
        candidate = model.candidate(run)
        keep(len(phases), candidate.labels, candidate.evidence)
        return candidate

    def run_phase(self, phase, run):
        """Run one phase of a run: what comes before its training, the training, what comes after."""
        model = self.model
        if phase.before is not None:
            phase.before(run)
        seed = run.seed
        if phase.restart is not None:
            seed += phase.restart
            model.forget(seed)
        if phase.step is not None:
            self.train(phase, self.samples, seed)
        if phase.after is not None:
            phase.after(run)
        if n_workers() > 1:
            model.set_weights(from_chief(model.get_weights()))
        model.phases_done.assign(model.phase_names.index(phase.name) + 1)

    def train(self, phase, samples, seed=0, steps_per_epoch=None):
        """Train the model by the step of a phase, as an ordinary Keras run.

        Args:
            phase: `Phase`.
            samples: `Samples` that the step sees.
            seed: of the order of the samples.
            steps_per_epoch: steps that count as an epoch; None for one pass over the samples.
        """
        model = self.model
        per_epoch = steps_per_epoch or samples.steps_per_epoch
        epochs = -(-phase.updates // per_epoch) if steps_per_epoch else phase.epochs_for(samples)
        first = len(self.record.epochs)
        callbacks = self.callbacks_of(phase, samples, epochs)
        checkpoint = []
        # Other samples than all mean that the phase is more than this training.
        if self.backup.folder is not None and samples is self.samples and all(hasattr(c, "kept") for c in callbacks):
            checkpoint = [self._checkpoint(phase, callbacks, first)]
        done = len(self.record.epochs) - first
        model.running, model.train_function = phase, self.train_functions.get(phase.step)
        model.steps_per_execution = steps_per_epoch or samples.steps_per_execution
        for bar in self.progress:
            bar.announce(f"{type(model).__name__}{self.title} {phase.name}", epochs, done)
        self.record.labels, self.has_trained = {"run": self.run_number, "phase": phase.name}, True
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
        self.train_functions[phase.step] = model.train_function

    def callbacks_of(self, phase, samples, epochs):
        """Return the callbacks of one phase."""
        rates = [LearningRateDecay.of(steered, epochs) for steered in phase.steers]
        further = [] if phase.callbacks is None else phase.callbacks(samples, epochs)
        return [DivergenceGuard(phase), *further, *rates, CollapseWatch(phase.name)]

    def _checkpoint(self, phase, callbacks, first):
        """Return the `PhaseCheckpoint` of a phase that begins with epoch `first`; the record gets past epochs."""

        def progress():
            return {"epochs": self.record.epochs[first:], "seconds": self.clock.seconds}

        checkpoint = PhaseCheckpoint(self.backup, self._checkpoint_name(phase), callbacks, progress)
        kept = checkpoint.read(self.model)
        if kept:
            self.record.epochs += kept["epochs"]
            self.clock.start(kept["seconds"])
        return checkpoint

    def _checkpoint_name(self, phase):
        return f"phase-{self.run_number}-{phase.name}"
