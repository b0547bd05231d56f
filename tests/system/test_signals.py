"""Ends of processes by signals, each in a process of its own."""

import os
import pty
import signal
import subprocess
import sys
import time

import pytest

from kerasclust.system.signals import ended_at_once, termination_raised

START = """
import ctypes, os, signal, sys, time
from kerasclust.system import signals
from kerasclust.system.signals import Terminated, ended_at_once, exit_status, termination_raised, undisturbed

def lock_twice(library):  # blocks in C for ever, as a long computation does: no signal interrupts it
    mutex = ctypes.create_string_buffer(256)
    for _ in range(2):
        library.pthread_mutex_lock(mutex)

def up():
    print("up", flush=True)

"""
MUTEX = """
with termination_raised():
    up()
    lock_twice(ctypes.CDLL(None))
"""
EIGENVALUES = """
import numpy as np
x = np.random.default_rng(0).normal(size=(6000, 6000))
x += x.T.copy()
with termination_raised():
    up()
    try:
        np.linalg.eigh(x)
    except Terminated as interruption:  # on a very fast machine
        sys.exit(exit_status(interruption))
"""


def ended(script, number=signal.SIGTERM):
    """Send a signal to a script once it says that it is up.

    Returns its status, what it wrote and the seconds.
    """
    command = [sys.executable, "-c", START + script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "up\n", process.stderr.read()
        time.sleep(0.5)  # until the call that follows has begun
        start = time.monotonic()
        process.send_signal(number)
        said, errors = process.communicate(timeout=60)
    return process.returncode, said, errors, time.monotonic() - start


@pytest.mark.parametrize("script", [MUTEX, EIGENVALUES], ids=["mutex", "eigenvalues"])
def test_a_native_call_does_not_keep_a_process_from_ending(script):
    status, _, errors, seconds = ended(script)
    assert status == 143
    assert seconds < 10
    if script is MUTEX:
        assert errors.startswith("Terminated: the process received SIGTERM and did not end within 5 seconds")
        assert errors.count("\n") == 1


def test_a_clean_up_that_takes_too_long_is_ended():
    script = """
signals.HEARD_SECONDS = 1.0
with termination_raised():
    try:
        up()
        time.sleep(60)
    finally:
        time.sleep(60)
"""
    status, _, errors, seconds = ended(script)
    assert status == 143
    assert 0.9 < seconds < 5
    assert "did not end within 1 seconds" in errors


def test_an_end_of_the_interpreter_that_takes_too_long_is_ended():
    script = """
import atexit
signals.HEARD_SECONDS = 1.0
atexit.register(time.sleep, 60)
try:
    with termination_raised():
        up()
        time.sleep(60)
except Terminated as interruption:
    sys.exit(exit_status(interruption))
"""
    status, _, errors, seconds = ended(script)
    assert status == 143
    assert seconds < 5
    assert "did not end within 1 seconds" in errors


@pytest.mark.parametrize(
    ("number", "exception", "status"),
    [
        (signal.SIGTERM, "Terminated", 143),
        (signal.SIGINT, "KeyboardInterrupt", 130),
        (signal.SIGHUP, "Terminated", 129),
    ],
)
def test_python_code_ends_at_once_and_cleans_up(number, exception, status):
    script = """
signal.signal(signal.SIGINT, signal.default_int_handler)  # even where the tests run in the background
try:
    with termination_raised():
        up()
        time.sleep(60)
except KeyboardInterrupt as interruption:
    print(type(interruption).__name__)
    sys.exit(exit_status(interruption))
"""
    found = ended(script, number)
    assert found[:3] == (status, f"{exception}\n", "")
    assert found[3] < 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_ignored_signal_stays_ignored(number):  # as SIGHUP is under nohup
    script = f"""
signal.signal({int(number)}, signal.SIG_IGN)
with termination_raised():
    with undisturbed(), ended_at_once():
        up()
        time.sleep(1)
    time.sleep(0.5)
    print("unharmed")
"""
    assert ended(script, number)[:3] == (0, "unharmed\n", "")


def status_without_terminal(script, *arguments):
    """Status of a process whose terminal is closed after it has said that it is up."""
    terminal, inside = pty.openpty()
    command = ["setsid", "--ctty", sys.executable, "-c", START + script, *arguments]
    with subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside) as process:
        os.close(inside)
        assert os.read(terminal, 100).startswith(b"up")
        time.sleep(0.5)  # until the call that follows has begun
        os.close(terminal)
        try:
            return process.wait(timeout=30)
        finally:
            process.kill()


