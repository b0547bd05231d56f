"""The Keras dtype policy that models are built with."""

from contextlib import contextmanager

POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")  # weights and results are float32 in all of them


@contextmanager
def precision(policy):
    """Models that are built inside have this Keras dtype policy, such as "mixed_bfloat16"."""
    import keras  # not for the command's help, which only lists the names

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
