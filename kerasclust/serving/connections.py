"""Connections of a service.

Their number, their duration, and their share of the event loop have limits.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kerasclust.errors import InputError
from kerasclust.serving.limits import Limits
from kerasclust.serving.shares import client_of

BACKLOG = 100  # connections that wait until they are begun, even if there are as many as allowed
OTHER_FILES = 32  # that the service may open beside connections
FEWEST = 16
READ_BYTES = 2**14  # from a connection at once, then others have their turn
COSTLY_SECONDS = 0.002  # for reading so many bytes; ten times the usual
PAUSE = 19.0  # seconds that a client waits for each second of costly reading
BUSY = b'{"error":"Too many connections are open: try again later."}'
REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-length: %d\r\n\r\n%b" % (len(BUSY), BUSY)
)


def most_connections(asked: int) -> int:
    """Return the number of connections that this process can have.

    Args:
        asked: most that are wanted.

    Raises:
        InputError: the system allows this process too few open files.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return asked
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if allowed == resource.RLIM_INFINITY:
        return asked
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    room = allowed - len(os.listdir(folder)) - BACKLOG - OTHER_FILES
    if room < min(asked, FEWEST):
        raise InputError(f"The limit of open files is {allowed}, too few for a service: raise it (`ulimit -n 1024`).")
    return min(asked, room)


class Connections:
    """Open connections of a service.

    If there are as many as allowed, the client with the most connections loses the connection that has waited longest
    for its client. If none waits, the new connection is refused.

    Args:
        limits: limits of the service.
        note: called with the reason why a connection is closed: "refused", "evicted" or "slow".
    """

    def __init__(self, limits: Limits, note: Callable[[str], object]) -> None:
        self.limits = limits
        self.note = note
        self._clients: dict[str, dict[GuardedConnection, None]] = {}
        self._paused: dict[str, float] = {}  # {client: time of the event loop when it may be read again}
        self._open = 0

    @property
    def open(self) -> int:
        """Number of open connections."""
        return self._open

    @property
    def room(self) -> int:
        """Number of connections that may still be opened."""
        return self.limits.connections - self._open

    def __iter__(self) -> "Iterator[GuardedConnection]":
        return iter([connection for held in self._clients.values() for connection in held])

    def admit(self, connection: "GuardedConnection") -> bool:
        """Add a connection if there is room."""
        if self._open >= self.limits.connections:
            largest = max(self._clients.values(), key=len)
            waiting = [held for held in largest if held.is_waiting]
            if not waiting:
                self.note("refused")
                return False
            self.note("evicted")
            min(waiting, key=lambda held: held.since).abort()
        self._clients.setdefault(connection.client_name, {})[connection] = None
        self._open += 1
        return True

    def leave(self, connection: "GuardedConnection") -> None:
        """Remove a connection; nothing happens if it was removed before."""
        held = self._clients.get(connection.client_name, {})
        if connection in held:
            del held[connection]
            self._open -= 1
            if not held:
                del self._clients[connection.client_name]
                self._paused.pop(connection.client_name, None)

    def sweep(self) -> None:
        """Close connections whose clients are too slow."""
        now = time.monotonic()
        for connection in self:
            if now > connection.deadline:
                self.note("slow")
                connection.abort()

    def paused_until(self, client: str) -> float:
        """Return the time of the event loop when a client may be read again."""
        return self._paused.get(client, 0.0)

    def charge(self, client: str, now: float, seconds: float) -> None:
        """Let a client wait if reading its bytes took too long.

        A body in thousands of tiny chunks is an example.
        """
        if seconds > COSTLY_SECONDS and client in self._clients:
            self._paused[client] = max(now, self.paused_until(client)) + PAUSE * seconds


class GuardedConnection(H11Protocol):
    """A connection within limits.

    Args:
        connections: all connections of the service.
        **given: arguments of uvicorn's protocol.
    """

    def __init__(self, connections: Connections, app_state: dict[str, Any], **given: Any) -> None:
        super().__init__(app_state=app_state | {"abort": self.abort}, **given)
        self.all = connections
        self.client_name = ""
        self.since = time.monotonic()
        self._is_paused = False
        self._is_refused = False
        self._full_since: float | None = None

    @property
    def is_waiting(self) -> bool:
        """True if the service waits for the client, and not the other way round."""
        cycle = self.cycle
        return cycle is None or cycle.more_body or cycle.response_started

    @property
    def deadline(self) -> float:
        """Time when the connection is to be closed."""
        limits = self.all.limits
        if self._full_since is not None or self.transport.is_closing():  # the client does not read
            return (self._full_since or self.since) + limits.answer_seconds
        if self.cycle is not None and not self.cycle.response_complete:
            return self.since + limits.header_seconds + limits.body_seconds if self.cycle.more_body else float("inf")
        return self.since + limits.header_seconds

    def abort(self) -> None:
        """Close the connection at once."""
        self.all.leave(self)
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, or refuse to."""
        peer = transport.get_extra_info("peername")
        self.client_name = client_of(str(peer[0]) if peer else "")
        self.transport = transport
        if self.all.admit(self):
            transport.max_size = READ_BYTES  # type: ignore[attr-defined]  # of asyncio's own transports
            super().connection_made(transport)
        else:
            self._is_refused = True
            transport.write(REFUSAL)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        if not self._is_refused:
            self.all.leave(self)
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read bytes."""
        if not (self._is_refused or self.transport.is_closing()):
            super().data_received(data)

    def handle_events(self) -> None:
        """Go through the requests that have arrived, unless the client has to wait."""
        until = self.all.paused_until(self.client_name)
        if until > self.loop.time():
            self._handle_later(until)
        else:
            start = time.thread_time()  # without the time of other threads
            super().handle_events()
            self.all.charge(self.client_name, self.loop.time(), time.thread_time() - start)

    def _should_upgrade(self) -> bool:
        """Answer requests for another protocol by this one.

        Uvicorn would advise in its log to install WebSockets.
        """
        return False

    def _handle_later(self, until: float) -> None:
        if not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
            self.loop.call_at(until, self._go_on)

    def _go_on(self) -> None:
        self._is_paused = False
        if not self.transport.is_closing():
            if not self.flow.read_paused:
                self.transport.resume_reading()
            self.handle_events()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self.since = time.monotonic()
        if not self.flow.write_paused:
            self._full_since = None
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Note that the client does not read as fast as the service writes."""
        super().pause_writing()
        if self._full_since is None:
            self._full_since = time.monotonic()

    def resume_writing(self) -> None:
        """Note that the client has read."""
        super().resume_writing()
        if self.cycle is None or self.cycle.response_complete:
            self._full_since = None

    def shutdown(self) -> None:
        """Close the connection when its request is answered, or now if there is none."""
        try:
            super().shutdown()
        except h11.LocalProtocolError:  # in the middle of an error
            self.abort()


def guarded(connections: Connections) -> Callable[..., GuardedConnection]:
    """Return a function that makes uvicorn's connections."""
    return lambda **given: GuardedConnection(connections, **given)
