"""The interface of a fitted model that inspection, deployment and reports rely on."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from kerasclust.types import Array, Tensor


class FittedModel(Protocol):
    """A fitted clustering model, `kerasclust.models.DeepClusteringModel` or one with the same attributes.

    The folders below `kerasclust.models` do not import it. They annotate a model with this protocol instead.

    Args:
        encoder: network from features to latent points.
        decoder: network from latent points to features, or None.
        entry: layer from raw samples to samples without the origin of each channel, and a mask of those that can be
            used.
        frontend: layer from the samples of `entry` to features.
        sample_shape: shape of a raw sample; (None, channels) for series of unequal length.
        feature_shape: shape of the features of a sample.
        latent_dim: dimension d of the latent space.
        n_clusters_: number of clusters k.
        cluster_names: {number: name} of the named clusters.
        dtype_policy: Keras dtype policy of the networks.
        training_samples: description of the samples of the last `fit`, or None.
    """

    encoder: Any
    decoder: Any
    entry: Any
    frontend: Any
    sample_shape: tuple[int | None, ...]
    feature_shape: tuple[int, ...]
    latent_dim: int
    n_clusters_: int
    cluster_names: dict[int, str]
    dtype_policy: Any
    training_samples: Any

    def check_fitted(self) -> None:
        """Raise InputError if the model is not fitted."""

    def check_clusters(self) -> None:
        """Raise InputError if the model has no clusters."""

    def get_config(self) -> dict[str, Any]:
        """Return the settings of the constructor."""

    def traced(self, method: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return a method of the model, of one tensor, as a compiled function."""

    def features(self, x: Tensor) -> Tensor:
        """Return the features (b, ...) of a batch of raw samples."""

    def reconstruct(self, z: Tensor) -> Tensor:
        """Return the features (b, ...) of a batch of latent points."""

    def raw(self, x: Any) -> Array:
        """Return raw samples (n, ...) of any form that the model takes as one array, unchanged."""

    def encode(self, x: Array, batch_size: int = 1024) -> Array:
        """Return the latent points (n, d) of raw samples (n, ...)."""

    def decode(self, z: Array, batch_size: int = 1024) -> Array:
        """Return the features (n, ...) of latent points (n, d)."""

    def latent(self, x: Tensor) -> Tensor:
        """Return the latent points (b, d) of a batch of raw samples."""

    def assigned(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return latent points (b, d) and soft assignments (b, k) of a batch of raw samples.

        Both are NaN for samples that cannot be used.
        """

    def soft_assignment(self, z: Tensor) -> Tensor:
        """Return the soft assignments (b, k) of a batch of latent points."""

    def split(self, z: Array) -> tuple[Any, Any]:
        """Return the clustered part (n, a) of latent points, and the rest."""

    def diagnostics(self) -> Mapping[str, Any]:
        """Return the measurements of the last `fit`, with warnings."""


class SplitSpace(Protocol):
    """The split of a latent space into a clustered part and a shared part."""

    def space_weights(self) -> Any:
        """Return the weight (d,) of each rotated dimension in the cluster space."""

    def cluster_dims(self) -> Any:
        """Return a mask (d,) of the rotated dimensions of the cluster space."""

    def rotated(self, z: Any) -> Any:
        """Return latent points (n, d) in coordinates that belong to one part each."""

    def rotated_back(self, h: Any) -> Any:
        """Return the latent points (n, d) of rotated coordinates (n, d)."""


class SplitModel(FittedModel, Protocol):
    """A fitted model whose latent space has a clustered part and a shared part.

    Args:
        space: the split.
    """

    space: SplitSpace
