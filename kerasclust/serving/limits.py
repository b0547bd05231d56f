"""How much is asked of a service at most."""

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds of a service.

    Args:
        max_body_mb: megabytes (2**20 bytes) of a request's body.
        max_samples: samples of a request.
        rate: predictions a second that one client's address may ask for.
        concurrency: predictions that are asked for at a time, those that wait for a thread among them.
        body_seconds: until a body has to be there.
    """

    max_body_mb: float = 16.0
    max_samples: int = 10_000
    rate: int = 1000
    concurrency: int = 100
    body_seconds: float = 30.0

    @property
    def max_body_bytes(self) -> int:
        """Bytes of a request's body."""
        return int(self.max_body_mb * MEGABYTE)
