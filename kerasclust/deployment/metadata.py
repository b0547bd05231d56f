"""What a deployed model says about itself."""

import json
from datetime import UTC, datetime

from kerasclust.system.json_files import plain
from kerasclust.system.versions import versions

NAME = "kerasclust"  # of the entry, in all formats


def metadata_of(model) -> dict:
    """What a fitted model was made by and from.

    Args:
        model: a fitted `DeepClusteringModel`.

    Returns:
        {"method", "n_clusters", "cluster_names": {number: name}, "sample_shape", "training_samples": {"count",
        "sha256", "channel_names"} or None where the model comes from a file that does not know, "settings": of its
        constructor, "versions": {package: version}, "exported": date and time}.
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


def as_text(metadata: dict) -> str:
    """The metadata as JSON."""
    return json.dumps(metadata, indent=1, ensure_ascii=False) + "\n"
