"""What asks a process to end, and how that is put off while something short is written."""

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
    """Put off Ctrl-C and SIGTERM while something short is written, on which a training depends."""
    noted = []
    with _handled(ENDING, lambda number, frame: noted.append(number)):
        yield
    if noted:
        signal.raise_signal(noted[0])


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
            signal.signal(number, signal.SIG_DFL if earlier is None else earlier)
