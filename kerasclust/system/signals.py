"""Signals that end a process: SIGTERM with a deadline, and uninterrupted sections."""

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
    """SIGTERM, received as an exception.

    It is a `KeyboardInterrupt`, so that all code that cleans up after Ctrl-C also cleans up after SIGTERM.
    """


def exit_status(interruption: KeyboardInterrupt) -> int:
    """Return the status that shells report after a signal: 128 plus its number."""
    return 128 + (signal.SIGTERM if isinstance(interruption, Terminated) else signal.SIGINT)


@contextmanager
def termination_raised() -> Iterator[None]:
    """Raise `Terminated` on SIGTERM, and end the process by force after a deadline.

    Python runs signal handlers between two of its own instructions. They wait while the main thread is inside a long
    native call, such as `numpy.linalg.eigh` or a TensorFlow step. A second thread therefore waits for SIGTERM and ends
    the process with status 143: after `UNHEARD_SECONDS` if the main thread has not seen the signal, and after
    `HEARD_SECONDS` if the main thread is still cleaning up. See `ended_at_once` for native calls that stop all threads.
    """
    with _handled((signal.SIGTERM,), _raise), _deadline():
        yield


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Let SIGTERM end the process at once, without cleaning up, during a native call.

    Use it for long native calls that keep Python's global lock, such as `sklearn.cluster.HDBSCAN` of many points. No
    thread can run Python code during such a call, not even the thread of the deadline. The system ends the process, and
    shells report status 143. Outside of `termination_raised` nothing changes, because the handling of SIGTERM is then
    up to the user of the library.

    Example:
        >>> with ended_at_once():
        ...     pass  # the native call
    """
    if not _in_main_thread() or signal.getsignal(signal.SIGTERM) is not _raise:
        yield
        return
    with _handled((signal.SIGTERM,), signal.SIG_DFL):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Postpone Ctrl-C and SIGTERM until the end of a short section."""
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
    """Return whether this is the main thread.

    Python lets no other thread change the handling of signals.
    """
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
    """Watch for SIGTERM in a second thread, which outlives the block once SIGTERM has come."""
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
    """Wait for SIGTERM on a pipe, then end the process at the deadline.

    Returns when the pipe is closed.
    """
    with open(received, "rb", buffering=0) as pipe:  # open to the end: a postponed signal is written to it again
        while numbers := pipe.read(64):
            if signal.SIGTERM in numbers and _is_ours():
                start = time.monotonic()
                if _heard.wait(UNHEARD_SECONDS):
                    time.sleep(max(0.0, HEARD_SECONDS - (time.monotonic() - start)))
                _end_now(time.monotonic() - start)


def _is_ours() -> bool:
    """Return whether SIGTERM is for this module.

    An HTTP service has its own handler and ends its process in its own time.
    """
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
