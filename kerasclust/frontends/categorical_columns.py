"""Tables with columns of categories: one-hot features beside those of a front end."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import keras
import numpy as np
import tensorflow as tf

from kerasclust.errors import InputError
from kerasclust.frontends.base import FrontEnd, Shape
from kerasclust.frontends.batches import Batches
from kerasclust.types import Array, Tensor

_MOST = 5.0  # largest feature of a category, as of a scaled number: a rare category is no farther than an outlier


@keras.saving.register_keras_serializable(package="kerasclust")
class CategoricalColumns(FrontEnd):
    """Features of a front end for the numeric columns of a table, followed by one feature for each category.

    The feature of a category is 0 for all other samples, and the same number for all samples of the category. That
    number gives the features of a column a total variance of 1, as a scaled numeric column has, and is at most 5. A
    missing category (NaN), or one that is not known, has 0 in all features of the column.

    Args:
        frontend: front end of the numeric columns. It is not used if there are none.
        categories: {column: number of its categories}. The values of such a column are the numbers of the categories,
            from 0.
        name: name of the layer.

    Input: (batch, columns). Output: (batch, features), float32: those of the numeric columns first.

    Raises:
        InputError: if the input is no table, or a column does not exist or has no category.

    Example:
        >>> from kerasclust.frontends import RobustScaling
        >>> frontend = CategoricalColumns(RobustScaling(), {1: 2})
        >>> frontend.adapt([[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 1.0]])
        >>> frontend(np.array([[2.5, 1.0], [2.5, np.nan]])).numpy().round(2)
        array([[0.  , 0.  , 1.41],
               [0.  , 0.  , 0.  ]], dtype=float32)
    """

    def __init__(self, frontend: FrontEnd, categories: Mapping[Any, int], name: str | None = None) -> None:
        super().__init__(name=name)
        self.frontend = frontend
        self.categories = {int(column): int(number) for column, number in sorted(categories.items())}

    def build(self, input_shape: Shape) -> None:
        """Build the front end of the numeric columns, and create the number of each category's feature."""
        super().build(input_shape)
        if len(input_shape) != 2:
            raise InputError(f"CategoricalColumns is for tables (batch, columns), found {tuple(input_shape)}.")
        width = input_shape[-1]
        if any(not 0 <= column < width or number < 1 for column, number in self.categories.items()):
            raise InputError(
                f"categories={self.categories}: expected {{column: number}} of a table of {width} columns."
            )
        self._numeric = [column for column in range(width) if column not in self.categories]
        if self._numeric:
            self.frontend.build_once((None, len(self._numeric)))
        self.gain = self.add_state("gain", (sum(self.categories.values()),), "ones")

    def adapt_batches(self, batches: Batches) -> None:
        """Let the front end learn, and set the number of each category's feature."""
        if self._numeric:
            self.frontend.adapt_to(batches.map(lambda x: self._numbers(tf.convert_to_tensor(x))))
        counts = (self._one_hot(tf.convert_to_tensor(batch)).numpy().sum(axis=0, dtype="float64") for batch in batches)
        total = sum(counts)
        columns = np.split(total, np.cumsum(list(self.categories.values()))[:-1])
        self.gain.assign(np.concatenate([_gains(counts) for counts in columns]))

    def _numbers(self, x: Tensor) -> Tensor:
        """Return the numeric columns of a table."""
        return tf.gather(x, self._numeric, axis=1)

    def _one_hot(self, x: Tensor) -> Tensor:
        """Return 1 for the category of a sample in each column, and 0 for the others."""
        known = [tf.equal(x[:, column, None], np.arange(number, dtype="float32")) for column, number in self._columns()]
        return tf.cast(tf.concat(known, axis=1), "float32")

    def _columns(self) -> list[tuple[int, int]]:
        """Return (column, number of categories) of each column of categories."""
        return list(self.categories.items())

    def transform(self, x: Tensor) -> Tensor:
        """Return the features of the numeric columns, and those of the categories."""
        of_categories = self._one_hot(x) * self.gain
        return tf.concat([self.frontend(self._numbers(x)), of_categories], axis=1) if self._numeric else of_categories

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape (batch, features)."""
        width = input_shape[-1] - len(self.categories)
        numeric = self.frontend.compute_output_shape((None, width))[-1] if width else 0
        return (input_shape[0], numeric + sum(self.categories.values()))

    def feature_names(self, channel_names: Sequence[str]) -> list[str]:
        """Return the names of the numeric features, and column and number of each category."""
        numeric = [name for column, name in enumerate(channel_names) if column not in self.categories]
        return [
            *(self.frontend.feature_names(numeric) if numeric else []),
            *(f"{channel_names[column]} is {number}" for column, of in self._columns() for number in range(of)),
        ]

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        own = {
            "frontend": keras.saving.serialize_keras_object(self.frontend),
            "categories": {str(column): number for column, number in self._columns()},
        }
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Create the front end from the result of `get_config`."""
        return cls(**{**config, "frontend": keras.saving.deserialize_keras_object(config["frontend"])})


def _gains(counts: Array) -> Array:
    """Compute the factors of a column's features, from the number of samples of each category."""
    shares = counts / max(1.0, counts.sum())
    variance = 1.0 - np.sum(shares**2) if counts.any() else 0.0
    gain = min(_MOST, 1 / np.sqrt(variance)) if variance > 0.0 else 0.0
    return np.full(len(counts), gain)
