"""Fair division among clients.

Memory, predictions in progress and the time of threads are divided.
"""

import asyncio
import ipaddress
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

NETWORK = 64  # bits of an IPv6 address that one client may have; the rest it chooses itself
MOST_CLIENTS = 1000  # then clients that have had less than the least are forgotten, which changes nothing
LATER_SHARE = 0.25  # of the time, for what takes more than one slice
RECENT_SECONDS = 1.0  # in which the share is kept
SLICE_SECONDS = 0.01  # of a thread, then other clients have their turn


def client_of(address: str) -> str:
    """Return the client that an address belongs to.

    Example:
        >>> client_of("::ffff:10.0.0.1"), client_of("2001:db8::a:1"), client_of("testclient")
        ('10.0.0.1', '2001:db8::/64', 'testclient')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), NETWORK), strict=False))


class Full(Exception):
    """No room for a request, whose client holds as much as any other."""


class Holding:
    """Amount that a request holds of something that is shared.

    Args:
        client: client of the request.
        evict: function that ends the request, for a client that holds less.
    """

    def __init__(self, client: str, evict: Callable[[], None]) -> None:
        self.client = client
        self.evict = evict
        self.amount = 0


class Shares:
    """Division of a total among clients.

    A single client may hold all. If the total is used up, the client with the largest sum gives way to the others: its
    newest request ends.

    Args:
        total: the total.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.used = 0
        self._sums: dict[str, int] = {}
        self._holdings: dict[str, dict[Holding, None]] = {}

    def has_room(self, client: str) -> bool:
        """Return True if a client would get one more."""
        return self.used < self.total or self._largest() not in (None, client)

    def resize(self, holding: Holding, amount: int) -> None:
        """Change the amount that a request holds.

        Raises:
            Full: there is no room, and no other client holds more.
        """
        more = amount - holding.amount
        while more > 0 and self.used + more > self.total:
            victim = self._victim(holding.client, more)
            if victim is None:
                raise Full
            self.resize(victim, 0)
            victim.evict()
        self.used += more
        self._sums[holding.client] = self._sums.get(holding.client, 0) + more
        holding.amount = amount
        if amount:
            self._holdings.setdefault(holding.client, {})[holding] = None
        else:
            self._forget(holding)

    def _forget(self, holding: Holding) -> None:
        holdings = self._holdings.get(holding.client, {})
        holdings.pop(holding, None)
        if not holdings:
            self._holdings.pop(holding.client, None)
            self._sums.pop(holding.client, None)

    def _largest(self) -> str | None:
        return max(self._sums, key=self._sums.__getitem__, default=None)

    def _victim(self, client: str, more: int) -> Holding | None:
        largest = self._largest()
        if largest is None or largest == client or self._sums[largest] <= self._sums.get(client, 0) + more:
            return None
        return next(reversed(self._holdings[largest]))


class _Queue:
    """Clients that wait for a turn.

    The next turn is for the client that has had the least time.

    Attributes:
        seconds: time that all of them have had.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._had: dict[str, float] = {}
        self._least = 0.0  # seconds of the client that had the last turn
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def wait(self, client: str) -> asyncio.Future[None]:
        """Return the turn of a client, which is done when it comes."""
        if len(self._had) > MOST_CLIENTS:
            known = self._had.items()
            self._had = {name: had for name, had in known if had > self._least or name in self._waiting}
        self._had[client] = max(self._had.get(client, 0.0), self._least)  # nobody saves up time
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        return turn

    def take(self) -> asyncio.Future[None]:
        """Return the turn that is next."""
        client = min(self._waiting, key=self._had.__getitem__)
        turns = self._waiting[client]
        turn = turns.popleft()
        if not turns:
            del self._waiting[client]
        if not turn.done():
            self._least = max(self._least, self._had[client])
        return turn

    def charge(self, client: str, seconds: float) -> None:
        """Count the time that a client has had."""
        self.seconds += seconds
        if client in self._had:
            self._had[client] += seconds


class Turns:
    """Division of the time of threads among clients.

    Work is done in slices. The next slice is for the client that has had the least time. First slices come before later
    ones, as most requests need one alone; later slices have at least the share `LATER_SHARE` of the time.

    Args:
        threads: number of threads.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "prediction")
        self._free = threads
        self._first, self._later = _Queue(), _Queue()
        self._stopped = threading.Event()

    async def work(self, client: str, steps: Iterator[object], note: Callable[[], None]) -> None:
        """Do the steps of some work, a few milliseconds each, in threads.

        Args:
            client: the client for whom it is done.
            steps: the steps.
            note: called after each slice.
        """
        queue, done = self._first, False
        while not done:
            await self._turn(queue, client)
            running = asyncio.get_running_loop().run_in_executor(self._pool, self._slice, steps)
            running.add_done_callback(partial(self._end_turn, queue, client))
            done = (await asyncio.shield(running))[1]  # the thread goes on even if nobody waits
            note()
            queue = self._later

    def _slice(self, steps: Iterator[object]) -> tuple[float, bool]:
        """Do steps for a slice of time.

        The result is its seconds, and True if there are no more steps.
        """
        start = time.perf_counter()
        for _ in steps:
            seconds = time.perf_counter() - start
            if seconds > SLICE_SECONDS or self._stopped.is_set():
                return seconds, False
        return time.perf_counter() - start, True

    async def _turn(self, queue: _Queue, client: str) -> None:
        """Wait for a free thread."""
        turn = queue.wait(client)
        if self._free:
            self._free -= 1
            self._pass_on()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()
            raise

    def _end_turn(self, queue: _Queue, client: str, slice_: "asyncio.Future[tuple[float, bool]]") -> None:
        failed = slice_.cancelled() or slice_.exception() is not None
        queue.charge(client, SLICE_SECONDS if failed else slice_.result()[0])
        self._pass_on()

    def _pass_on(self) -> None:
        """Give a free thread to the turn that is next."""
        while self._first or self._later:
            if self._first.seconds + self._later.seconds > RECENT_SECONDS:  # what was long ago counts less
                self._first.seconds /= 2
                self._later.seconds /= 2
            share = LATER_SHARE * (self._first.seconds + self._later.seconds)
            is_late = self._later and (not self._first or self._later.seconds < share)
            turn = (self._later if is_late else self._first).take()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
        self._first, self._later = _Queue(), _Queue()  # all have what they want, so what they had does not count

    def stop(self) -> None:
        """End all work after the slices that run."""
        self._stopped.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
