"""Metadata of a deployed model."""

import json
from datetime import UTC, datetime
from typing import Any

from kerasclust.inspection.fitted import FittedModel
from kerasclust.system.archives import UnreadableFile
from kerasclust.system.json_files import has_form, parse_json, plain
from kerasclust.system.versions import versions

NAME = "kerasclust"  # name of the entry in all formats


def metadata_of(model: FittedModel) -> dict[str, Any]:
    """Return the method, settings, training data and versions of a fitted model.

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        {"method", "n_clusters", "cluster_names": {number: name}, "sample_shape" (null
        for a length of any size), "training_samples": {"count",
        "sha256", "channel_names", "categories", "reading"} or None where they are unknown, "settings": arguments of the
        constructor,
        "versions": {package: version}, "exported": date and time}.
    """
    samples = model.training_samples
    return plain(
        {
            "method": getattr(model, "method_name", type(model).__name__),
            "n_clusters": model.n_clusters_,
            "cluster_names": {str(cluster): name for cluster, name in model.cluster_names.items()},
            "sample_shape": model.sample_shape,
            "training_samples": samples and samples.as_dict(),
            "settings": model.get_config(),
            "versions": versions(),
            "exported": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    )


FORM = {
    "method": str,
    "n_clusters": int,
    "cluster_names": {str: str},
    "sample_shape": [(int, type(None))],
    "training_samples": (dict, type(None)),
    "settings": dict,
    "versions": dict,
    "exported": (str, type(None)),
}
SAMPLES = {"count": int, "sha256": str, "channel_names": [str]}


def parsed(content: bytes | str) -> dict[str, Any]:
    """Return metadata from the result of `as_text`, which can come from anyone.

    Raises:
        UnreadableFile: the content is no JSON, or has another form.
    """
    found = parse_json(content)
    samples = has_form(found, FORM) and found["training_samples"]
    good = (samples is None or has_form(samples, SAMPLES)) and None not in found["sample_shape"][1:]
    if not good or not all(cluster.isdecimal() for cluster in found["cluster_names"]):
        raise UnreadableFile("it is not what kerasclust writes")
    return found


def as_text(metadata: dict[str, Any]) -> str:
    """Return metadata as JSON."""
    return json.dumps(metadata, indent=1, ensure_ascii=False) + "\n"
