"""The command that serves a trained model over HTTP."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from kerasclust.cli.base import answer, json_option, main, trust_option, warn
from kerasclust.cli.loading import COUNT
from kerasclust.errors import InputError
from kerasclust.serving.limits import Limits
from kerasclust.system.optional import require_installed
from kerasclust.system.quiet import import_tensorflow

NEEDED = ("fastapi", "uvicorn", "limits", "prometheus_client", "swagger_ui_bundle")
ANY = ("0.0.0.0", "::")  # addresses that stand for all of this machine's
SIZE = click.FloatRange(min=0, min_open=True)
HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
LIMITS = {
    "max_body_mb": (SIZE, "Largest body of a request, in megabytes."),
    "max_bodies_mb": (SIZE, "Most megabytes of all bodies and answers in memory."),
    "max_samples": (COUNT, "Most samples of a request."),
    "rate": (COUNT, "Most predictions per second and client."),
    "concurrency": (COUNT, "Most predictions at a time."),
    "connections": (COUNT, "Most open connections."),
}


def limit_options(command: Callable) -> Callable:
    """Decorate a command with an option for each of `LIMITS`."""
    for name, (kind, about) in reversed(LIMITS.items()):
        default = getattr(Limits, name)
        option = click.option(f"--{name.replace('_', '-')}", type=kind, default=default, show_default=True, help=about)
        command = option(command)
    return command


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="Port; 0 for a free one.")
@click.option(
    "--allowed-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="Name that clients use for this machine; repeat for each. Addresses, localhost and --host are allowed.",
)
@click.option("--name", default="kerasclust", show_default=True, help="Name of the model in addresses.")
@trust_option
@limit_options
@json_option
def serve(
    model: str,
    host: str,
    port: int,
    allowed_hosts: tuple[str, ...],
    name: str,
    trust: bool,
    as_json: bool,
    **limits: Any,
) -> None:
    """Serve predictions of MODEL over HTTP.

    MODEL is a run directory, a .keras file, or, with --trust, a SavedModel directory.

    \b
    curl http://127.0.0.1:8501/v1/models/kerasclust:predict -d '{"instances": [SAMPLE, SAMPLE ...]}'

    Clients of TensorFlow Serving work, as the REST API is the same. /docs describes it, /health and /ready are for load
    balancers, and /metrics is for Prometheus. The service asks for no password: put a proxy that knows its users in
    front before you open it to other machines. Clients share what is limited: a client that holds more than others
    gives way to them. Ctrl-C, SIGTERM or SIGHUP ends the service within ten seconds.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"--name {name}: give letters, digits, '_', '-' and '.', the first a letter or digit.")
    check_hosts(allowed_hosts)
    bounds = Limits(**limits)
    if bounds.max_body_mb > bounds.max_bodies_mb:
        raise InputError(
            f"max_body_mb={bounds.max_body_mb:g}: expected at most max_bodies_mb={bounds.max_bodies_mb:g}."
        )
    for package in NEEDED:
        require_installed(package)
    import_tensorflow()
    from kerasclust.serving.app import create_app
    from kerasclust.serving.model import load_served_model
    from kerasclust.serving.server import bound_socket, end_quietly_when_terminated, run

    end_quietly_when_terminated()
    bound = bound_socket(host, port)  # first, as loading takes seconds
    bounds = with_files_for(bounds)
    served = load_served_model(model, trust)
    served.warm_up()
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{bound.getsockname()[1]}"
    predict = f"{url}/v1/models/{name}:predict"
    found = {"url": url, "predict": predict, "sample_shape": served.sample_shape, "signatures": list(served.signatures)}
    text = f"{predict} takes samples of shape {list(served.sample_shape)}; {url}/docs describes it. End with Ctrl-C."
    if host in ANY:
        text += " Clients that use a name of this machine need --allowed-host NAME."
    app = create_app(served, name, bounds, {host, *allowed_hosts} - set(ANY))
    run(app, bound, lambda: answer(as_json, found, text))


def with_files_for(limits: Limits) -> Limits:
    """Return limits with as many connections as this process may have.

    A warning says if these are fewer than asked for.

    Raises:
        InputError: the system allows this process too few open files.
    """
    from kerasclust.serving.connections import most_connections

    most = most_connections(limits.connections)
    if most < limits.connections:
        warn(f"The limit of open files (`ulimit -n`) leaves {most:,} connections, not {limits.connections:,}.")
    return replace(limits, connections=most)


def check_hosts(names: tuple[str, ...]) -> None:
    """Check names of hosts.

    Raises:
        InputError: a name is none, such as an address with a port.
    """
    for name in names:
        if not HOST.fullmatch(name):
            raise InputError(f"--allowed-host {name!r}: give a name such as models.example.org, without a port.")