def test_a_closed_terminal_ends_a_process_that_cleans_up(tmp_path):
    script = """
try:
    with termination_raised():
        up()
        while True:
            time.sleep(0.05)
except Terminated as interruption:
    with open(sys.argv[1], "w") as file:
        file.write("clean")
    sys.exit(exit_status(interruption))
"""
    assert status_without_terminal(script, tmp_path / "cleaned") == 129
    assert (tmp_path / "cleaned").read_text() == "clean"


def test_a_deadline_needs_no_terminal():
    script = """
signals.UNHEARD_SECONDS = 0.5
with termination_raised():
    up()
    lock_twice(ctypes.CDLL(None))
"""
    assert status_without_terminal(script) == 129


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
@pytest.mark.parametrize(
    "lossy",
    [
        "try:\n    time.sleep(60)\nexcept BaseException:\n    raise RuntimeError('graph execution error')",
        "class Removed:\n    def __del__(self):\n        time.sleep(60)\nRemoved()\ntime.sleep(60)",
        "class Seen: pass\nseen = Seen()\nr = weakref.ref(seen, lambda _: time.sleep(60))\ndel seen\ntime.sleep(60)",
    ],
    ids=["another exception", "dropped in __del__", "dropped in a callback of weakref"],
)
def test_an_interruption_is_not_lost_in_code_of_others(lossy, number, status):
    script = f"""
import weakref
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with termination_raised():
        up()
        exec({lossy!r})
except KeyboardInterrupt as interruption:
    sys.exit(exit_status(interruption))
"""
    found = ended(script, number)
    assert found[:3] == (status, "", "")
    assert found[3] < 4


def test_an_exception_without_a_signal_stays_what_it_is():
    with pytest.raises(ZeroDivisionError), termination_raised():
        raise ZeroDivisionError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_section_is_not_disturbed_by_several_signals(number):
    script = """
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with termination_raised():
        try:
            up()
            time.sleep(60)
        finally:
            with undisturbed():
                for _ in range(20):
                    signal.raise_signal(signal.SIGINT)
                    time.sleep(0.01)
                print("cleaned")
except KeyboardInterrupt as interruption:
    sys.exit(exit_status(interruption))
"""
    status, said, errors, _ = ended(script, number)
    assert (status, said, errors) == (130, "cleaned\n", "")


def test_a_section_is_not_disturbed():
    script = """
try:
    with termination_raised():
        with undisturbed():
            up()
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                time.sleep(0.1)
            print("written")
        print("never")
except Terminated as interruption:
    sys.exit(exit_status(interruption))
"""
    status, said, errors, seconds = ended(script)
    assert (status, said, errors) == (143, "written\n", "")
    assert seconds > 0.8


def test_a_handler_of_somebody_else_has_no_deadline():
    script = """
signals.UNHEARD_SECONDS = 0.2
with termination_raised():
    signal.signal(signal.SIGTERM, lambda *_: print("heard"))
    up()
    end = time.monotonic() + 2
    while time.monotonic() < end:
        time.sleep(0.1)
"""
    assert ended(script)[:3] == (0, "heard\n", "")


def test_a_child_has_no_deadline_for_its_parent():
    script = """
signals.UNHEARD_SECONDS = signals.HEARD_SECONDS = 0.2
with termination_raised():
    child = os.fork()
    if not child:
        try:
            time.sleep(60)
        finally:
            os._exit(7)
    time.sleep(0.3)
    os.kill(child, signal.SIGTERM)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    time.sleep(1)
    print("unharmed")
"""
    found = subprocess.run([sys.executable, "-c", START + script], capture_output=True, text=True, timeout=60)
    assert (found.returncode, found.stdout) == (0, "7\nunharmed\n"), found.stderr


def test_a_call_that_stops_all_threads_is_ended_at_once():
    script = """
with termination_raised():
    with ended_at_once():
        pass
    assert signal.getsignal(signal.SIGTERM) is signals._raise
    with ended_at_once():
        up()
        lock_twice(ctypes.PyDLL(None))  # keeps Python's global lock
"""
    status, _, _, seconds = ended(script)
    assert status == -signal.SIGTERM  # which shells report as 143
    assert seconds < 4


def test_a_user_of_the_library_decides_what_sigterm_does():
    before = signal.getsignal(signal.SIGTERM)
    with ended_at_once():
        assert signal.getsignal(signal.SIGTERM) is before


def test_nothing_is_left_of_a_deadline():
    script = """
import threading
for _ in range(3):
    with termination_raised():
        assert threading.active_count() > 1
deadline = time.monotonic() + 10
while threading.active_count() > 1 and time.monotonic() < deadline:
    time.sleep(0.01)
assert threading.active_count() == 1
assert signal.set_wakeup_fd(-1) == -1
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""
    found = subprocess.run([sys.executable, "-c", START + script], capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stderr
