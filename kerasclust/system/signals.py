"""Signals that end a process, with a deadline, and uninterrupted sections.

These are SIGINT (Ctrl-C), SIGTERM and SIGHUP.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

# SIGTERM comes from job systems, and SIGHUP from a terminal that is closed. Windows has no SIGHUP.
TERMINATING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
ENDING = (signal.SIGINT, *TERMINATING)
UNHEARD_SECONDS = 5.0  # from the signal to the end of a process whose main thread never returns to Python
HEARD_SECONDS = 8.0  # from the signal to the end of a process that still cleans up; job systems kill after 10 or more
AGAIN_SECONDS = 0.05  # from an interruption that was lost to its repetition
LAST_WORDS = (
    "Terminated: the process received {} and did not end within {:.0f} seconds, so it was ended by force. "
    "Finished files are complete, and an interrupted run can be resumed.\n"
)

_heard = threading.Event()  # set once a Python handler has seen a terminating signal
_raised: list[int] = []  # signals that were raised as exceptions
_pipes: list[int] = []  # the end that Python writes to, while there is a deadline
_Handler = Callable[[int, FrameType | None], object] | signal.Handlers


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP, received as an exception.

    It is a `KeyboardInterrupt`, so that all code that cleans up after Ctrl-C also cleans up after these signals.

    Args:
        number: number of the signal.
    """

    def __init__(self, number: int = signal.SIGTERM) -> None:
        super().__init__()
        self.number = number


def exit_status(interruption: KeyboardInterrupt) -> int:
    """Return the status that shells report after a signal: 128 plus its number."""
    return 128 + (interruption.number if isinstance(interruption, Terminated) else signal.SIGINT)


@contextmanager
def termination_raised() -> Iterator[None]:
    """Raise `Terminated` on SIGTERM or SIGHUP, and end the process by force after a deadline.

    An ignored signal stays ignored, such as SIGHUP under nohup. Interruptions are not lost, see `interruption_kept`.

    Python runs signal handlers between two of its own instructions. They wait while the main thread is inside a long
    native call, such as `numpy.linalg.eigh` or a TensorFlow step. A second thread therefore waits for the signal and
    ends the process with status 143 (129 for SIGHUP): after `UNHEARD_SECONDS` if the main thread has not seen the
    signal, and after `HEARD_SECONDS` if the main thread is still cleaning up. See `ended_at_once` for native calls that
    stop all threads.
    """
    with _handled(ENDING, _raise), _deadline(), _repeated(), interruption_kept():
        yield


@contextmanager
def interruption_kept() -> Iterator[None]:
    """Raise an interruption again if the block has made another exception of it.

    Python raises an interruption between any two instructions, and TensorFlow has instructions that turn every
    exception into one of their own, such as while it traces a function.
    """
    before = len(_raised)
    try:
        yield
    except Exception as error:
        if len(_raised) > before:
            raise _interruption(_raised[-1]) from error
        raise


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Let SIGTERM or SIGHUP end the process at once, without cleaning up, during a native call.

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
    with _handled(TERMINATING, signal.SIG_DFL):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Postpone Ctrl-C, SIGTERM and SIGHUP until the end of a short section."""
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        if number in TERMINATING:
            _heard.set()

    with _handled(ENDING, note):
        yield
    if noted:
        signal.raise_signal(noted[0])


def _raise(number: int, frame: FrameType | None) -> None:
    _raised.append(number)
    if number in TERMINATING:
        _heard.set()
    raise _interruption(number)


def _interruption(number: int) -> KeyboardInterrupt:
    return Terminated(number) if number in TERMINATING else KeyboardInterrupt()


@contextmanager
def _repeated() -> Iterator[None]:
    """Repeat an interruption that Python drops, because it came while an object was removed."""
    if not _in_main_thread():
        yield
        return
    before = sys.unraisablehook

    def repeat(dropped: Any) -> None:
        if isinstance(dropped.exc_value, KeyboardInterrupt) and _raised:
            threading.Timer(AGAIN_SECONDS, _send_to_main_thread, _raised[-1:]).start()
        else:
            before(dropped)

    sys.unraisablehook = repeat
    try:
        yield
    finally:
        sys.unraisablehook = before


def _send_to_main_thread(number: int) -> None:
    if sys.platform == "win32":
        signal.raise_signal(number)
    else:  # also ends its waiting
        signal.pthread_kill(threading.main_thread().ident or 0, number)


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
    before = {n: signal.signal(n, handler) for n in numbers if signal.getsignal(n) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, signal.SIG_DFL if earlier is None else earlier)


@contextmanager
def _deadline() -> Iterator[None]:
    """Watch for terminating signals in a second thread.

    It outlives the block once a signal has come.
    """
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
        os.close(_pipes.pop())  # ends the thread, unless there is a signal to read first


def _end_in_time(received: int) -> None:
    """Wait for a terminating signal on a pipe, then end the process at the deadline.

    Returns when the pipe is closed.
    """
    with open(received, "rb", buffering=0) as pipe:  # open to the end: a postponed signal is written to it again
        while numbers := pipe.read(64):
            for number in filter(_is_ours, numbers):
                start = time.monotonic()
                if _heard.wait(UNHEARD_SECONDS):
                    time.sleep(max(0.0, HEARD_SECONDS - (time.monotonic() - start)))
                _end_now(number, time.monotonic() - start)


def _is_ours(number: int) -> bool:
    """Return whether a signal is terminating and for this module.

    An HTTP service has its own handler of SIGTERM and ends its process in its own time.
    """
    handler = signal.getsignal(number)
    return number in TERMINATING and (_heard.is_set() or getattr(handler, "__module__", None) == __name__)


def _end_now(number: int, seconds: float) -> None:
    """End the process without cleaning up, with the status of a signal."""
    # Not by sys.stderr, whose lock the main thread may hold; not at all where nobody empties the pipe behind it.
    with suppress(OSError):  # a closed terminal
        if select.select((), (2,), (), 0)[1]:
            os.write(2, LAST_WORDS.format(signal.Signals(number).name, seconds).encode())
    os._exit(128 + number)


def _forget_parent() -> None:
    """Keep the signals of a forked child out of its parent's pipe."""
    if _pipes and _in_main_thread():
        signal.set_wakeup_fd(-1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
