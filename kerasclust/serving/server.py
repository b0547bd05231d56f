"""Server for a service: its socket, its start, and its end by a signal."""

import asyncio
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import uvicorn
from fastapi import FastAPI

from kerasclust.errors import InputError
from kerasclust.serving.admission import Admission
from kerasclust.serving.arrivals import Arrivals
from kerasclust.serving.connections import BACKLOG, Connections, guarded
from kerasclust.serving.log import bound_log
from kerasclust.system.neutral import neutral_line
from kerasclust.system.signals import exit_status

GRACE_SECONDS = 8.0  # from the signal to the end of the service, as container systems kill after 10
READ_SECONDS = 1.0  # then requests whose bodies have not arrived are refused
ANSWERED_SECONDS = 6.0  # then requests in progress are refused
CUT_SECONDS = 7.0  # then connections are cut
IDLE_SECONDS = 5  # that a connection is kept for its next request
SWITCH_SECONDS = 0.0005  # that threads which compute let the event loop wait, at each of its system calls
QUEUED = 4096  # connections that wait in the system until the event loop accepts them


class _GuardedServer(uvicorn.Server):
    """A server that announces when it is ready, closes slow connections, and ends in time.

    Args:
        config: settings of uvicorn.
        announce: called when the server is ready.
        admission: admission of the service.
        connections: connections of the service.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        announce: Callable[[], object],
        admission: Admission,
        connections: Connections,
    ) -> None:
        super().__init__(config)
        self.ends_at: float | None = None  # by time.monotonic()
        self._announce = announce
        self._admission = admission
        self._connections = connections
        self._arrivals = Arrivals(self._new_connection, lambda: connections.room + BACKLOG, connections.note)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then announce it."""
        await super().startup([])
        for listening in sockets or ():
            listening.listen(QUEUED)
        self._arrivals.listen(sockets or ())
        if self.started:
            self._announce()

    def _new_connection(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def on_tick(self, counter: int) -> bool:
        """Close slow connections, and return True at the end."""
        self._connections.sweep()
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Begin to end by a signal, and then end the process.

        SIGHUP is one of these signals. Further signals do not disturb the end.
        """
        try:
            with super().capture_signals(), _hangup_handled(self.handle_exit):
                yield
        except (KeyboardInterrupt, SystemExit) as ending:
            _end_now(ending)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin to end, by a signal."""
        self.ends_at = self.ends_at or time.monotonic() + GRACE_SECONDS
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer the requests in progress, and refuse those that take too long."""
        self._admission.end()
        self._arrivals.close()
        loop, left = asyncio.get_running_loop(), self.seconds_left()
        loop.call_later(left - GRACE_SECONDS + READ_SECONDS, self._admission.refuse_unread)
        loop.call_later(left - GRACE_SECONDS + ANSWERED_SECONDS, self._admission.refuse_rest)
        loop.call_later(left - GRACE_SECONDS + CUT_SECONDS, self._cut)
        await super().shutdown(sockets)

    def _cut(self) -> None:
        for connection in self._connections:
            connection.abort()

    def seconds_left(self) -> float:
        """Return the seconds until the service has to have ended."""
        return GRACE_SECONDS if self.ends_at is None else self.ends_at - time.monotonic()


def bound_socket(host: str, port: int) -> socket.socket:
    """Open a socket that listens on an address.

    Clients can connect at once; they wait until the service runs.

    Args:
        host: address or name of this machine.
        port: port; 0 for a free one.

    Raises:
        InputError: this machine does not have the address, or the port is in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for a port whose last service has just ended
            found.bind(address)
            found.listen()  # at once, so that a second service fails here and not after loading its model
        except OSError:
            found.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{neutral_line(host)}:{port} cannot be used ({reason}): choose another `port` or `host`."
        ) from error
    return found


def end_quietly_when_terminated() -> None:
    """Let SIGTERM end this process with status 0, as service managers expect it."""

    def end(number: int, frame: object) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)


def run(app: FastAPI, bound: socket.socket, announce: Callable[[], object]) -> None:
    """Serve an application until SIGINT, SIGTERM or SIGHUP, which end this process.

    Requests in progress are still answered. After `ANSWERED_SECONDS` the rest is refused, and the process ends within
    `GRACE_SECONDS`, if need be in the middle of a prediction. A second SIGINT ends it at once.

    Args:
        app: result of `create_app`.
        bound: result of `bound_socket`.
        announce: called when the service is ready.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what is loaded stays, and looking through it would hold up all clients
    server = new_server(app, announce)
    try:
        server.run(sockets=[bound])
    finally:
        app.state.admission.turns.stop()


def new_server(app: FastAPI, announce: Callable[[], object]) -> _GuardedServer:
    """Return a server for an application, see `run`."""
    admission, connections = app.state.admission, app.state.connections
    config = uvicorn.Config(
        app,
        http=guarded(connections),  # type: ignore[arg-type]  # only called
        ws="none",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=IDLE_SECONDS,
        proxy_headers=False,  # clients of this machine could evade the limits by a false address
        server_header=False,
        timeout_graceful_shutdown=int(GRACE_SECONDS),
    )
    bound_log()
    return _GuardedServer(config, announce, admission, connections)


@contextmanager
def _hangup_handled(handler: Callable[[int, Any], object]) -> Iterator[None]:
    """Handle SIGHUP, unless it is ignored, as under nohup."""
    number = getattr(signal, "SIGHUP", None)  # Windows has none
    is_main = threading.current_thread() is threading.main_thread()
    if number is None or not is_main or signal.getsignal(number) is signal.SIG_IGN:
        yield
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _end_now(ending: KeyboardInterrupt | SystemExit) -> NoReturn:
    """End this process with the status that an exception by a signal would have.

    Python would wait for predictions that run, and take seconds to give back TensorFlow's memory.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(exit_status(ending) if isinstance(ending, KeyboardInterrupt) else 0)
