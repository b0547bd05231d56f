"""Progress of a phase, with its name, the epochs, main values and the remaining time."""

from typing import Any

import keras

from kerasclust.system.progress import progress_of


class PhaseProgress(keras.callbacks.Callback):
    """Callback that shows each phase of a training as one progress bar, or one line, on standard error."""

    def announce(self, title: str, epochs: int, done: int = 0) -> None:
        """Set the title of the next bar.

        Args:
            title: name of the phase.
            epochs: largest number of epochs of the phase.
            done: number of epochs that were done before the phase resumed.
        """
        self.title, self.epochs, self.done = title, epochs, done

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the bar."""
        self.bar = progress_of(self.title, "epoch", total=self.epochs, done=self.done)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Advance the bar and show the main values."""
        values = logs or {}
        named = {value.label: value.name for value in self.model.logged if value.shown and value.name in values}
        shown = {label: f"{float(values[name]):.3f}" for label, name in named.items()}
        self.bar.set_postfix(shown, refresh=False)
        self.bar.update()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the bar. The bar of a phase that stopped early is complete."""
        self.bar.total = self.bar.n
        self.bar.close()
