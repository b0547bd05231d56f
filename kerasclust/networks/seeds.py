"""Seeded weight initializers: one seed gives one network, layer by layer."""

import keras


class Seeds:
    """A fresh, reproducible seed for each layer that asks.

    Args:
        seed: int; the same seed gives the same sequence of initializers.
    """

    def __init__(self, seed):
        self._next = int(seed)

    def _draw(self):
        self._next += 1
        return self._next

    def he(self):
        """Initializer for layers followed by a rectifier."""
        return keras.initializers.HeNormal(seed=self._draw())

    def glorot(self):
        """Initializer for linear layers."""
        return keras.initializers.GlorotUniform(seed=self._draw())


class SmallSeeds(Seeds):
    """Seeds whose initializers all draw from ±1/sqrt(fan_in): a start with smaller outputs, layer by layer.

    It is what PyTorch's linear layers start from by default, and what XifengGuo/DEC-keras sets in place of DEC's own
    N(0, 0.01). Features have to grow out of such a start, and k-means finds more of the groups in them.
    """

    def he(self):
        """Initializer for layers followed by a rectifier."""
        return keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform", seed=self._draw())

    glorot = he
