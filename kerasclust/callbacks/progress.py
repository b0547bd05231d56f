"""A progress bar a phase, with its name, the epochs, the main values and the remaining time."""

import sys

import keras
from tqdm.auto import tqdm


class PhaseProgress(keras.callbacks.Callback):
    """Shows each phase of a training as one bar on standard error."""

    def announce(self, title, epochs, done=0):
        """Name the phase that comes next, the epochs that it may take, and how many of them are over."""
        self.title, self.epochs, self.done = title, epochs, done

    def on_train_begin(self, logs=None):
        """Open the bar."""
        about = {"total": self.epochs, "initial": self.done, "desc": f"{self.title:<24}", "unit": "epoch"}
        self.bar = tqdm(**about, file=sys.stderr)

    def on_epoch_end(self, epoch, logs=None):
        """Advance the bar and show the main values."""
        named = {value.label: value.name for value in self.model.logged if value.shown and value.name in (logs or {})}
        shown = {label: f"{float(logs[name]):.3f}" for label, name in named.items()}
        self.bar.set_postfix(shown, refresh=False)
        self.bar.update()

    def on_train_end(self, logs=None):
        """Close the bar; a phase that stopped early is complete."""
        self.bar.total = self.bar.n
        self.bar.close()
