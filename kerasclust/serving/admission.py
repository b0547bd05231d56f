"""Which requests a service works on: not too many, not too large, not too slow."""

import asyncio
import math
import time
from contextlib import contextmanager
from http import HTTPStatus

import limits as rates
from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect

from kerasclust.serving.limits import Limits


class Admission:
    """Lets predictions in as long as there is room for them.

    Args:
        limits: how much is asked for at most.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self.present = 0
        self._rate = rates.RateLimitItemPerSecond(limits.rate)
        self._limiter = rates.strategies.SlidingWindowCounterRateLimiter(rates.storage.MemoryStorage())

    @property
    def is_full(self) -> bool:
        """Whether one more would be refused."""
        return self.present >= self.limits.concurrency

    @contextmanager
    def entered(self, request: Request):
        """Count a request while it is worked on.

        Raises:
            HTTPException: 429 where its client asks too often, or 503 where too many are being worked on; the header
                Retry-After says in how many seconds to ask again.
        """
        client = request.client.host if request.client else ""
        if not self._limiter.hit(self._rate, client):
            seconds = self._limiter.get_window_stats(self._rate, client).reset_time - time.time()
            reason = f"You asked for more than {self.limits.rate:,} predictions a second: ask again later."
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, reason, {"Retry-After": str(max(1, math.ceil(seconds)))})
        if self.is_full:
            reason = f"{self.present:,} predictions are being worked on, which are the most at a time: ask again later."
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, reason, {"Retry-After": "1"})
        self.present += 1
        try:
            yield
        finally:
            self.present -= 1

    async def body_of(self, request: Request) -> bytes:
        """The body of a request, of which never more than the limit is held, whatever its headers say.

        Raises:
            HTTPException: 413 where it is too large, 408 where it takes too long, 415 where it is compressed.
        """
        if request.headers.get("content-encoding", "identity") != "identity":
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is compressed: send plain JSON.")
        body, size = bytearray(), 0
        try:
            async with asyncio.timeout(self.limits.body_seconds):
                async for part in request.stream():  # to its end: many clients only listen when all is sent
                    size += len(part)
                    if size <= self.limits.max_body_bytes:
                        body += part
        except TimeoutError as error:
            reason = f"The body was not there within {self.limits.body_seconds:g} seconds."
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, reason) from error
        except ClientDisconnect as error:  # nobody reads this, but it is counted, and no failure of the service
            raise HTTPException(HTTPStatus.BAD_REQUEST, "The client left before its body was there.") from error
        if size > self.limits.max_body_bytes:
            reason = f"The body has more than {self.limits.max_body_mb:g} MB, which are the most: send fewer samples."
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
        return bytes(body)
