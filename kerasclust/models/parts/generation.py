"""Generation of new samples of a cluster."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from kerasclust.data.pipeline import BATCH, in_batches
from kerasclust.errors import InputError
from kerasclust.models.checks import positive
from kerasclust.types import Array, Labels, Tensor


class Generative:
    """Mixin for models that generate new samples of a cluster.

    The mixin stands before the base class of the model. A model defines `drawn_clusters(n, random)`,
    `drawn_points(clusters, random)` and `generated(points)`.
    """

    n_clusters: int  # this and the next two are those of the model's base class
    check_clusters: Callable[[], None]
    traced: Callable[[Callable[[Tensor], Tensor]], Callable[[Array], Tensor]]

    def drawn_clusters(self, n: int, random: np.random.Generator) -> Labels:
        """Draw clusters (n,) of new samples by the probabilities of the model."""
        raise NotImplementedError(f"{type(self).__name__} does not define drawn_clusters.")

    def drawn_points(self, clusters: Labels, random: np.random.Generator) -> Array:
        """Draw a point (n, ...) to generate from for each of some clusters (n,)."""
        raise NotImplementedError(f"{type(self).__name__} does not define drawn_points.")

    def generated(self, points: Tensor) -> Tensor:
        """Return the features (b, ...) of points (b, ...), tensors."""
        raise NotImplementedError(f"{type(self).__name__} does not define generated.")

    def generate(self, n: int, cluster: int | None = None, random_state: int | None = None) -> Array:
        """Return new samples.

        Args:
            n: number of samples.
            cluster: cluster of all samples; None draws a cluster for each sample.
            random_state: seed; None draws a seed.

        Returns:
            Array (n, ...) float32 of features, the output of the front end.

        Raises:
            InputError: the model has no clusters, or there is no such cluster.
        """
        self.check_clusters()
        if cluster is not None and not self._is_cluster(cluster):
            raise InputError(f"cluster={cluster!r}: expected a whole number from 0 to {self.n_clusters - 1}.")
        random, n = np.random.default_rng(random_state), positive("n", n)
        clusters = self.drawn_clusters(n, random) if cluster is None else np.full(n, cluster)
        return in_batches(self.traced(self.generated), self.drawn_points(clusters, random).astype("float32"), BATCH)

    def _is_cluster(self, number: Any) -> bool:
        try:
            return not isinstance(number, bool) and 0 <= operator.index(number) < self.n_clusters
        except TypeError:
            return False
