"""Trainer, which runs the phases of a model in several runs as one training."""

import dataclasses
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import keras
import numpy as np

from kerasclust.callbacks.collapse import CollapseWatch
from kerasclust.callbacks.divergence import DivergenceGuard
from kerasclust.callbacks.learning_rate_decay import LearningRateDecay
from kerasclust.callbacks.progress import PhaseProgress
from kerasclust.compute.workers import from_chief, n_workers
from kerasclust.data.pipeline import Samples
from kerasclust.errors import TrainingDiverged
from kerasclust.training.backup import Backup
from kerasclust.training.checkpoint import PhaseCheckpoint
from kerasclust.training.phase import Phase, Run, Step
from kerasclust.training.record import Clock, EpochRecord
from kerasclust.training.selection import Candidate, FitResult, choose_run, follow
from kerasclust.types import Labels


class Trainer:
    """Trainer of one model on one set of samples.

    All phases of all runs share one count of epochs and one History.

    Args:
        model: built `RepresentationModel`, whose front end is adapted to the samples.
        samples: `Samples` with the features.
        callbacks: Keras callbacks of the user.
        verbose: 0 for no output, otherwise a progress bar for each phase.
    """

    def __init__(
        self,
        model: keras.Model,
        samples: Samples,
        callbacks: Iterable[keras.callbacks.Callback] | None = None,
        verbose: int | str = 0,
    ) -> None:
        self.model = model
        self.samples = samples
        self.callbacks = list(callbacks or ())
        self.progress = [PhaseProgress()] if verbose else []
        self.record = EpochRecord()
        self.train_functions: dict[Step | None, Callable[..., Any]] = {}
        self.run_number, self.title = 0, ""
        self.has_trained = False
        self.clock = Clock()
        self.backup = Backup(None, {})
        drawn = np.random.SeedSequence(model.random_state).generate_state(1) % 2**31
        self.first_seed = self.backup.first_seed(int(drawn[0]))

    def run(self, names: Collection[str] | None = None, backup: Backup | None = None) -> keras.callbacks.History:
        """Train the model by several phases.

        Phases up to the starting clusters run `n_runs` times. The later phases continue the best of these runs.

        Args:
            names: names of the phases, in order; None for all phases.
            backup: `Backup` to resume from and to save finished phases in, or None.

        Returns:
            History of all runs.
        """
        model, everything = self.model, self.model.phases
        phases = [phase for phase in everything if names is None or phase.name in names]
        if backup is not None:
            self.backup, self.first_seed = backup, backup.first_seed(self.first_seed)
        searched = [phase for phase in phases if phase.repeated]
        rest = phases[len(searched) :]
        n_runs = model.n_runs if searched == [phase for phase in everything if phase.repeated] else 1
        anew = phases[0] == everything[0]
        candidates: list[Candidate] = []
        model.result_ = None
        model.targets = None  # an interrupted training may have left its targets
        if anew or searched:
            model.forget_clusters()
        try:
            self._search(candidates, searched, n_runs, anew)
        except KeyboardInterrupt:
            if candidates:  # the model gets the weights of a finished run rather than of an unfinished run
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

    def _search(self, candidates: list[Candidate], phases: Sequence[Phase], n_runs: int, anew: bool) -> None:
        """Add the `Candidate` of each of several runs to a list.

        A run that diverges only causes a warning, unless all runs diverge.
        """
        diverged: list[tuple[int, TrainingDiverged]] = []
        for number in range(n_runs):
            self.run_number = number
            self.title = f" run {number + 1}/{n_runs}" if n_runs > 1 else ""
            try:
                candidates.append(self.one_run(phases, self.seed_of(number), anew))
            except TrainingDiverged as error:
                diverged.append((number, error))
        if not candidates:
            raise diverged[0][1]
        for number, reason in diverged:
            warnings.warn(f"Run {number + 1} of {n_runs} is passed over. {reason}", stacklevel=2)

    def _tell_callbacks(self) -> None:
        """Tell the user's callbacks the end of the fit.

        If no phase was trained, they first get the beginning and the end of an empty training.
        """
        if not self.has_trained:  # a method without networks, or a backup with all phases
            told = keras.callbacks.CallbackList(self.callbacks, model=self.model)
            told.on_train_begin()
            told.on_train_end()
        for callback in self.callbacks:
            if hasattr(callback, "on_fit_end"):
                callback.on_fit_end()

    def go_on_from(self, candidates: list[Candidate]) -> FitResult:
        """Choose the best of several runs and give the model its weights.

        Args:
            candidates: `Candidate` of each run.

        Returns:
            FitResult with the runs and the chosen run.
        """
        chosen = choose_run(candidates, self.model.n_clusters) if len(candidates) > 1 else 0
        chosen = int(from_chief([chosen])[0])
        self.model.set_weights(candidates[chosen].weights)
        return FitResult(candidates, chosen, candidates[chosen])

    def seed_of(self, run_number: int) -> int:
        """Return the seed of a run, which depends on the model's `random_state`."""
        return (self.first_seed + 1000 * run_number) % 2**31

    def one_run(self, phases: Sequence[Phase], seed: int, anew: bool = False) -> Candidate:
        """Run several phases once, or resume them from the backup.

        Args:
            phases: phases in order.
            seed: seed of all random numbers of the run.
            anew: whether the run starts from new weights.

        Returns:
            Candidate with the result of the run.
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

        def keep(n_done: int, labels: Labels | None = None, evidence: dict[str, Any] | None = None) -> bool:
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

    def run_phase(self, phase: Phase, run: Run) -> None:
        """Run one phase of a run: its function `before`, its training, and its function `after`."""
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

    def train(self, phase: Phase, samples: Samples, seed: int = 0, steps_per_epoch: int | None = None) -> None:
        """Train the model by the step of a phase, with the `fit` of Keras.

        Args:
            phase: phase with the step.
            samples: samples for the step.
            seed: seed of the order of the samples.
            steps_per_epoch: number of steps in an epoch; None for those of the phase.
        """
        model = self.model
        epoch = phase.in_epochs(samples)
        per_epoch = steps_per_epoch or epoch.steps_per_epoch
        epochs = -(-phase.updates // per_epoch) if steps_per_epoch else phase.epochs_for(epoch)
        first = len(self.record.epochs)
        callbacks = self.callbacks_of(phase, epoch, epochs)
        checkpoint = []
        # A training on other samples is only a part of its phase, so it cannot resume by itself.
        if self.backup.folder is not None and samples is self.samples and all(hasattr(c, "kept") for c in callbacks):
            checkpoint = [self._checkpoint(phase, callbacks, first)]
        done = len(self.record.epochs) - first
        model.running, model.train_function = phase, self.train_functions.get(phase.step)
        model.steps_per_execution = steps_per_epoch or epoch.steps_per_execution
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

    def callbacks_of(self, phase: Phase, samples: Samples, epochs: int) -> list[keras.callbacks.Callback]:
        """Return the callbacks of one phase, without those of the user."""
        rates = [LearningRateDecay.of(steered, epochs) for steered in phase.steers]
        further = [] if phase.callbacks is None else phase.callbacks(samples, epochs)
        return [DivergenceGuard(phase), *further, *rates, CollapseWatch(phase.name)]

    def _checkpoint(self, phase: Phase, callbacks: Sequence[keras.callbacks.Callback], first: int) -> PhaseCheckpoint:
        """Return the `PhaseCheckpoint` of a phase that begins with epoch `first`.

        If there is a checkpoint, the model is restored, and the record gets the epochs before the checkpoint.
        """

        def progress() -> dict[str, Any]:
            return {"epochs": self.record.epochs[first:], "seconds": self.clock.seconds}

        checkpoint = PhaseCheckpoint(self.backup, self._checkpoint_name(phase), callbacks, progress)
        kept = checkpoint.read(self.model)
        if kept:
            self.record.epochs += kept["epochs"]
            self.clock.start(kept["seconds"])
        return checkpoint

    def _checkpoint_name(self, phase: Phase) -> str:
        return f"phase-{self.run_number}-{phase.name}"
