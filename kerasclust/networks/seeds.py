"""Seeded weight initializers, which make a network reproducible from one seed."""

import keras


class Seeds:
    """Sequence of weight initializers, each with a seed of its own.

    Args:
        seed: seed of the sequence. The same seed gives the same initializers in the same order.
    """

    def __init__(self, seed: int) -> None:
        self._next = int(seed)

    def _draw(self) -> int:
        self._next += 1
        return self._next

    def he(self) -> keras.initializers.Initializer:
        """Return an initializer for a layer with a rectifier."""
        return keras.initializers.HeNormal(seed=self._draw())

    def glorot(self) -> keras.initializers.Initializer:
        """Return an initializer for a linear layer."""
        return keras.initializers.GlorotUniform(seed=self._draw())


class SmallSeeds(Seeds):
    """Sequence of initializers for a start with small outputs.

    They draw uniformly from ±1/sqrt(fan_in). PyTorch's linear layers have this initializer by default.
    XifengGuo/DEC-keras has it in place of the DEC paper's N(0, 0.01).
    """

    def he(self) -> keras.initializers.Initializer:
        """Return an initializer for a layer with a rectifier."""
        return keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform", seed=self._draw())

    glorot = he
