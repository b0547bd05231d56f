"""Signals that end a process: SIGTERM as an exception, with a deadline, and sections that signals cannot interrupt."""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM)
UNHEARD_SECONDS = 5.0  # from SIGTERM to the end of a process whose main thread never returns to Python
HEARD_SECONDS = 8.0  # from SIGTERM to the end of a process that is still cleaning up; job systems kill after 10 or more
LAST_WORDS = (
    "Terminated: the process received SIGTERM and did not end within {:.0f} seconds, so it was ended by force. "
    "Finished files are complete, and an interrupted run can be resumed.\n"
)

_heard = threading.Event()  # set once a Python handler has seen SIGTERM
_pipes: list[int] = []  # the end that Python writes to, while there is a deadline
_Handler = Callable[[int, FrameType | None], object] | signal.Handlers


class Terminated(KeyboardInterrupt):
    """SIGTERM, received as an exception: whatever cleans up after Ctrl-C cleans up after SIGTERM as well."""


def exit_status(interruption: KeyboardInterrupt) -> int:
    """Return the status that shells report for a process ended by the signal: 128 plus the signal's number."""
    return 128 + (signal.SIGTERM if isinstance(interruption, Terminated) else signal.SIGINT)


@contextmanager
def termination_raised() -> Iterator[None]:
    """Raise `Terminated` in the main thread on SIGTERM, and end the process by force if that takes too long.

    Python runs signal handlers between two of its own instructions. They wait while the main thread is inside a long
    native call, such as `numpy.linalg.eigh` or a TensorFlow step. A second thread therefore waits for SIGTERM and ends
    the process with status 143: after `UNHEARD_SECONDS` if the main thread has not seen the signal, and after
    `HEARD_SECONDS` if the main thread is still cleaning up. See `ended_at_once` for native calls that stop all threads.
    """
    with _handled((signal.SIGTERM,), _raise), _deadline():
        yield


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Let SIGTERM end the process at once, without cleaning up, while a native call keeps Python's global lock.

    No Python code runs during such a call, in no thread, so the deadline of `termination_raised` cannot be kept. The
    system then ends the process, with the status that shells report as 143. Without an effect outside of
    `termination_raised`, where a user of the library decides what SIGTERM does.

    Example:
        >>> with ended_at_once():  # around HDBSCAN of 40,000 points, for example
        ...     pass
    """
    if not _in_main_thread() or signal.getsignal(signal.SIGTERM) is not _raise:
        yield
        return
    with _handled((signal.SIGTERM,), signal.SIG_DFL):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Postpone Ctrl-C and SIGTERM until the end of a short section, such as the writing of a model."""
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        if number == signal.SIGTERM:
            _heard.set()

    with _handled(ENDING, note):
        yield
    if noted:
        signal.raise_signal(noted[0])


def _raise(number: int, frame: FrameType | None) -> None:
    _heard.set()
    raise Terminated


def _in_main_thread() -> bool:
    """Return whether this is the main thread: Python lets no other thread change how signals are handled."""
    return threading.current_thread() is threading.main_thread()


@contextmanager
def _handled(numbers: Iterable[signal.Signals], handler: _Handler) -> Iterator[None]:
    if not _in_main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, signal.SIG_DFL if earlier is None else earlier)


@contextmanager
def _deadline() -> Iterator[None]:
    """Watch for SIGTERM in a second thread; the thread outlives the block once the signal has come."""
    if not _in_main_thread() or sys.platform == "win32":  # Windows has no SIGTERM from outside
        yield
        return
    _heard.clear()
    received, sent = os.pipe()
    os.set_blocking(sent, False)
    _pipes.append(sent)
    # Python's own C handler writes the number of each signal to this pipe, whatever the main thread is doing.
    before = signal.set_wakeup_fd(sent, warn_on_full_buffer=False)
    threading.Thread(target=_end_in_time, args=(received,), name="kerasclust-deadline", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(_pipes.pop())  # ends the thread, unless there is a SIGTERM to read first


def _end_in_time(received: int) -> None:
    """Wait for SIGTERM on a pipe, then end the process unless it ends by itself; return when the pipe is closed."""
    with open(received, "rb", buffering=0) as pipe:  # open to the end: a postponed signal is written to it again
        while numbers := pipe.read(64):
            if signal.SIGTERM in numbers and _is_ours():
                start = time.monotonic()
                if _heard.wait(UNHEARD_SECONDS):
                    time.sleep(max(0.0, HEARD_SECONDS - (time.monotonic() - start)))
                _end_now(time.monotonic() - start)


def _is_ours() -> bool:
    """Return whether SIGTERM is for this module: the handler of an HTTP service ends its process in its own time."""
    return _heard.is_set() or getattr(signal.getsignal(signal.SIGTERM), "__module__", None) == __name__


def _end_now(seconds: float) -> None:
    """End the process without cleaning up, with the status of SIGTERM."""
    # Not by sys.stderr, whose lock the main thread may hold; not at all where nobody empties the pipe behind it.
    if select.select((), (2,), (), 0)[1]:
        os.write(2, LAST_WORDS.format(seconds).encode())
    os._exit(128 + signal.SIGTERM)


def _forget_parent() -> None:
    """Keep the signals of a forked child out of its parent's pipe."""
    if _pipes and _in_main_thread():
        signal.set_wakeup_fd(-1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
