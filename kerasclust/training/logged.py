"""Declarations of logged values, which say how each loss of a model is displayed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Logged:
    """Value that training logs once per epoch.

    Progress bars, TensorBoard, the report and comparisons read this declaration.

    Args:
        name: key in the logs, such as "reconstruction_loss".
        group: panel that shows the value: "loss", "autoencoder", "clustering", "adversary", "rate" or "progress".
        label: name of the value for readers.
        shown: whether the progress bar shows the value.
        chance: value of a random guess, or None if there is no such value.
    """

    name: str
    group: str
    label: str
    shown: bool = True
    chance: float | None = None


LOSS = Logged("loss", "loss", "loss", shown=False)
RECONSTRUCTION = Logged("reconstruction_loss", "autoencoder", "reconstruction")
CLUSTERING = Logged("clustering_loss", "clustering", "clustering")
LEARNING_RATE = Logged("learning_rate", "rate", "learning rate", shown=False)
CRITIC = Logged("critic_loss", "adversary", "critic's loss", shown=False)
CRITIC_RATE = Logged("critic_learning_rate", "rate", "critic's learning rate", shown=False)
LABEL_CHANGE = Logged("label_change", "progress", "labels changed")
SMALLEST_CLUSTER = Logged("smallest_cluster", "progress", "smallest cluster", shown=False)
SHARE = Logged("alpha", "progress", "share of the clustering loss", shown=False)
