"""A dtype policy for the models of a block."""

import keras
import pytest

from kerasclust.compute.precision import precision


def test_precision_ends_where_it_was():
    before = keras.config.dtype_policy()
    with pytest.raises(ZeroDivisionError), precision("mixed_bfloat16"):
        assert keras.config.dtype_policy().compute_dtype == "bfloat16"
        raise ZeroDivisionError
    assert keras.config.dtype_policy() == before
