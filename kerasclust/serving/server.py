"""Server for a service: its socket, its start, and its end by a signal."""

import signal
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from kerasclust.errors import InputError

GRACE_SECONDS = 10  # for requests in progress when the service ends


class _AnnouncedServer(uvicorn.Server):
    """A server that announces when it is ready."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], object]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then announce it."""
        await super().startup(sockets)
        if self.started:
            self._announce()


def bound_socket(host: str, port: int) -> socket.socket:
    """Open a socket that listens on an address.

    Clients can connect at once; they wait until the service runs.

    Args:
        host: address or name of this machine.
        port: port; 0 for a free one.

    Raises:
        InputError: this machine does not have the address, or the port is in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # for a port whose last service has just ended
            found.bind(address)
            found.listen()  # at once, so that a second service fails here and not after loading its model
        except OSError:
            found.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{host}:{port} cannot be used ({reason}): choose another `port` or `host`.") from error
    return found


def end_quietly_when_terminated() -> None:
    """Let SIGTERM end this process with status 0, as service managers expect it."""

    def end(number: int, frame: object) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)


def run(app: FastAPI, bound: socket.socket, announce: Callable[[], object]) -> None:
    """Serve an application until SIGINT or SIGTERM. Requests in progress are still answered.

    Args:
        app: result of `create_app`.
        bound: result of `bound_socket`.
        announce: called when the service is ready.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # clients of this machine could evade the rate limit by a false address
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _AnnouncedServer(config, announce).run(sockets=[bound])
    app.state.threads.shutdown(wait=False, cancel_futures=True)  # nobody waits for the remaining predictions
