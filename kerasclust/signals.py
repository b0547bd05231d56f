"""What asks a process to end, and how it is kept off while something short is written."""

import signal
import threading
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM)


class Terminated(KeyboardInterrupt):
    """SIGTERM, by which a job is told to end within seconds: all that Ctrl-C leaves in order, it does, too."""


def exit_status(interruption: KeyboardInterrupt) -> int:
    """What shells report of a process that ended so: 128 and the number of the signal."""
    return 128 + (signal.SIGTERM if isinstance(interruption, Terminated) else signal.SIGINT)


@contextmanager
def termination_raised():
    """Have SIGTERM raise `Terminated` in the main thread."""
    with _handled((signal.SIGTERM,), _raise):
        yield


@contextmanager
def undisturbed():
    """Ignore Ctrl-C and SIGTERM while something short is written: an impatient second one must not cost a training."""
    with _handled(ENDING, signal.SIG_IGN):
        yield


def _raise(number, frame):
    raise Terminated


@contextmanager
def _handled(numbers, handler):
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set a handler
        yield
        return
    before = [signal.signal(number, handler) for number in numbers]
    try:
        yield
    finally:
        for number, earlier in zip(numbers, before, strict=True):
            signal.signal(number, earlier)
