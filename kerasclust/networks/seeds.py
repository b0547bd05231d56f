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
