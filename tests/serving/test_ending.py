"""The end of a service under load, in a process of its own.

What cannot be answered in time is refused.
"""

import asyncio
import signal
import subprocess
import sys
import threading
import time

import pytest

from tests.serving.attacks import connected

SLOW = """
import sys, time
import numpy as np
import tensorflow as tf
from kerasclust.cli.base import main
from kerasclust.serving import server
from kerasclust.serving.app import create_app
from kerasclust.serving.limits import Limits

server.GRACE_SECONDS, server.READ_SECONDS, server.ANSWERED_SECONDS, server.CUT_SECONDS = 4.0, 1.0, 2.0, 3.0
SECONDS = float(sys.argv[1])


class Slow:
    signatures, sample_shape = {"labels": {"labels": tf.TensorSpec((None,), tf.int64)}}, (2,)
    kind = tf.float32

    def __call__(self, signature, x):
        print("begun", flush=True)
        time.sleep(SECONDS)
        return {"labels": np.zeros(len(x), int)}


@main.command()
def slow():
    server.end_quietly_when_terminated()
    bound = server.bound_socket("127.0.0.1", 0)
    server.run(create_app(Slow(), limits=Limits()), bound, lambda: print(bound.getsockname()[1], flush=True))


main(["slow"])
"""


def question(rows=1):
    body = b'{"instances": [%b]}' % b",".join([b"[0, 0]"] * rows)
    path = b"POST /v1/models/kerasclust:predict HTTP/1.1\r\nHost: localhost\r\n"
    return path + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def ended_under_load(process, port, number, requests):
    """(answers to requests that are sent before a signal, seconds from the signal to the end)."""
    connections = [await connected(port, "127.0.0.1") for _ in requests]
    for (_, writer), request in zip(connections, requests, strict=True):
        writer.write(request)
    await asyncio.to_thread(process.stdout.readline)  # a prediction has begun
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    process.send_signal(number)
    answers = []
    for reader, _ in connections:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            head = b"HTTP/1.1 0 closed\r\n"
        answers.append(head.decode().lower())
    await asyncio.to_thread(process.wait, 30)
    return answers, time.monotonic() - begun


@pytest.mark.parametrize(
    ("number", "status", "seconds"),
    [
        (signal.SIGTERM, 0, 60.0),
        pytest.param(signal.SIGTERM, 0, 0.1, marks=pytest.mark.full),
        pytest.param(signal.SIGINT, 130, 60.0, marks=pytest.mark.full),
        pytest.param(signal.SIGINT, 130, 0.1, marks=pytest.mark.full),
        pytest.param(signal.SIGHUP, 129, 60.0, marks=pytest.mark.full),
        pytest.param(signal.SIGHUP, 129, 0.1, marks=pytest.mark.full),
    ],
)
def test_ends_in_time_and_refuses_what_it_cannot_answer(number, status, seconds):
    """Of predictions of nine batches as of one that does not return."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # even in the background
    )
    port = int(process.stdout.readline())
    requests = [question(9000)] * 12 + [question()[:-5]]
    answers, taken = asyncio.run(ended_under_load(process, port, number, requests))
    assert process.returncode == status
    assert "Traceback" not in process.stderr.read()
    assert taken < 10  # four seconds, and the time that the interpreter takes
    statuses = [int(answer.split()[1]) for answer in answers]
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 503  # its body never came
    assert all("retry-after: " in answer for answer in answers if answer.split()[1] == "503")
    if seconds > 1:
        assert set(statuses) == {503}


def test_answers_what_it_can_answer():
    process = subprocess.Popen([sys.executable, "-c", SLOW, "1.0"], stdout=subprocess.PIPE, text=True)
    port = int(process.stdout.readline())
    answers, taken = asyncio.run(ended_under_load(process, port, signal.SIGTERM, [question()] * 2))
    assert [int(answer.split()[1]) for answer in answers] == [200, 200]
    assert all("connection: close" in answer for answer in answers)
    assert (process.returncode, taken < 10) == (0, True)


@pytest.mark.full
@pytest.mark.parametrize(
    ("numbers", "status"),
    [
        ([signal.SIGINT] * 3, 130),
        ([signal.SIGHUP, signal.SIGHUP], 129),
        ([signal.SIGTERM, signal.SIGTERM], 0),
        ([signal.SIGHUP, signal.SIGINT, signal.SIGINT], 130),
    ],
)
def test_further_signals_end_without_tracebacks(numbers, status):
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "60.0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    port = int(process.stdout.readline())
    for number in numbers[1:]:
        threading.Timer(0.8, process.send_signal, [number]).start()
    asyncio.run(ended_under_load(process, port, numbers[0], [question(9000)] * 3))
    assert process.returncode == status
    said = process.stderr.read()
    assert "Traceback" not in said and "Exception" not in said


@pytest.mark.full
def test_a_hangup_that_is_ignored_stays_ignored():
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, "0.5"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    port = int(process.stdout.readline())
    process.send_signal(signal.SIGHUP)
    answers, _ = asyncio.run(ended_under_load(process, port, signal.SIGTERM, [question()]))
    assert (int(answers[0].split()[1]), process.returncode) == (200, 0)
