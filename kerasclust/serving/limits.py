"""Limits of a service."""

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of a service.

    A client is an address, or a network of 2**64 addresses in IPv6. Where a limit holds for all clients together, a
    client that holds more than others gives way to them.

    Args:
        max_body_mb: most megabytes (2**20 bytes) in the body of a request.
        max_bodies_mb: most megabytes of all bodies and answers in memory. The first 64 kB of a body are not counted.
        max_samples: most samples in a request.
        rate: most predictions a second for a client.
        concurrency: most predictions in progress, from the end of the body to the end of the answer.
        connections: most open connections; the command lowers it if the process may open fewer files.
        header_seconds: most seconds until the header of a request has arrived.
        body_seconds: most seconds until the body of a request has arrived.
        answer_seconds: most seconds until a client has read its answer.
    """

    max_body_mb: float = 16.0
    max_bodies_mb: float = 256.0
    max_samples: int = 10_000
    rate: int = 1000
    concurrency: int = 100
    connections: int = 512
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    answer_seconds: float = 30.0

    @property
    def max_body_bytes(self) -> int:
        """Most bytes in the body of a request."""
        return int(self.max_body_mb * MEGABYTE)

    @property
    def max_bodies_bytes(self) -> int:
        """Most bytes of all bodies and answers in memory."""
        return int(self.max_bodies_mb * MEGABYTE)
