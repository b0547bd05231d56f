"""Admission of requests: limits of their rate, number, size and duration."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import limits as rates
from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kerasclust.serving.answers import noting_start
from kerasclust.serving.limits import Limits
from kerasclust.serving.shares import Full, Holding, Shares, Turns, client_of
from kerasclust.system.memory import usable_cores

if TYPE_CHECKING:  # it imports TensorFlow
    from kerasclust.serving.prediction import Prediction

FREE_BYTES = 2**16  # of each request, so that small requests are answered when memory for large ones is used up
PIECE = 2**16  # bytes of an answer that are written at once
LATER = {"Retry-After": "1"}
ENDS = "The service ends: ask again later."
GIVES_WAY = "Others ask for less, and the service is full: ask again later, or for less at a time."


class Admission:
    """Admission of predictions within limits.

    Args:
        limits: limits of the service.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.bodies = Shares(limits.max_bodies_bytes)
        self.predictions = Shares(limits.concurrency)
        self.turns = Turns(usable_cores())  # more threads would wait for a core
        self.is_ending = False
        self._entries: set[Entry] = set()
        self._rate = rates.RateLimitItemPerSecond(limits.rate)
        self._limiter = rates.strategies.SlidingWindowCounterRateLimiter(rates.storage.MemoryStorage())

    def is_ready(self, client: str) -> bool:
        """Return True if the next prediction for a client would be admitted."""
        return not self.is_ending and self.predictions.has_room(client)

    def check_rate(self, client: str) -> None:
        """Count a request.

        Raises:
            HTTPException: 429 if the client asks too often, or 503 if the service ends. The header Retry-After gives
                the seconds until the client may ask again.
        """
        if self.is_ending:
            raise later(ENDS)
        if not self._limiter.hit(self._rate, client):
            seconds = self._limiter.get_window_stats(self._rate, client).reset_time - time.time()
            reason = f"You asked for more than {self.limits.rate:,} predictions a second: ask again later."
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, reason, {"Retry-After": str(max(1, math.ceil(seconds)))})

    @contextmanager
    def entered(self, scope: Scope) -> Iterator["Entry"]:
        """Count a request as present while the context lasts."""
        entry = Entry(self, scope)
        self._entries.add(entry)
        try:
            yield entry
        finally:
            self._entries.discard(entry)
            entry.leave()

    def end(self) -> None:
        """Admit no more predictions."""
        self.is_ending = True

    def refuse_unread(self) -> None:
        """End the requests whose bodies have not arrived."""
        for entry in list(self._entries):
            if not entry.is_read:
                entry.evict(ENDS)

    def refuse_rest(self) -> None:
        """End the requests that are present."""
        for entry in list(self._entries):
            entry.evict(ENDS)


def later(reason: str) -> HTTPException:
    """Return the answer 503, with the header Retry-After."""
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, reason, LATER)


