"""Admission of requests: limits of their rate, number, size and duration."""

import asyncio
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import limits as rates
from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from kerasclust.serving.limits import Limits


class Admission:
    """Admission of predictions within limits.

    Args:
        limits: limits of the service.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.present = 0
        self._rate = rates.RateLimitItemPerSecond(limits.rate)
        self._limiter = rates.strategies.SlidingWindowCounterRateLimiter(rates.storage.MemoryStorage())

    @property
    def is_full(self) -> bool:
        """True if the next prediction would be refused."""
        return self.present >= self.limits.concurrency

    @contextmanager
    def entered(self, request: Request) -> Iterator[None]:
        """Count a request as present while the context lasts.

        Raises:
            HTTPException: 429 if its client asks too often, or 503 if too many requests are present. The header
                Retry-After gives the seconds until the client may ask again.
        """
        client = request.client.host if request.client else ""
        if not self._limiter.hit(self._rate, client):
            seconds = self._limiter.get_window_stats(self._rate, client).reset_time - time.time()
            reason = f"You asked for more than {self.limits.rate:,} predictions a second: ask again later."
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, reason, {"Retry-After": str(max(1, math.ceil(seconds)))})
        if self.is_full:
            reason = f"{self.present:,} predictions are in progress, the most at a time: ask again later."
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, reason, {"Retry-After": "1"})
        self.present += 1
        try:
            yield
        finally:
            self.present -= 1

    async def body_of(self, request: Request) -> bytes:
        """Read the body of a request.

        Never more than the limit is held, whatever the headers of the request say.

        Raises:
            HTTPException: 413 if the body is too large, 408 if it takes too long, 415 if it is compressed.
        """
        if request.headers.get("content-encoding", "identity") != "identity":
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is compressed: send plain JSON.")
        body, size = bytearray(), 0
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                async for part in request.stream():  # to its end, as many clients listen only after sending all
                    size += len(part)
                    if size <= self.limits.max_body_bytes:
                        body += part
        except TimeoutError as error:
            reason = f"The body did not arrive within {self.limits.body_seconds:g} seconds: send fewer samples."
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, reason) from error
        except ClientDisconnect as error:  # nobody reads this, but metrics count it as the client's failure
            raise HTTPException(HTTPStatus.BAD_REQUEST, "The client left before its body arrived.") from error
        if size > self.limits.max_body_bytes:
            reason = f"The body has more than {self.limits.max_body_mb:g} MB, the most allowed: send fewer samples."
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
        return bytes(body)
