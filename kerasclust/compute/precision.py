"""Keras dtype policy for building models."""

from collections.abc import Iterator
from contextlib import contextmanager

POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")  # weights and results are float32 with each policy


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Set the Keras dtype policy of models that are built inside the context.

    Args:
        policy: name of the policy, such as "mixed_bfloat16".
    """
    import keras  # only here, since the help of the command lists the policies without Keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
