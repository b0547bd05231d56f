"""The command that serves a trained model over HTTP."""

import re

import click

from kerasclust.cli.base import answer, json_option, main
from kerasclust.cli.loading import COUNT
from kerasclust.errors import InputError
from kerasclust.serving.limits import Limits
from kerasclust.system.optional import require_installed
from kerasclust.system.quiet import import_tensorflow

NEEDED = ("fastapi", "uvicorn", "limits", "prometheus_client", "swagger_ui_bundle")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@main.command()
@click.argument("model", type=click.Path(exists=True))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="Port; 0 for a free one.")
@click.option("--name", default="kerasclust", show_default=True, help="Name of the model in addresses.")
@click.option(
    "--max-body-mb",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits.max_body_mb,
    show_default=True,
    help="Largest body of a request, in megabytes.",
)
@click.option(
    "--max-samples", type=COUNT, default=Limits.max_samples, show_default=True, help="Most samples of a request."
)
@click.option(
    "--rate", type=COUNT, default=Limits.rate, show_default=True, help="Most predictions per second and client."
)
@click.option(
    "--concurrency", type=COUNT, default=Limits.concurrency, show_default=True, help="Most predictions at a time."
)
@json_option
def serve(
    model: str,
    host: str,
    port: int,
    name: str,
    max_body_mb: float,
    max_samples: int,
    rate: int,
    concurrency: int,
    as_json: bool,
) -> None:
    r"""Serve predictions of MODEL over HTTP.

    MODEL is a run directory, a .keras file or a SavedModel directory.

    \b
    curl http://127.0.0.1:8501/v1/models/kerasclust:predict -d '{"instances": [SAMPLE, SAMPLE ...]}'

    Clients of TensorFlow Serving work, as the REST API is the same. /docs describes it, /health and /ready are for load
    balancers, and /metrics is for Prometheus. The service asks for no password: put a proxy that knows its users in
    front before you open it to other machines. Ctrl-C or SIGTERM ends it.
    """
    if not NAME.fullmatch(name):
        raise InputError(f"--name {name}: give letters, digits, '_', '-' and '.', the first a letter or digit.")
    for package in NEEDED:
        require_installed(package)
    import_tensorflow()
    from kerasclust.serving.app import create_app
    from kerasclust.serving.model import load_served_model
    from kerasclust.serving.server import bound_socket, end_quietly_when_terminated, run

    end_quietly_when_terminated()
    bound = bound_socket(host, port)  # first, as loading takes seconds
    served = load_served_model(model)
    served.warm_up()
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{bound.getsockname()[1]}"
    predict = f"{url}/v1/models/{name}:predict"
    found = {"url": url, "predict": predict, "sample_shape": served.sample_shape, "signatures": list(served.signatures)}
    text = f"{predict} takes samples of shape {list(served.sample_shape)}; {url}/docs describes it. End with Ctrl-C."
    limits = Limits(max_body_mb=max_body_mb, max_samples=max_samples, rate=rate, concurrency=concurrency)
    run(create_app(served, name, limits), bound, lambda: answer(as_json, found, text))
