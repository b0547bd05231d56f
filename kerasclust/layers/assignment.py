"""Base class of the layers that assign points to a given number of clusters."""

from typing import Any, TypeAlias

import keras

from kerasclust.errors import InputError

Shape: TypeAlias = tuple[int | None, ...]  # of a batch; None for an axis of any length


class AssignmentLayer(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Assignment of points (n, d) to clusters, (n, k), in float32 whatever the policy.

    Args:
        n_clusters: number of clusters k.
    """

    def __init__(self, n_clusters: int, **kwargs: Any) -> None:
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        self.n_clusters = n_clusters

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (n, k) of the assignments."""
        return (*input_shape[:-1], self.n_clusters)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {**super().get_config(), "n_clusters": self.n_clusters}


def n_dims(input_shape: Shape) -> int:
    """Return the number of dimensions d of points (n, d).

    Args:
        input_shape: shape that Keras passes to `build`.

    Raises:
        InputError: d is not known.
    """
    d = input_shape[-1]
    if d is None:
        raise InputError(f"The points must have a known number of dimensions, found shape {tuple(input_shape)}.")
    return d
