"""What layers that assign points to a given number of clusters share."""

import keras


class AssignmentLayer(keras.layers.Layer):
    """Assignments (n, k) of points (n, d), in float32 whatever the policy.

    Args:
        n_clusters: number of clusters k.
    """

    def __init__(self, n_clusters, **kwargs):
        kwargs["dtype"] = "float32"
        super().__init__(**kwargs)
        self.n_clusters = n_clusters

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.n_clusters)

    def get_config(self):
        return {**super().get_config(), "n_clusters": self.n_clusters}
