"""What every loader returns: samples, what their numbers mean, and (for reporting only) what is known about them."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class DataSet:
    """Unlabeled samples with the names, units and context that a report needs.

    Ground truth (`y`) and `context` are for reporting; no method reads them.

    Args:
        name: what the data set is called in reports and result files.
        x: float32 array (n, ...): sequences (n, steps, channels), images (n, height, width, channels) or
            feature vectors (n, features).
        y: integer array (n,), the known group of each sample, or None.
        label_names: the name of each value of `y`.
        groups: array (n,), what a sample was cut from (a user, a trace), or None. Samples of one group must not be
            split between training and testing.
        channel_names: one name for each entry of the last axis of `x`.
        channel_units: the unit of each channel, "" where it has none.
        step_seconds: seconds between two steps of a sequence, or None.
        context: arrays that describe the samples but are never model input (trajectories, cell layout, time).
    """

    name: str
    x: np.ndarray
    y: np.ndarray | None = None
    label_names: tuple[str, ...] = ()
    groups: np.ndarray | None = None
    channel_names: tuple[str, ...] = ()
    channel_units: tuple[str, ...] = ()
    step_seconds: float | None = None
    context: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self):
        return len(self.x)

    def channel_label(self, channel: int) -> str:
        """Axis label of a channel: its name and, in brackets, its unit.

        Example:
            >>> data = DataSet("d", np.zeros((1, 2)), channel_names=("rsrp", "loss"), channel_units=("dBm", ""))
            >>> data.channel_label(0), data.channel_label(1)
            ('rsrp [dBm]', 'loss')
        """
        if channel >= len(self.channel_names):
            return f"channel {channel}"
        unit = self.channel_units[channel] if channel < len(self.channel_units) else ""
        return self.channel_names[channel] + (f" [{unit}]" if unit else "")
