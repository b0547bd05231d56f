"""Lines and data that the command prints about a run."""

import shlex
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kerasclust.data.labels import UNKNOWN, labels_of
from kerasclust.inspection.cluster_names import with_names
from kerasclust.models.settings import REQUIRED, Setting
from kerasclust.runs import FILES, RunDirectory
from kerasclust.runs.unassigned import counted
from kerasclust.system.lines import aligned
from kerasclust.types import Array


def cluster_sizes(q: Array) -> list[int]:
    """Return the number of samples of each cluster, of soft assignments (n, k)."""
    labels = labels_of(q)
    return np.bincount(labels[labels != UNKNOWN], minlength=q.shape[1]).tolist()


def unassigned_in_words(reasons: list[str]) -> list[str]:
    """Return lines about samples without a cluster: how many there are, and why.

    Args:
        reasons: why each of them has no cluster.

    Example:
        >>> unassigned_in_words(["a hole of 9 steps", "an infinite value", "a hole of 7 steps"])
        ['3 samples have no cluster:', '  2: a hole of 9 steps, or similar', '  1: an infinite value']
    """
    if not reasons:
        return []
    kinds = [f"  {count:,}: {example}{', or similar' if count > 1 else ''}" for count, example in counted(reasons)]
    return [f"{len(reasons):,} sample{' has' if len(reasons) == 1 else 's have'} no cluster:", *kinds]


def cluster_table(q: Array, names: dict[int, str] | None = None) -> list[str]:
    """Return lines of a table of the clusters.

    The columns are the name (if any cluster has a name), samples, share and mean confidence.

    Args:
        q: soft assignments (n, k).
        names: {number: name} of the clusters that have a name, or None.
    """
    q = q[labels_of(q) != UNKNOWN]
    labels, confidence = q.argmax(axis=1), q.max(axis=1)
    sizes = np.bincount(labels, minlength=q.shape[1])
    sums = np.bincount(labels, weights=confidence, minlength=q.shape[1])
    means = [f"{total / size:.2f}" if size else "" for total, size in zip(sums, sizes, strict=True)]
    columns: dict[str, Iterable[Any]] = {
        "cluster": range(len(sizes)),
        "samples": [f"{size:,}" for size in sizes],
        "share": [f"{size / max(1, len(q)):.1%}" for size in sizes],
        "confidence": means,
    }
    columns = with_names(columns, names)
    return aligned([tuple(columns), *zip(*(map(str, column) for column in columns.values()), strict=True)])


def results_as_data(
    run: RunDirectory, q: Array, scores: dict[str, float] | None, warnings: list[str], reasons: list[str]
) -> dict:
    """Return the results of a finished run, for scripts.

    Args:
        run: directory of the run.
        q: soft assignments (n, k) of the samples.
        scores: scores against known groups, {"acc": ...}, or None.
        warnings: sentences that say why the clusters are doubtful.
        reasons: why samples have no cluster.
    """
    q = q[labels_of(q) != UNKNOWN]
    labels, confidence = q.argmax(axis=1), q.max(axis=1)
    members = [confidence[labels == cluster] for cluster in range(q.shape[1])]
    clusters = [
        {
            "cluster": cluster,
            "samples": len(found),
            "share": len(found) / max(1, len(q)),
            "confidence": found.mean() if len(found) else None,
        }
        for cluster, found in enumerate(members)
    ]
    files = {name: run.file(name) for name in FILES if run.has(name)}
    found = {"run": run.path, "clusters": clusters, "without_cluster": len(reasons)}
    return {**found, "scores": scores, "warnings": warnings, "files": files}


def results_in_words(run: RunDirectory, q: Array, scores: dict[str, float] | None, reasons: list[str]) -> list[str]:
    """Return lines about a finished run: its clusters, its scores and the paths of its files.

    Args:
        run: directory of the run.
        q: soft assignments (n, k) of the samples.
        scores: scores against known groups, {"acc": ...}, or None.
        reasons: why samples have no cluster.
    """
    lines = ["", *cluster_table(q), *unassigned_in_words(reasons), ""]
    if scores:
        shown = ", ".join(f"{name.upper()} {value:.3f}" for name, value in scores.items())
        lines += [f"Against the known groups, which training did not see: {shown}.", ""]
    places = [
        ("Report", run.file("report")),
        ("Keras model", run.file("model")),
        ("SavedModel", run.file("saved_model")),
        ("Labels", run.file("labels")),
    ]
    lines += aligned([(f"{name}:", str(path)) for name, path in places if path.exists()])
    if run.has("logs"):
        lines.append(f"TensorBoard:  tensorboard --logdir {shlex.quote(str(run.file('logs')))}")
    return lines


def interruption_in_words(run: RunDirectory) -> str:
    """Return sentences about the files that an interrupted run leaves, and how to continue it."""
    settings = run.read_json("settings") or {}
    phase = settings.get("interrupted")
    further = f" Continue it with: kerasclust fit --resume {shlex.quote(str(run.path))}" if run.can_go_on() else ""
    if phase is None and run.has("model"):
        return f"Interrupted when the training was over. The model is in {run.file('model')}.{further}"
    if run.has_compared():
        return f"Interrupted while methods were compared. The finished runs are kept.{further}"
    if phase is None and further:
        return f"Interrupted before a phase began.{further}"
    if phase is None:
        return "Interrupted before the training began; nothing is saved."
    use = "It has an autoencoder and no clusters yet."
    if settings["has_clusters"]:
        use = "Its clusters can be used; training was not complete."
    return f"Interrupted in phase {phase!r}. The model so far is in {run.file('model')}. {use}{further}"


def settings_in_words(settings: Sequence[Setting]) -> list[str]:
    """Return lines about the settings of a method, each with its default and its help.

    Args:
        settings: declarations of the settings.
    """
    lines = []
    for setting in settings:
        default = "has to be given" if setting.default is REQUIRED else f"default: {setting.default}"
        lines.append(f"{setting.name} ({default})")
        lines += textwrap.wrap(f"{setting.help}.", 100, initial_indent="    ", subsequent_indent="    ")
    return lines
