"""Limits of a service."""

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits of a service.

    Args:
        max_body_mb: most megabytes (2**20 bytes) in the body of a request.
        max_samples: most samples in a request.
        rate: most predictions a second for the address of a client.
        concurrency: most predictions in progress, including predictions that wait for a thread.
        body_seconds: most seconds until the body of a request arrives.
    """

    max_body_mb: float = 16.0
    max_samples: int = 10_000
    rate: int = 1000
    concurrency: int = 100
    body_seconds: float = 30.0

    @property
    def max_body_bytes(self) -> int:
        """Most bytes in the body of a request."""
        return int(self.max_body_mb * MEGABYTE)
