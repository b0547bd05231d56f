"""Profiles of the clusters, channel by channel, in the units of the data."""

from dataclasses import dataclass

import numpy as np

from kerasclust.data.dataset import DataSet
from kerasclust.inspection.clustered_space import group_means
from kerasclust.types import Array, Labels

CHUNK = 512  # samples whose float64 copy is in memory at once
SAME = 0.85  # correlation over the samples from which two measurements count as the same
CANDIDATES = 24  # differences of a cluster that are compared with each other


@dataclass(frozen=True)
class Statistic:
    """Number of each sample and channel, and its mean in every cluster.

    Args:
        samples: numbers (n, channels), in the units of the channels.
        means: mean of each cluster (k, channels); NaN for an empty cluster.
        overall: mean of all samples (channels,).
        deviation: standard deviation between samples (channels,).
    """

    samples: Array
    means: Array
    overall: Array
    deviation: Array

    @property
    def z(self) -> Array:
        """Differences from the overall mean in overall deviations (k, channels); 0 for a constant channel."""
        safe = np.where(self.deviation > 0, self.deviation, np.inf)
        return (self.means - self.overall) / safe


@dataclass(frozen=True)
class Difference:
    """Difference of a cluster from all samples in one respect.

    Args:
        kind: "level" or "variation".
        channel: index of the channel.
        z: difference from the overall mean in overall deviations; NaN for an empty cluster.
    """

    kind: str
    channel: int
    z: float

    @property
    def strength(self) -> float:
        """Rank of the difference: levels are easier to imagine than variations, and come first at equal z."""
        return abs(np.nan_to_num(self.z)) * (1.0 if self.kind == "level" else 0.7)


@dataclass(frozen=True)
class ClusterProfiles:
    """Profiles of all clusters.

    Args:
        sizes: number of samples of each cluster (k,).
        level: mean of a sample over its steps or pixels; the value itself for feature vectors.
        variation: standard deviation of a sequence over its steps; None for data without steps.
        names: names of the channels.
        units: units of the channels, "" for a channel without a unit.
    """

    sizes: Array
    level: Statistic
    variation: Statistic | None
    names: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def n_clusters(self) -> int:
        """Number of clusters k, empty ones included."""
        return len(self.sizes)

    def differences(self, cluster: int) -> list[Difference]:
        """Return the differences of a cluster from all samples, the largest first.

        Each channel occurs at most once. A channel that is strongly correlated with an earlier channel over all samples
        is left out, such as RRC idle after RRC connected.
        """
        found = _largest("level", self.level.z[cluster])
        if self.variation is not None:
            found += _largest("variation", self.variation.z[cluster])
        told: list[Difference] = []
        for difference in sorted(found, key=lambda found: -found.strength)[:CANDIDATES]:
            if not any(self._same(difference, other) for other in told):
                told.append(difference)
        return told

    def _same(self, one: Difference, other: Difference) -> bool:
        return one.channel == other.channel or _correlation(self._samples(one), self._samples(other)) >= SAME

    def _samples(self, difference: Difference) -> Array:
        statistic = self.level if difference.kind == "level" or self.variation is None else self.variation
        return statistic.samples[:, difference.channel]

    def most_different_channels(self, n: int) -> Labels:
        """Return the `n` channels whose levels differ most between the clusters, in ascending order."""
        strength = np.nan_to_num(np.abs(self.level.z)).max(axis=0)
        return np.sort(np.argsort(-strength, kind="stable")[:n])


def _largest(kind: str, z: Array) -> list[Difference]:
    """Return the `CANDIDATES` largest differences (channels,) of one kind."""
    channels = np.argsort(-np.abs(np.nan_to_num(z)), kind="stable")[:CANDIDATES]
    return [Difference(kind, c, float(z[c])) for c in channels.tolist()]


