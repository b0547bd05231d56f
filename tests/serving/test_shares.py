"""Fair division among clients: of amounts, and of the time of threads."""

import asyncio
import time
from contextlib import suppress

import pytest

from kerasclust.serving.shares import Full, Holding, Shares, Turns, client_of


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_a_network(address, client):
    assert client_of(address) == client


def holding(shares, client, amount, evicted):
    made = Holding(client, lambda: evicted.append(made))
    shares.resize(made, amount)
    return made


def test_one_client_may_hold_all_and_gives_way_to_others():
    shares, evicted = Shares(10), []
    a = [holding(shares, "a", 2, evicted) for _ in range(5)]
    assert shares.used == 10
    with pytest.raises(Full):
        holding(shares, "a", 1, evicted)
    assert shares.has_room("b") and not shares.has_room("a")
    holding(shares, "b", 2, evicted)
    assert (evicted, shares.used) == ([a[-1]], 10)  # the newest
    holding(shares, "b", 2, evicted)
    with pytest.raises(Full):  # b would hold as much as a
        holding(shares, "b", 2, evicted)
    assert evicted == [a[-1], a[-2]]


def test_many_small_clients_share_with_four_large_ones():
    shares, evicted = Shares(100), []
    for client in range(4):
        for _ in range(100):
            with suppress(Full):
                holding(shares, client, 1, evicted)
    honest = [holding(shares, "honest", 1, evicted) for _ in range(15)]
    assert not set(honest) & set(evicted)
    assert shares.used == 100


def test_what_is_given_back_can_be_had_again():
    shares, evicted = Shares(10), []
    for _ in range(3):
        made = holding(shares, "a", 10, evicted)
        shares.resize(made, 4)
        shares.resize(made, 0)
    assert (shares.used, evicted, shares._sums, shares._holdings) == (0, [], {}, {})


def steps(number):
    """Work of so many steps, of two milliseconds each."""
    for _ in range(number):
        time.sleep(0.002)
        yield


async def done(turns, client, number):
    """Do work of so many steps for a client."""
    await turns.work(client, steps(number), lambda: None)


def test_small_work_does_not_wait_for_large_work():
    """Four clients have eight large pieces each, a fifth asks for small ones."""

    async def work():
        turns, taken = Turns(2), []
        large = [asyncio.create_task(done(turns, f"large {client}", 100)) for client in range(4) for _ in range(8)]
        await asyncio.sleep(0.1)
        for _ in range(20):
            start = time.perf_counter()
            await done(turns, "small", 1)
            taken.append(time.perf_counter() - start)
        finished = sum(task.done() for task in large)
        await asyncio.gather(*large)
        turns.stop()
        return sorted(taken)[-2], finished

    slowest, finished = asyncio.run(work())
    assert slowest < 0.5
    assert finished < 32


def test_large_work_goes_on_while_small_work_is_asked_for_without_end():
    async def work():
        turns = Turns(1)

        async def small(client):
            while True:
                await done(turns, client, 2)

        flood = [asyncio.create_task(small(f"small {client}")) for client in range(10)]
        await asyncio.wait_for(done(turns, "large", 100), 20)
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)
        turns.stop()

    asyncio.run(work())


def test_work_that_is_given_up_frees_its_thread():
    async def work():
        turns = Turns(1)
        tasks = [asyncio.create_task(done(turns, "a", 1000)) for _ in range(10)]
        await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(done(turns, "b", 1), 5)
        with pytest.raises(ValueError, match="wrong"):
            await turns.work("b", (int("wrong") for _ in "x"), lambda: None)
        await asyncio.wait_for(done(turns, "b", 1), 5)
        turns.stop()

    asyncio.run(work())
