"""New connections of a service.

They are accepted at once and begun by turns, so that no client holds up the others. The queue of the system is first
in, first out: a client that opens and resets thousands of connections a second would fill it with dead ones, each of
which costs as much as a request.
"""

import asyncio
import logging
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

from kerasclust.serving.shares import client_of

TOGETHER = 64  # connections that are accepted, or dropped, before the event loop does other things
AGAIN_SECONDS = 0.1  # after a failure of the system to accept, such as too many open files
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close at once, and let the system forget it
logger = logging.getLogger("uvicorn.error")


class Arrivals:
    """New connections that wait until they are begun.

    In each round of the event loop one is begun, of the client whose turn it is. Those whose client has left are
    dropped, which costs little. If too many wait, the client with the most loses the one that has waited longest.

    Args:
        begin: function that makes a protocol.
        room: function () -> most connections that may wait.
        note: called with the reason "refused" when a connection is closed.
    """

    def __init__(
        self, begin: Callable[[], asyncio.Protocol], room: Callable[[], int], note: Callable[[str], object]
    ) -> None:
        self._begin = begin
        self._room = room
        self._note = note
        self._waiting: dict[str, deque[socket.socket]] = {}  # the next turn first
        self._count = 0
        self._is_working = False
        self._tasks: set[asyncio.Task[object]] = set()

    def listen(self, sockets: Iterable[socket.socket]) -> None:
        """Begin to accept connections."""
        for listening in sockets:
            listening.setblocking(False)
            self._run(self._accept(listening))

    def close(self) -> None:
        """Accept no more, and close what waits."""
        for task in self._tasks:
            task.cancel()
        for waiting in self._waiting.values():
            for arrived in waiting:
                arrived.close()
        self._waiting, self._count = {}, 0

    def _run(self, work: "asyncio._CoroutineLike[object]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                for _ in range(TOGETHER):
                    arrived, address = await loop.sock_accept(listening)
                    self.add(arrived, str(address[0]))
                await asyncio.sleep(0)
            except OSError as error:
                logger.error("No connection can be accepted: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)

    def add(self, arrived: socket.socket, address: str) -> None:
        """Let a connection wait for its turn."""
        self._waiting.setdefault(client_of(address), deque()).append(arrived)
        self._count += 1
        if self._count > self._room():
            self._note("refused")
            _reset(self._take(max(self._waiting, key=lambda client: len(self._waiting[client]))))
        if not self._is_working:
            self._is_working = True
            asyncio.get_running_loop().call_soon(self._work)

    def _work(self) -> None:
        """Begin the next connection."""
        for _ in range(min(self._count, TOGETHER)):
            arrived = self._take(next(iter(self._waiting)))
            if not is_gone(arrived):
                self._run(self._begun(arrived))
                break
            _reset(arrived)
        self._is_working = self._count > 0
        if self._is_working:
            asyncio.get_running_loop().call_soon(self._work)

    async def _begun(self, arrived: socket.socket) -> None:
        with suppress(OSError):  # the client has left
            await asyncio.get_running_loop().connect_accepted_socket(self._begin, arrived)

    def _take(self, client: str) -> socket.socket:
        """Take the oldest connection of a client.

        The client's next turn comes after those of the others.
        """
        waiting = self._waiting.pop(client)
        arrived = waiting.popleft()
        self._count -= 1
        if waiting:
            self._waiting[client] = waiting
        return arrived


def is_gone(arrived: socket.socket) -> bool:
    """Return True if the client of a connection has left.

    It has reset the connection, or has closed it and asked nothing.
    """
    try:
        return arrived.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0 or not arrived.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _reset(arrived: socket.socket) -> None:
    with suppress(OSError):
        arrived.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    arrived.close()