def cluster_profiles(data: DataSet, labels: Labels, n_clusters: int | None = None) -> ClusterProfiles:
    """Compute the mean level and variation of every channel, in every cluster and over all samples.

    Args:
        data: the samples; their last axis holds the channels.
        labels: clusters, integers (n,).
        n_clusters: number of clusters k; None for the highest label + 1.

    Returns:
        ClusterProfiles.

    Example:
        >>> from kerasclust.data.dataset import DataSet
        >>> data = DataSet("d", np.array([[1.0], [3.0], [8.0]]), channel_names=("load",), channel_units=("%",))
        >>> cluster_profiles(data, np.array([0, 0, 1])).level.means.tolist()
        [[2.0], [8.0]]
    """
    labels = np.asarray(labels)
    n_clusters = int(labels.max()) + 1 if n_clusters is None else n_clusters
    means, deviations = _per_sample(data.x)
    channels = range(data.x.shape[-1])
    return ClusterProfiles(
        sizes=np.bincount(labels, minlength=n_clusters),
        level=_statistic(means, labels, n_clusters),
        variation=_statistic(deviations, labels, n_clusters) if data.x.ndim == 3 else None,
        names=tuple(_name(data, channel) for channel in channels),
        units=tuple(data.channel_units[c] if c < len(data.channel_units) else "" for c in channels),
    )


def typical_members(q: Array, labels: Labels, n: int, groups: Array | None = None) -> list[Labels]:
    """Return the most typical samples of each cluster: those with the largest soft assignments.

    Args:
        q: soft assignments (n_samples, k).
        labels: clusters, integers (n_samples,).
        n: largest number of members of a cluster.
        groups: group of each sample (n_samples,), or None. A second sample of a group comes after a sample of every
            other group, because several windows of one user do not represent the cluster.

    Returns:
        k integer arrays: numbers of samples, the most typical first; empty for an empty cluster.

    Example:
        >>> q = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7]])
        >>> [members.tolist() for members in typical_members(q, q.argmax(axis=1), 2)]
        [[0, 2], [3]]
    """
    q, labels = np.asarray(q), np.asarray(labels)
    chosen: list[Labels] = []
    for cluster in range(q.shape[1]):
        members = np.flatnonzero(labels == cluster)
        members = members[np.argsort(-q[members, cluster], kind="stable")]
        if groups is not None:
            members = members[np.argsort(_occurrence(np.asarray(groups)[members]), kind="stable")]
        chosen.append(members[:n])
    return chosen


def _occurrence(values: Array) -> Labels:
    """Return the number of equal values before each value."""
    seen: dict[object, int] = {}
    counts = np.empty(len(values), int)
    for i, value in enumerate(values.tolist()):
        counts[i] = seen.get(value, 0)
        seen[value] = counts[i] + 1
    return counts


def _per_sample(x: Array) -> tuple[Array, Array]:
    """Return mean and standard deviation of each sample (n, channels), in float64 for values of any range.

    Missing values (NaN) do not count.
    """
    if x.ndim == 2:
        return x.astype("float64"), np.broadcast_to(0.0, x.shape)
    inner = tuple(range(1, x.ndim - 1))
    chunks = (x[start : start + CHUNK].astype("float64") for start in range(0, len(x), CHUNK))
    means, deviations = zip(*(mean_and_deviation(chunk, inner) for chunk in chunks), strict=True)
    return np.concatenate(means), np.concatenate(deviations)


def mean_and_deviation(x: Array, axis: int | tuple[int, ...]) -> tuple[Array, Array]:
    """Return mean and standard deviation of what was observed of an array over some axes; NaN where nothing was.

    Example:
        >>> mean_and_deviation(np.array([[1.0, 3.0, np.nan]]), axis=1)
        (array([2.]), array([1.]))
    """
    counts = np.sum(~np.isnan(x), axis=axis, keepdims=True)
    safe = np.where(counts > 0, counts, np.nan)
    mean = np.nansum(x, axis=axis, keepdims=True, dtype="float64") / safe
    variance = np.nansum((x - mean) ** 2, axis=axis, keepdims=True, dtype="float64") / safe
    return np.squeeze(mean, axis), np.squeeze(np.sqrt(variance), axis)


def _statistic(samples: Array, labels: Labels, n_clusters: int) -> Statistic:
    means = group_means(samples, labels, n_clusters)
    return Statistic(samples, means, *mean_and_deviation(samples, axis=0))


def _name(data: DataSet, channel: int) -> str:
    if channel < len(data.channel_names):
        return data.channel_names[channel]
    return "brightness" if data.x.ndim == 4 and data.x.shape[-1] == 1 else f"channel {channel}"


def _correlation(a: Array, b: Array) -> float:
    """Return the absolute correlation of two arrays (n,) where both have a value; 1 where an array is constant."""
    both = ~(np.isnan(a) | np.isnan(b))
    if not both.any():
        return 0.0
    a, b = a[both] - a[both].mean(), b[both] - b[both].mean()
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return abs(float(a @ b)) / scale if scale > 0 else 1.0
