"""Only phase of methods without pretraining, and the score by which runs are chosen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import keras
import numpy as np

from kerasclust.callbacks import AssignmentUpdate
from kerasclust.data.labels import labels_of
from kerasclust.data.pipeline import Samples, in_batches
from kerasclust.losses import conditional_entropy, label_entropy
from kerasclust.training.phase import Phase, Run
from kerasclust.types import Array

if TYPE_CHECKING:
    from kerasclust.models.base import DeepClusteringModel

LOOK_INTERVAL = 64  # updates between two looks at the clusters of all samples


def clustering_phase(
    model: "DeepClusteringModel",
    batch: int | None = None,
    before: Callable[[Run], None] | None = None,
    after: Callable[[Run], None] | None = None,
) -> Phase:
    """Return the phase "cluster", which trains by `model.cluster_step`.

    Args:
        model: the model.
        batch: as in `Phase`.
        before: as in `Phase`.
        after: as in `Phase`, before `keep_information`.
    """

    def looks(samples: Samples, epochs: int) -> list[keras.callbacks.Callback]:
        return [AssignmentUpdate(samples, max(1, round(LOOK_INTERVAL / samples.steps_per_epoch)))]

    def finish(run: Run) -> None:
        if after is not None:
            after(run)
        keep_information(model, run)

    return Phase(
        "cluster",
        model.cluster_step,
        updates=6000,
        batch=batch,
        epochs=model.epochs,
        steers=model.steered(),
        before=before,
        after=finish,
        callbacks=looks,
        repeated=True,
    )


def information(q: Array) -> float:
    """Return I(X; Y) = H(Y) - H(Y | X) of soft assignments q (n, k), in nats."""
    return float(label_entropy(q) - conditional_entropy(q))


def keep_information(model: "DeepClusteringModel", run: Run) -> None:
    """Keep the clusters of a run and minus their information, the score of the run."""
    q = in_batches(model.traced(model.assign_features), run.samples.x)
    run.state.update(tries=labels_of(q)[None], tries_scores=np.array([-information(q)]))
