"""Import of TensorFlow without its start-up messages."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from kerasclust.system.signals import interruption_kept

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def import_tensorflow() -> None:
    """Import TensorFlow without its messages about CPU features and missing GPUs.

    All messages are shown if the user has set `TF_CPP_MIN_LOG_LEVEL`, or if the import fails.
    """
    if LEVEL in os.environ or "tensorflow" in sys.modules:
        return
    os.environ[LEVEL] = "3"
    # Messages that are written while the libraries load ignore the level.
    with _standard_error_held_back(), interruption_kept():
        import tensorflow as tf
    tf.get_logger().setLevel("ERROR")


class TracingOfNewModels(logging.Filter):
    """Filter that drops TensorFlow's warnings about repeated tracing.

    Every model traces its own training function, once a phase. TensorFlow counts these traces over all models, because
    their functions have the same code, and warns from the fifth model on.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to show a message."""
        message = record.getMessage()
        return not ("triggered tf.function retracing" in message and "TensorFlowTrainer" in message)


@contextmanager
def _standard_error_held_back() -> Iterator[None]:
    """Hide output to file descriptor 2, by Python or by native code, unless the block fails."""
    sys.stderr.flush()
    standard_error = os.dup(2)
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except Exception:  # an interruption is no reason to show them
            held_back.seek(0)
            os.write(standard_error, held_back.read())
            raise
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
