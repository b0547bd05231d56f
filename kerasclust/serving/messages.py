"""Requests as RFC 9112 wants them.

The body has one length, and the address may have a host.
"""

import re
from http import HTTPStatus
from urllib.parse import unquote

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ABSOLUTE = re.compile(rb"https?://(?P<host>[^/?]*)(?P<path>.*)", re.IGNORECASE | re.DOTALL)
LENGTHS = {b"content-length", b"transfer-encoding"}
REFUSAL = "The length of the body is given twice: send Content-Length or Transfer-Encoding."


class CheckedMessages:
    """ASGI middleware that refuses requests with two lengths.

    Proxies may take the other length, and the rest of the body for the request of another client: the connection is
    closed. If the address has a host, the host comes to the headers.

    Args:
        app: application that answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the application, or with 400."""
        if scope["type"] == "http":
            if {name for name, _ in scope["headers"]} >= LENGTHS:
                refusal = JSONResponse({"error": REFUSAL}, HTTPStatus.BAD_REQUEST, {"Connection": "close"})
                await refusal(scope, receive, send)
                return
            absolute = ABSOLUTE.fullmatch(scope.get("raw_path") or b"")
            if absolute is not None:
                path = absolute["path"] or b"/"
                headers = [*scope["headers"], (b"host", absolute["host"])]
                scope.update(raw_path=path, path=unquote(path.decode("ascii")), headers=headers)
        await self.app(scope, receive, send)
