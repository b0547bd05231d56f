"""Attacks on a service, and honest clients who ask meanwhile.

Each has an address of its own.
"""

import asyncio
import json
import multiprocessing
import os
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

import numpy as np

HONEST = "127.0.0.1"
ATTACKERS = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")
RESET = struct.pack("ii", 1, 0)  # SO_LINGER
HEALTH = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n"
GONE = (OSError, EOFError, asyncio.IncompleteReadError, ValueError)


async def connected(port, address):
    """(reader, writer) of a new connection from an address."""
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0), limit=2**24)


async def answer_of(reader):
    """(status, body) of the next answer on a connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line.split(":")[1] for line in head.lower().split("\r\n") if line.startswith("content-length"))
    return int(head.split()[1]), await reader.readexactly(int(length))


class Target:
    """Service that is attacked.

    Args:
        said: what the command says of it.
    """

    def __init__(self, said):
        self.port = int(said["url"].rpartition(":")[2])
        self.path = "/" + said["predict"].split("/", 3)[3]
        self.shape = said["sample_shape"]

    def head(self, *more):
        """Head of a request for a prediction, as bytes."""
        return POST.format(path=self.path, more="".join(f"{line}\r\n" for line in more)).encode()

    def question(self, samples=1, random=True):
        """Whole request for a prediction, as bytes."""
        x = np.random.default_rng(0).normal(size=(samples, *self.shape)).round(4) * random
        body = json.dumps({"instances": x.tolist()}).encode()
        return self.head(f"Content-Length: {len(body)}") + body


async def slow_header(target, address):
    """Send the header of a request byte by byte."""
    _, writer = await connected(target.port, address)
    for byte in target.head("X: " + "x" * 10_000):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def slow_body(target, address):
    """Send a body byte by byte."""
    _, writer = await connected(target.port, address)
    writer.write(target.head("Content-Length: 1000"))
    for _ in range(1000):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(1)


async def stuck_body(target, address):
    """Send almost all of a large body, and nothing more."""
    reader, writer = await connected(target.port, address)
    writer.write(target.head(f"Content-Length: {2**24}") + b" " * (2**24 - 1))
    await writer.drain()
    await reader.read(1)


async def large_body(target, address, question):
    """Ask for as much as a service allows, again and again."""
    reader, writer = await connected(target.port, address)
    while True:
        writer.write(question)
        await writer.drain()
        await answer_of(reader)


async def flood(target, address):
    """Open a connection and close it."""
    _, writer = await connected(target.port, address)
    writer.transport.abort()


def resets(port, stop, address, request):
    """Open connections from one address as fast as the system does, and reset them.

    Each sends a request before. All is done in this thread.
    """
    while not stop.is_set():
        with suppress(OSError), socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.bind((address, 0))
            connection.connect(("127.0.0.1", port))
            connection.sendall(request)


async def reset(target, address, request):
    """Open connections, send a request on each, and reset them."""
    stop = threading.Event()
    try:
        await asyncio.to_thread(resets, target.port, stop, address, request)
    finally:
        stop.set()


async def slow_reader(target, address, question):
    """Ask for a large answer, many times, and read nothing."""
    reader, writer = await connected(target.port, address)
    reader._transport.pause_reading()
    for _ in range(20):
        writer.write(question)
        await writer.drain()
    await asyncio.sleep(100)


async def tiny_chunks(target, address):
    """Send a body in chunks of one byte."""
    reader, writer = await connected(target.port, address)
    writer.write(target.head("Transfer-Encoding: chunked"))
    while not reader.at_eof():
        writer.write(b"1\r\n \r\n" * 1000)
        await writer.drain()


async def many_headers(target, address):
    """Pipeline requests with many headers."""
    reader, writer = await connected(target.port, address)
    request = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"a:b\r\n" * 3000 + b"\r\n"
    while not reader.at_eof():
        writer.write(request * 10)
        await writer.drain()
        await reader.read(2**16)


def attacks_on(target):
    """{attack: (function of an address, number at the same time from each address)}."""
    large = target.question(max(1, 2**23 // (6 * int(np.prod(target.shape)))))
    wide = target.question(max(1, min(10_000, 2**23 // (4 * int(np.prod(target.shape))))), random=False)
    return {
        "slow headers": (lambda address: slow_header(target, address), 300),
        "slow bodies": (lambda address: slow_body(target, address), 100),
        "stuck bodies": (lambda address: stuck_body(target, address), 20),
        "large bodies": (lambda address: large_body(target, address, large), 4),
        "connection floods": (lambda address: flood(target, address), 10),
        "reset predictions": (lambda address: reset(target, address, target.question(256)), 1),
        "reset health checks": (lambda address: reset(target, address, HEALTH), 1),
        "reset connections": (lambda address: reset(target, address, b""), 1),
        "slow readers": (lambda address: slow_reader(target, address, wide), 10),
        "tiny chunks": (lambda address: tiny_chunks(target, address), 5),
        "many headers": (lambda address: many_headers(target, address), 5),
    }


async def _again_and_again(attack, address):
    while True:
        with suppress(*GONE):
            await attack(address)
        await asyncio.sleep(0.01)


def _attack(said, name, begun):
    attack, number = attacks_on(Target(said))[name]
    begun.release()
    os.nice(19)  # attackers stand for other machines, and take little of this one

    async def all_at_once():
        await asyncio.gather(*(_again_and_again(attack, address) for address in ATTACKERS for _ in range(number)))

    asyncio.run(all_at_once())


@contextmanager
def attacking(said, names):
    """Attack a service from other processes, one for each attack, while the context lasts.

    Args:
        said: what the command says of the service.
        names: names of the attacks.
    """
    context = multiprocessing.get_context("spawn")
    begun = context.Semaphore(0)
    processes = [context.Process(target=_attack, args=(said, name, begun), daemon=True) for name in names]
    for process in processes:
        process.start()
    try:
        for _ in processes:
            assert begun.acquire(timeout=60)
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def honest_clients(said, seconds, clients=50, pause=0.5):
    """Let clients ask for predictions, each so many seconds after its last answer.

    Every other client opens a connection for each request.

    Returns:
        (seconds of the answers, reasons of the errors).
    """
    target, taken, errors = Target(said), [], []
    question = target.question()

    async def client(number):
        await asyncio.sleep(pause * number / clients)
        connection = None
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            try:
                async with asyncio.timeout(60):
                    connection = connection or await connected(target.port, HONEST)
                    connection[1].write(question)
                    status, body = await answer_of(connection[0])
                if status != 200:
                    errors.append(f"{status} {body[:100]}")
                taken.append(time.perf_counter() - start)
            except (*GONE, TimeoutError) as error:
                errors.append(f"{type(error).__name__} {error} after {time.perf_counter() - start:.1f} s")
                connection = None
            if connection and number % 2:
                connection[1].close()
                connection = None
            await asyncio.sleep(pause)

    async def all_clients():
        await asyncio.gather(*map(client, range(clients)))

    asyncio.run(all_clients())
    return taken, errors
