"""Data sets: samples, the meaning of their numbers, and facts for reporting only."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from kerasclust.data.findings import Finding
from kerasclust.types import Array


@dataclass(frozen=True)
class LeftOut:
    """Samples that were asked for and are not used.

    Args:
        groups: array (n,), the origin of each sample, such as its id.
        start_time: array (n,), the time of its first step, datetime64[us] in UTC or numbers, or None without times.
        reasons: array (n,) of texts, why the sample is not used.
    """

    groups: Array
    start_time: Array | None
    reasons: Array

    def __len__(self) -> int:
        return len(self.groups)


@dataclass(frozen=True, repr=False)
class DataSet:
    """Unlabeled samples with the names, units and context that a report needs.

    Ground truth (`y`, `groupings`) and `context` are for reporting. No method reads them.

    Args:
        name: name of the data set in reports and result files.
        x: float32 array (n, ...): sequences (n, steps, channels), images (n, height, width, channels) or
            feature vectors (n, features). float64 where float32 would merge different values. NaN is a missing value.
            Sequences of unequal length are padded with NaN at their end.
        y: integer array (n,), the known group of each sample, -1 where it is unknown, or None.
        label_names: name of each value of `y`.
        groups: array (n,), the origin of each sample, such as its user or trace, or None. Samples of one origin must
            not be split between training and testing.
        channel_names: one name for each entry of the last axis of `x`.
        channel_units: unit of each channel, "" for a channel without a unit.
        step_seconds: seconds between two steps of a sequence, or None.
        context: arrays by name that describe the samples but are never model input. Some names have a meaning in
            reports, see `map_kind`.
        groupings: further known groups of the samples by name, integer arrays (n,), to be scored besides `y`.
        findings: what reading the data found.
        left_out: samples that were asked for and are not used, or None.
        timezone: name of the time zone of local days, such as "Europe/Dublin", or None.
        reading: options with which further data of the same kind is read the same way, {name: JSON value}.
        categories: categories of the columns of a table that hold any, {column: names}. `x` has the number of the
            category.
        lengths: integer array (n,), the steps of each sequence before it was padded, or None for equal lengths.

    Bytes in a name that are not Unicode, as some systems allow them in names of files, become their escapes.

    Example:
        >>> DataSet("digits", np.zeros((100, 8, 8, 1)), y=np.arange(100) % 10)
        DataSet('digits', 100 samples of shape (8, 8, 1), 10 groups)
    """

    name: str
    x: Array
    y: Array | None = None
    label_names: tuple[str, ...] = ()
    groups: Array | None = None
    channel_names: tuple[str, ...] = ()
    channel_units: tuple[str, ...] = ()
    step_seconds: float | None = None
    context: dict[str, Array] = field(default_factory=dict)
    groupings: dict[str, Array] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    left_out: LeftOut | None = None
    timezone: str | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    categories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lengths: Array | None = None

    def __post_init__(self) -> None:
        for name in ("name", "label_names", "channel_names", "channel_units"):
            object.__setattr__(self, name, _in_unicode(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        samples = f"{len(self)} sample{'' if len(self) == 1 else 's'} of shape {self.x.shape[1:]}"
        if self.y is None:
            return f"{type(self).__name__}({self.name!r}, {samples})"
        n_groups = len(self.label_names) or len(np.unique(self.y))
        return f"{type(self).__name__}({self.name!r}, {samples}, {n_groups} group{'' if n_groups == 1 else 's'})"

    @property
    def map_kind(self) -> Literal["network", "places"] | None:
        """Kind of map that the context allows a report to draw.

        "network" is the city and its cells, as `kerasclust.datasets.mobile_network` describes them. "places" is the
        track of each sample: "latitude" and "longitude" in degrees and optionally "speed" in km/h, each (n, steps).
        """
        if "street_nodes" in self.context:
            return "network"
        return "places" if {"latitude", "longitude"} <= self.context.keys() else None

    def channel_label(self, channel: int) -> str:
        """Return the axis label of a channel: its name and, in brackets, its unit.

        Example:
            >>> data = DataSet("d", np.zeros((1, 2)), channel_names=("rsrp", "loss"), channel_units=("dBm", ""))
            >>> data.channel_label(0), data.channel_label(1)
            ('rsrp [dBm]', 'loss')
        """
        if channel >= len(self.channel_names):
            return f"channel {channel}"
        unit = self.channel_units[channel] if channel < len(self.channel_units) else ""
        return self.channel_names[channel] + (f" [{unit}]" if unit else "")


def _in_unicode(names: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Return names without half pairs of surrogates, which no file in UTF-8 can hold."""
    if isinstance(names, str):
        return names.encode("utf-8", "backslashreplace").decode()
    return tuple(str(name).encode("utf-8", "backslashreplace").decode() for name in names)
