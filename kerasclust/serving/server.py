"""A service on a port of this machine, until a signal ends it."""

import signal
import socket
import sys

import uvicorn

from kerasclust.errors import InputError

GRACE_SECONDS = 10  # that requests have to end when the service does


class _AnnouncedServer(uvicorn.Server):
    """A server that says when it can be asked."""

    def __init__(self, config, announce):
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets=None):
        await super().startup(sockets)
        if self.started:
            self._announce()


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; who connects is answered when the service runs.

    Args:
        host: address of this machine, or its name.
        port: 0 for any that is free.

    Raises:
        InputError: this machine does not have that address, or the port is in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last service has just ended
            found.bind(address)
            found.listen()  # else a second service could bind the same address, and fail when it has loaded its model
        except OSError:
            found.close()
            raise
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{host}:{port} cannot be used ({reason}): choose another `port` or `host`.") from error
    return found


def end_quietly_when_terminated() -> None:
    """Let SIGTERM end this process with status 0, as service managers expect it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def run(app, bound: socket.socket, announce) -> None:
    """Serve an application until SIGINT or SIGTERM; requests that are being worked on are answered.

    Args:
        app: what `create_app` made.
        bound: what `bound_socket` made.
        announce: called when the service can be asked.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # else clients of this machine could choose their address, by which rates are counted
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _AnnouncedServer(config, announce).run(sockets=[bound])
    app.state.threads.shutdown(wait=False, cancel_futures=True)  # nobody waits for what is left
