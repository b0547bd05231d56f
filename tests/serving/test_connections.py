"""Connections as attackers make them, against a service in this process.

Its sockets are real, and its clock is fast.
"""

import asyncio
import logging
import resource
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from kerasclust.errors import InputError
from kerasclust.serving import server
from kerasclust.serving.app import create_app
from kerasclust.serving.connections import most_connections
from kerasclust.serving.limits import Limits
from tests.serving.attacks import answer_of, connected, resets
from tests.serving.conftest import PREDICT

HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
ROW = b'{"instances": [[0, 0, 0, 0, 0, 0]]}'
HEAD = f"POST {PREDICT} HTTP/1.1\r\nHost: localhost\r\n".encode()
QUESTION = HEAD + b"Content-Length: %d\r\n\r\n" % len(ROW) + ROW
ATTACKER, OTHER = "127.0.0.2", "127.0.0.3"


@pytest.fixture
def service(served):
    """Function (limits) -> context of (port, app) of a service that runs in a thread."""

    @contextmanager
    def running(model=served, **limits):
        app = create_app(model, limits=Limits(**limits))
        bound, ready, ended = server.bound_socket("127.0.0.1", 0), threading.Event(), []
        port = bound.getsockname()[1]
        started = server.new_server(app, ready.set)

        thread = threading.Thread(target=lambda: ended.append(started.run(sockets=[bound])))
        thread.start()
        assert ready.wait(20)
        try:
            yield port, app
        finally:
            started.should_exit = True
            thread.join(20)
            app.state.admission.turns.stop()
            assert not thread.is_alive()

    return running


def run(attack):
    """Result of a coroutine, which takes seconds at most."""

    async def in_time():
        async with asyncio.timeout(30):
            return await attack

    return asyncio.run(in_time())


def ask(port, request, address="127.0.0.1"):
    """(status, body) of the answer to a request on a new connection."""

    async def asked():
        reader, writer = await connected(port, address)
        writer.write(request)
        found = await answer_of(reader)
        writer.close()
        return found

    return run(asked())


def status_of(port, request):
    """Status of the answer to a request that is no HTTP.

    The service may close the connection before it has read all.
    """

    async def asked():
        reader, writer = await connected(port, ATTACKER)
        writer.write(request)
        with suppress(ConnectionError):
            return int((await reader.readuntil(b"\r\n")).split()[1])

    return run(asked())


async def is_closed(reader):
    """Wait until the service closes a connection; True if it said nothing before."""
    try:
        return await reader.read(10) == b""
    except OSError:
        return True


def test_a_header_that_does_not_end_is_not_waited_for(service):
    async def slow(port):
        begun = time.monotonic()
        reader, writer = await connected(port, ATTACKER)
        ends = asyncio.ensure_future(is_closed(reader))
        writer.write(b"GET /health HTTP/1.1\r\n")
        while not ends.done():
            writer.write(b"a: b\r\n")
            await asyncio.sleep(0.05)
        return await ends, time.monotonic() - begun

    with service(header_seconds=0.5) as (port, _):
        silent, seconds = run(slow(port))
        assert silent and 0.4 < seconds < 5
        assert ask(port, HEALTH)[0] == 200


def test_a_second_header_has_a_limit_too(service):
    async def slow(port):
        reader, writer = await connected(port, ATTACKER)
        writer.write(HEALTH)
        await answer_of(reader)
        writer.write(HEALTH[:10])
        return await is_closed(reader)

    with service(header_seconds=0.5) as (port, _):
        assert run(slow(port))


@pytest.mark.parametrize("begin", [b"", HEALTH[:20], HEAD + b"Content-Length: 100\r\n\r\n{"])
def test_many_connections_of_one_client_shut_nobody_out(service, begin):
    async def attack(port):
        held = []
        for _ in range(60):
            held.append(await connected(port, ATTACKER))
            held[-1][1].write(begin)
        await asyncio.sleep(0.1)
        reader, writer = await connected(port, OTHER)
        for _ in range(3):
            writer.write(QUESTION)
            assert (await answer_of(reader))[0] == 200
        return held

    with service(connections=20) as (port, app):
        run(attack(port))
        assert app.state.connections.open <= 20
        assert ask(port, HEALTH, ATTACKER)[0] == 200  # even the attacker's others, as the oldest gives way


def test_one_client_may_have_all_connections(service):
    async def many(port):
        held = [await connected(port, ATTACKER) for _ in range(20)]
        for _, writer in held:
            writer.write(HEALTH)
        return [(await answer_of(reader))[0] for reader, _ in held]

    with service(connections=20) as (port, _):
        assert run(many(port)) == [200] * 20


