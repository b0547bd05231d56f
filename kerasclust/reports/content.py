"""Sections of a report as plain values for the template."""

import importlib.metadata
import platform
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from kerasclust import metrics
from kerasclust.data.dataset import DataSet
from kerasclust.inspection.cluster_names import Names, cluster_in_words
from kerasclust.metrics.contingency import contingency_table
from kerasclust.reports.figures.style import cluster_color
from kerasclust.reports.profiles import ClusterProfiles
from kerasclust.reports.words import describe_cluster, duration, number, percent, plural
from kerasclust.types import Labels

PACKAGES = ("kerasclust", "tensorflow", "keras", "numpy", "scikit-learn")
KINDS = {2: "row", 3: "sequence", 4: "image"}
MAX_ROWS = 24  # channels in the table of a cluster


def data_in_words(data: DataSet) -> str:
    """Describe the samples, for example "4,000 sequences of 256 steps of 5 s (21 min 20 s) and 17 channels"."""
    samples = plural(len(data), KINDS.get(data.x.ndim, "sample"))
    channels = plural(data.x.shape[-1], "feature" if data.x.ndim == 2 else "channel")
    if data.x.ndim == 3:
        steps = data.x.shape[1]
        clock = (
            f" of {duration(data.step_seconds)} ({duration(steps * data.step_seconds)})" if data.step_seconds else ""
        )
        return f"{samples} of {plural(steps, 'step')}{clock} and {channels}"
    if data.x.ndim == 4:
        return f"{samples} of {data.x.shape[1]} × {data.x.shape[2]} pixels and {channels}"
    return f"{samples} of {channels}"


def summary(
    method: str,
    data: DataSet,
    profiles: ClusterProfiles,
    warnings: Sequence[str],
    judged: bool,
    names: Names = None,
) -> list[str]:
    """Describe the main result in a few sentences.

    Args:
        method: name of the method.
        data: the samples.
        profiles: their profiles.
        warnings: sentences about doubts.
        judged: whether the model itself looked for doubts; a model from a file cannot.
        names: {number: name} of the named clusters, or None.
    """
    sizes = profiles.sizes
    used = np.flatnonzero(sizes)
    largest, smallest = int(sizes.argmax()), int(used[sizes[used].argmin()])
    sentences = [f"{method} sorted {data_in_words(data)} into {plural(len(used), 'cluster')}."]
    if len(used) > 1:
        most, least = percent(sizes[largest] / len(data)), percent(sizes[smallest] / len(data))
        sentences.append(
            f"The largest is {cluster_in_words(largest, names)} with {sizes[largest]:,} samples ({most}), "
            f"the smallest {cluster_in_words(smallest, names)} with {sizes[smallest]:,} ({least})."
        )
    if warnings:
        found = plural(len(warnings), "warning")
        sentences.append(f"The checks that need no labels raised {found}: read them before the clusters.")
    elif judged:
        sentences.append("The checks that need no labels raised no warning.")
    else:
        sentences.append("The course of the training is unknown: the model was loaded from a file.")
    return sentences


def cluster_rows(profiles: ClusterProfiles, names: Names = None) -> list[dict[str, Any]]:
    """Return number, name (None without a name), color, size, share and description of each cluster."""
    total = profiles.sizes.sum()
    return [
        {
            "number": cluster,
            "name": (names or {}).get(cluster),
            "color": cluster_color(cluster),
            "samples": size,
            "size": f"{size:,}",
            "count": plural(size, "sample"),
            "share": percent(size / total),
            "width": 100 * size / profiles.sizes.max(),
            "description": describe_cluster(profiles, cluster),
        }
        for cluster, size in enumerate(profiles.sizes.tolist())
    ]


def profile_rows(profiles: ClusterProfiles, cluster: int) -> list[dict[str, Any]]:
    """Return the means of each channel, in the units of the data, and their difference from the overall mean.

    Of many channels, the `MAX_ROWS` most different channels are returned.
    """
    strength = np.nan_to_num(np.abs(profiles.level.z[cluster]))
    channels = np.sort(np.argsort(-strength, kind="stable")[:MAX_ROWS])
    level, variation = profiles.level, profiles.variation
    return [
        {
            "channel": profiles.names[c],
            "unit": profiles.units[c],
            "mean": number(level.means[cluster, c]),
            "overall": number(level.overall[c]),
            "z": float(np.nan_to_num(level.z[cluster, c])),
            "variation": number(variation.means[cluster, c]) if variation else None,
            "overall_variation": number(variation.overall[c]) if variation else None,
        }
        for c in channels
    ]


def scores(data: DataSet, labels: Labels, names: Names = None) -> dict[str, Any] | None:
    """Return external scores and the table of classes by clusters; None where no class is known.

    Columns are in the order of the best matching classes, so that agreement is on the diagonal.
    """
    if data.y is None or not np.any(np.asarray(data.y) >= 0):
        return None
    counts, classes, clusters = contingency_table(data.y, labels)
    titles = [data.label_names[c] if c < len(data.label_names) else f"class {c}" for c in classes.tolist()]
    known = np.asarray(data.y) >= 0
    matched = dict(zip(labels[known].tolist(), metrics.best_matching(data.y, labels)[known].tolist(), strict=True))
    order = sorted(range(len(clusters)), key=lambda i: matched[int(clusters[i])])
    shares = counts / counts.sum(axis=1, keepdims=True)
    return {
        "values": {name: f"{value:.3f}" for name, value in metrics.external_scores(data.y, labels).items()},
        "clusters": [
            {"number": number, "name": (names or {}).get(number), "color": cluster_color(number)}
            for number in (int(clusters[i]) for i in order)
        ],
        "rows": [
            {"name": name, "cells": [(f"{counts[r, i]:,}", float(shares[r, i])) for i in order]}
            for r, name in enumerate(titles)
        ],
    }


def settings_of(model: Any) -> dict[str, str]:
    """Return every setting of a model as text."""
    return {name: str(getattr(value, "name", value)) for name, value in sorted(getattr(model, "settings", {}).items())}


def circumstances(model: Any) -> dict[str, str]:
    """Return the date of the report, the time of the training, and the versions of packages."""
    rows = {"report written": datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")}
    if model.result_ is not None:
        rows["training time"] = duration(model.result_.seconds)
    rows["python"] = platform.python_version()
    for package in PACKAGES:
        rows[package] = _version(package)
    return rows


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        import kerasclust

        return kerasclust.__version__ if package == "kerasclust" else "unknown"