class Entry:
    """A request that is present.

    Args:
        admission: admission of the service.
        scope: ASGI scope of the request.
    """

    def __init__(self, admission: Admission, scope: Scope) -> None:
        self.client = client_of(scope["client"][0] if scope.get("client") else "")
        self.is_read = False
        self.is_answered = False
        self.evicted: str | None = None
        self._admission = admission
        self._abort: Callable[[], None] | None = scope.get("state", {}).get("abort")
        self._task = asyncio.current_task()
        self._bytes = Holding(self.client, self.evict)
        self._place = Holding(self.client, self.evict)

    def evict(self, reason: str = GIVES_WAY) -> None:
        """End the request: with the answer 503, or in the middle of its answer."""
        if self.evicted is None:
            self.evicted = reason
            if self.is_answered:
                self.abort()
            elif self._task is not None:
                self._task.cancel()

    def abort(self) -> None:
        """Close the connection in the middle of the answer."""
        if self._abort is not None:
            self._abort()

    def hold(self, size: int) -> None:
        """Count the bytes that the request holds.

        Raises:
            HTTPException: 503 if there is no room.
        """
        try:
            self._admission.bodies.resize(self._bytes, max(0, size - FREE_BYTES))
        except Full:
            most = self._admission.limits.max_bodies_mb
            raise later(f"Bodies of {most:g} MB are in progress, the most at a time: ask again later.") from None

    def leave(self) -> None:
        """Give back what the request holds."""
        self.evicted = self.evicted or ENDS  # too late to evict it
        self._admission.bodies.resize(self._bytes, 0)
        self._admission.predictions.resize(self._place, 0)

    async def body(self, request: Request) -> bytearray:
        """Read the body of the request.

        Never more than the limit is held, whatever the headers of the request say.

        Raises:
            HTTPException: 413 if the body is too large, 408 if it takes too long, 415 if it is compressed, 503 if there
                is no room.
        """
        limits, body, size = self._admission.limits, bytearray(), 0
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is compressed: send plain JSON.")
        reason = f"The body has more than {limits.max_body_mb:g} MB, the most allowed: send fewer samples."
        too_large = HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
        declared = request.headers.get("content-length", "")
        is_too_large = declared.isdecimal() and int(declared) > limits.max_body_bytes
        if is_too_large and "expect" in request.headers:  # the client waits for an answer before it sends the body
            raise too_large
        try:
            async with asyncio.timeout(limits.body_seconds):
                async for part in request.stream():  # to its end, as many clients listen only after sending all
                    size += len(part)
                    is_too_large |= size > limits.max_body_bytes
                    if is_too_large:
                        body = bytearray()
                    else:
                        body += part
                    self.hold(len(body))
        except TimeoutError as error:
            reason = f"The body did not arrive within {limits.body_seconds:g} seconds: send fewer samples."
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, reason) from error
        except ClientDisconnect as error:  # nobody reads this, but metrics count it as the client's failure
            raise HTTPException(HTTPStatus.BAD_REQUEST, "The client left before its body arrived.") from error
        if is_too_large:
            raise too_large
        return body

    async def made(self, prediction: "Prediction") -> bytearray:
        """Make a prediction when it is this client's turn.

        Returns:
            The answer.

        Raises:
            HTTPException: 503 if too many predictions are in progress, or what the prediction raises.
        """
        self.is_read = True
        predictions = self._admission.predictions
        try:
            predictions.resize(self._place, 1)
        except Full:
            reason = f"{predictions.used:,} predictions are in progress, the most at a time: ask again later."
            raise later(reason) from None
        await self._admission.turns.work(self.client, prediction.steps(), lambda: self.hold(prediction.held))
        return prediction.answer


class AnswerInPieces(Response):
    """Answer that is written as fast as the client reads it.

    It is counted as held until then.
    """

    media_type = "application/json"

    def render(self, content: bytearray) -> bytes | memoryview:
        """Return the answer without a copy."""
        return memoryview(content)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write the answer."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, len(self.body), PIECE):
            piece = bytes(self.body[start : start + PIECE])
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class AdmittedRequests:
    """ASGI middleware that counts requests as present, and answers evicted requests.

    Requests find their `Entry` in `request.state.entry`.

    Args:
        app: application that answers the requests.
        admission: admission of the service.
    """

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self.app = app
        self.admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the application, or with 503 if it has to give way."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        def note(start: Message) -> None:
            entry.is_answered = True
            if self.admission.is_ending:
                MutableHeaders(scope=start)["Connection"] = "close"

        send = noting_start(send, note)
        with self.admission.entered(scope) as entry:
            state: dict[str, Any] = scope.setdefault("state", {})
            state["entry"] = entry
            try:
                await self.app(scope, receive, send)
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if entry.evicted is None or task is None:
                    raise
                task.uncancel()
                if entry.is_answered:
                    entry.abort()
                else:
                    error = later(entry.evicted)
                    answer = JSONResponse({"error": error.detail}, error.status_code, error.headers)
                    await answer(scope, receive, send)