def test_connections_fit_the_files_that_the_process_may_open(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    assert 700 < most_connections(5000) < 900
    assert most_connections(512) == 512
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    with pytest.raises(InputError, match="limit of open files is 100, too few"):
        most_connections(512)


def test_a_client_that_does_not_read_is_not_waited_for(service):
    async def unread(port):
        reader, writer = await connected(port, ATTACKER)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader._transport.pause_reading()
        body = b'{"instances": [%b]}' % b",".join([b"[0,0,0,0,0,0]"] * 10_000)
        for _ in range(20):
            writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await asyncio.sleep(3)
        return writer

    with service(answer_seconds=1.0) as (port, app):
        run(unread(port))
        assert app.state.connections.open == 0
        assert app.state.admission.bodies.used == 0


@pytest.mark.parametrize(
    "attack",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 50_000,
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"a:b\r\n" * 3000 + b"\r\n") * 20,
        HEALTH * 5000,
    ],
    ids=["tiny chunks", "many headers", "pipelined"],
)
def test_what_is_costly_to_read_does_not_hold_up_others(service, attack):
    async def both(port):
        for _ in range(5):
            _, writer = await connected(port, ATTACKER)
            writer.write(attack)
        taken = []
        reader, writer = await connected(port, OTHER)
        for _ in range(20):
            start = time.monotonic()
            writer.write(HEALTH)
            await answer_of(reader)
            taken.append(time.monotonic() - start)
        return sorted(taken)

    with service() as (port, _):
        assert run(both(port))[-2] < 1.0


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01 hello\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\n" + b"a" * 100_000 + b"\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nno length\r\n",
    ],
)
def test_what_is_no_http_is_refused(service, request_, caplog):
    with service() as (port, _):
        for _ in range(5):
            assert status_of(port, request_) in (400, None)
    with_message = [record for record in caplog.records if "Invalid HTTP" in record.getMessage()]
    assert len(with_message) <= 1  # the log says it once a minute


def test_a_client_that_waits_for_leave_hears_at_once_that_its_body_is_too_large(service):
    head = HEAD + b"Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n"
    with service(max_body_mb=0.001) as (port, _):
        assert ask(port, head)[0] == 413


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /health HTTP/1.0\r\n\r\n", 200),  # health checks of old load balancers
        (b"GET http://localhost:80/health HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        (b"GET HTTPS://localhost/health?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        (b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
        (b"GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\n\r\n", 421),
        (b"GET http://localhost@evil.example/health HTTP/1.1\r\nHost: localhost\r\n\r\n", 421),
        (b"GET http://localhost/health HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        (b"GET /health HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 200),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404),
    ],
)
def test_other_forms_of_requests(service, request_, status):
    with service() as (port, _):
        assert status_of(port, request_) == status


def test_an_upgrade_is_answered_without_advice_in_the_log(service, caplog):
    upgrade = HEALTH[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    with service() as (port, _):
        assert ask(port, upgrade)[0] == 200
    assert caplog.records == []


@pytest.mark.parametrize("length", [0, 5, len(ROW)])
def test_two_lengths_of_a_body_are_refused_and_end_the_connection(service, length):
    """A proxy that takes the other length would misread what follows.

    It would take it for the request of another client.
    """
    twice = HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % length

    async def asked(port):
        reader, writer = await connected(port, ATTACKER)
        writer.write(twice + b"%x\r\n%b\r\n0\r\n\r\n" % (len(ROW), ROW) + HEALTH)
        status, body = await answer_of(reader)
        return status, body, await is_closed(reader)

    with service() as (port, _):
        status, body, ended = run(asked(port))
    assert (status, ended) == (400, True)
    assert b"length" in body


@pytest.mark.parametrize("request_", [QUESTION, HEALTH, b""], ids=["predictions", "health checks", "nothing"])
def test_connections_that_are_reset_do_not_hold_up_others(service, request_):
    stop = threading.Event()
    with service() as (port, _):
        attack = threading.Thread(target=resets, args=(port, stop, ATTACKER, request_))
        attack.start()
        try:
            time.sleep(0.5)
            taken = []
            for _ in range(15):
                start = time.monotonic()
                assert ask(port, QUESTION, OTHER)[0] == 200
                taken.append(time.monotonic() - start)
        finally:
            stop.set()
            attack.join()
    assert sorted(taken)[7] < 0.5


def test_a_full_service_says_so(service, served):
    """All connections are busy with predictions."""
    go_on = threading.Event()

    class Slow:
        signatures, sample_shape, kind = served.signatures, served.sample_shape, served.kind

        def __call__(self, *question):
            go_on.wait(20)
            return served(*question)

    async def fill(port):
        held = [await connected(port, ATTACKER) for _ in range(2)]
        for _, writer in held:
            writer.write(QUESTION)
        await asyncio.sleep(0.3)
        reader, _ = await connected(port, OTHER)
        refused = await answer_of(reader)
        go_on.set()
        return refused, [(await answer_of(reader))[0] for reader, _ in held]

    with service(model=Slow(), connections=2) as (port, _):
        (status, body), answered = run(fill(port))
    assert status == 503 and b"Too many connections" in body
    assert answered == [200, 200]


def test_the_log_says_the_same_once_a_minute(caplog):
    server.bound_log()
    logger = logging.getLogger("asyncio")
    for number in range(1000):
        logger.error("socket.accept() out of system resource\nsocket: %s", number)
    logger.error("another \x1b[2J")
    assert [record.getMessage().split("\n")[0] for record in caplog.records] == [
        "socket.accept() out of system resource",
        "another \\x1b[2J",
    ]
