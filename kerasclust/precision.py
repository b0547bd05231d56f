"""The Keras dtype policy that models are built with."""

from contextlib import contextmanager

import keras


@contextmanager
def precision(policy):
    """Models that are built inside have this Keras dtype policy, such as "mixed_bfloat16"."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
