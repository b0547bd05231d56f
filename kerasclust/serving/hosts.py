"""Names of hosts that a service answers to.

A page of another site can reach a service of this machine through the browser, if the site's name resolves to this
machine's address (DNS rebinding). The header Host has then the name of that site.
"""

import ipaddress
import re
from collections.abc import Collection
from http import HTTPStatus

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = "localhost"
HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^][:@/\s]+))(?::[0-9]{0,5})?")
REFUSAL = "The service has another name: use its address, or start it with --allowed-host and this name."


def is_allowed(host: str, names: Collection[str]) -> bool:
    """Return True if the header Host has an allowed name or an address.

    An address is allowed, because a page of another site needs a name (DNS rebinding).

    Args:
        host: value of the header.
        names: allowed names, in lower case.

    Example:
        >>> [is_allowed(host, {"localhost"}) for host in ("LOCALHOST.:80", "[::1]:80", "10.0.0.1", "evil.example")]
        [True, True, True, False]
    """
    found = HOST.fullmatch(host)
    if found is None:
        return False
    name = (found["address"] or found["name"]).lower().removesuffix(".")
    return name in names or is_address(name)


def is_address(host: str) -> bool:
    """Return True for an IPv4 or IPv6 address, False for a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class AllowedHosts:
    """ASGI middleware that refuses requests to other hosts.

    Requests without the header are answered: health checks by HTTP/1.0 send none, and browsers always send it.

    Args:
        app: application that answers the requests.
        names: names of this service, beside `localhost`.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = {LOOPBACK, *(name.lower().removesuffix(".") for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the application, or with 421."""
        if scope["type"] == "http":
            hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if not all(is_allowed(host, self.names) for host in hosts):
                refusal = JSONResponse({"error": REFUSAL}, HTTPStatus.MISDIRECTED_REQUEST)
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)
