"""Classical searches for clusters of points, and the layers that hold the result."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from kerasclust.initializers import fit_gmm, fit_kmeans, fit_subkmeans, several_tries
from kerasclust.initializers.rim import HIDDEN
from kerasclust.layers import GaussianMixtureAssignment, NetAssignment, StudentTAssignment, SubspaceAssignment
from kerasclust.metrics import nearest_neighbors, neighbor_information
from kerasclust.models.parts.rim_search import RIMSearch
from kerasclust.training.phase import Run
from kerasclust.types import Array


class Clusterer:
    """Search for clusters by several starts of a classical method.

    A kind of clusterer defines `fit(z, n_clusters, seed)` -> (estimator with `labels_`, score), where the lowest score
    is the best. It also defines `new_assignment()`, which returns a layer, and `place(assignment, estimator, z)`, which
    sets the layer.

    Args:
        n_clusters: number of clusters k.
        n_tries: number of starts.
    """

    fit: Callable[[Array, int, int], tuple[Any, float]]

    def __init__(self, n_clusters: int, n_tries: int) -> None:
        self.n_clusters, self.n_tries = n_clusters, n_tries

    def tries(self, run: Run, z: Array, batch_size: int) -> tuple[Sequence[Any], Array, Array]:
        """Return fits to points z (n, d): (estimators, labels (n_tries, n), scores (n_tries,))."""
        return several_tries(self.fit, z, self.n_clusters, run.seed, self.n_tries)

    def new_assignment(self) -> keras.layers.Layer:
        """Return the layer that holds the clusters."""
        raise NotImplementedError(f"{type(self).__name__} does not define new_assignment.")

    def place(self, assignment: keras.layers.Layer, estimator: Any, z: Array) -> None:
        """Set the layer to the clusters that an estimator found in points z (n, d)."""
        raise NotImplementedError(f"{type(self).__name__} does not define place.")

    def clustered(self, assignment: keras.layers.Layer, z: Array) -> Array:
        """Return points z (n, d) in the clustered space: here the points themselves."""
        return z

    def evidence(self, assignment: keras.layers.Layer) -> dict[str, Any]:
        """Return measurements {name: value} of this kind of clusterer."""
        return {}


class KMeansClusterer(Clusterer):
    """k-means: the nearest center."""

    fit = staticmethod(fit_kmeans)

    def new_assignment(self) -> keras.layers.Layer:
        """Return Student's t assignment, which is largest for the nearest center."""
        return StudentTAssignment(self.n_clusters)

    def place(self, assignment: keras.layers.Layer, estimator: Any, z: Array) -> None:
        """Set the centers to those of a fitted `sklearn.cluster.KMeans`."""
        assignment.place(estimator.cluster_centers_, z)


class SubKMeansClusterer(Clusterer):
    """SubKmeans: the nearest center in a subspace, which is found with the clusters."""

    fit = staticmethod(fit_subkmeans)

    def new_assignment(self) -> keras.layers.Layer:
        """Return Student's t assignment in the subspace."""
        return SubspaceAssignment(self.n_clusters)

    def place(self, assignment: keras.layers.Layer, estimator: Any, z: Array) -> None:
        """Set subspace and centers to those of a fitted `SubspaceKMeans`."""
        assignment.place_in(estimator.V_[:, : estimator.cluster_dim_], estimator.cluster_centers_, z)

    def clustered(self, assignment: keras.layers.Layer, z: Array) -> Array:
        """Return points z (n, d) in the cluster space."""
        return np.asarray(assignment.project(z))

    def evidence(self, assignment: keras.layers.Layer) -> dict[str, Any]:
        """Return the number of dimensions of the cluster space."""
        return {"n_cluster_dims": int(np.any(assignment.projection, axis=0).sum())}


class GaussianMixtureClusterer(Clusterer):
    """Gaussian mixture: the posterior of its components."""

    fit = staticmethod(fit_gmm)

    def new_assignment(self) -> keras.layers.Layer:
        """Return the posterior of a Gaussian mixture."""
        return GaussianMixtureAssignment(self.n_clusters)

    def place(self, assignment: keras.layers.Layer, estimator: Any, z: Array) -> None:
        """Set the components to those of a fitted `sklearn.mixture.GaussianMixture`."""
        assignment.place(estimator.weights_, estimator.means_, estimator.precisions_cholesky_)


class RIMClusterer(Clusterer):
    """RIM: the answer of a small net.

    In the best of several tries, the clusters of neighbors tell most about each other. Many tries are certain of wrong
    clusters, so their conditional entropy tells less.
    """

    def __init__(self, n_clusters: int, n_tries: int) -> None:
        super().__init__(n_clusters, n_tries)
        self.search = RIMSearch(n_clusters, n_tries)

    def new_assignment(self) -> keras.layers.Layer:
        """Return the net."""
        return NetAssignment(self.n_clusters, HIDDEN)

    def tries(self, run: Run, z: Array, batch_size: int) -> tuple[Sequence[Any], Array, Array]:
        """Return (nets, labels (n_tries, n), scores (n_tries,)) of all tries, trained at once.

        A score is minus the `neighbor_information` of the clusters in z.
        """
        nets, labels, _ = self.search.tries(run, z, run.seed, 4 * batch_size)
        found = nearest_neighbors(z)
        return nets, labels, np.array([-neighbor_information(of_try, found) for of_try in labels])

    def place(self, assignment: keras.layers.Layer, estimator: Any, z: Array) -> None:
        """Set the weights to those of a trained net."""
        assignment.place(**estimator)
