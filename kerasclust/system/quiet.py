"""TensorFlow without the messages that it greets every process with."""

import logging
import os
import sys
import tempfile
from contextlib import contextmanager

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def import_tensorflow() -> None:
    """Import TensorFlow without its messages about CPU features and missing GPUs.

    Nothing is hidden when the user has set `TF_CPP_MIN_LOG_LEVEL`, or when the import fails.
    """
    if LEVEL in os.environ or "tensorflow" in sys.modules:
        return
    os.environ[LEVEL] = "3"
    # The level does not reach the messages that are written while the libraries load (seen with TensorFlow 2.21).
    with _standard_error_held_back():
        import tensorflow as tf
    tf.get_logger().setLevel("ERROR")


class TracingOfNewModels(logging.Filter):
    """Drops TensorFlow's warnings that a model's functions are traced again and again.

    TensorFlow counts functions by their code. Every model traces its own once for each batch size, as it has to, and
    from the fifth model on, in a grid search for example, TensorFlow takes that for a mistake.
    """

    def filter(self, record):
        """Whether a message is shown."""
        message = record.getMessage()
        return not ("triggered tf.function retracing" in message and "bound method" in message and "Model." in message)


@contextmanager
def _standard_error_held_back():
    """Whatever is written to file descriptor 2, by Python or below it, is shown only if the block fails."""
    sys.stderr.flush()
    standard_error = os.dup(2)
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except BaseException:
            held_back.seek(0)
            os.write(standard_error, held_back.read())
            raise
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
