"""New connections of a service, which wait for their turn by client."""

import asyncio
import socket
import struct

import pytest

from kerasclust.serving.arrivals import Arrivals

RESET = struct.pack("ii", 1, 0)


class Begun(asyncio.Protocol):
    """First bytes of connections, in the order of their beginning."""

    def __init__(self, order):
        self.order = order

    def data_received(self, data):
        self.order.append(data[:1])


def begun(arrivals, room=100):
    """(first bytes of what is begun, reasons of what is closed) of arrivals.

    An arrival is an address and a first byte.
    """

    async def begin():
        order, closed, kept = [], [], []
        waiting = Arrivals(lambda: Begun(order), lambda: room, closed.append)
        for address, byte in arrivals:
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            theirs.send(byte)
            kept.append(theirs)
            waiting.add(ours, address)
        for _ in range(100):
            await asyncio.sleep(0.001)
        waiting.close()
        return b"".join(order), closed

    return asyncio.run(begin())


def test_clients_have_turns():
    many = [("10.0.0.1", b"a")] * 50
    order, closed = begun([*many, ("10.0.0.2", b"b"), ("10.0.0.3", b"c"), ("10.0.0.2", b"d")])
    assert order[:8].count(b"a") == 5 and len(order) == 53
    assert closed == []


def test_a_client_alone_may_fill_all_room():
    assert begun([("10.0.0.1", b"a")] * 100) == (b"a" * 100, [])


def test_the_client_with_the_most_loses_its_oldest():
    arrivals = [("10.0.0.1", bytes([number])) for number in range(10)] + [("10.0.0.2", b"b")] * 2
    order, closed = begun(arrivals, room=8)
    assert order.count(b"b") == 2
    assert sorted(order.replace(b"b", b"")) == [4, 5, 6, 7, 8, 9]
    assert closed == ["refused"] * 4


def test_a_network_of_addresses_is_one_client():
    arrivals = [(f"2001:db8::{number:x}", b"a") for number in range(1, 20)] + [("2001:db8:1::1", b"b")]
    assert b"b" in begun(arrivals)[0][:3]


@pytest.mark.parametrize("byte", [b"", b"a"])
def test_clients_that_have_reset_are_dropped(byte):
    def reset(theirs):
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        theirs.close()

    async def attacked():
        order, arrived = [], []
        waiting = Arrivals(lambda: Begun(order), lambda: 1000, lambda reason: None)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            for _ in range(100):
                client = socket.create_connection(listening.getsockname())
                client.sendall(byte)
                arrived.append(listening.accept()[0])
                reset(client)
        for connection in arrived:
            connection.setblocking(False)
            waiting.add(connection, "10.0.0.1")
        await asyncio.sleep(0.1)
        return order, waiting._count

    assert asyncio.run(attacked()) == ([], 0)
