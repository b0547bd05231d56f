"""The service: one model behind TensorFlow Serving's REST API."""

import base64
import hashlib
import re
from collections.abc import Collection
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException as AnyHTTPException
from swagger_ui_bundle import swagger_ui_path

from kerasclust import __version__
from kerasclust.serving.admission import LATER, Admission, AdmittedRequests, AnswerInPieces, Entry
from kerasclust.serving.bodies import BodyFormat
from kerasclust.serving.connections import Connections
from kerasclust.serving.hosts import AllowedHosts
from kerasclust.serving.limits import Limits
from kerasclust.serving.messages import CheckedMessages
from kerasclust.serving.metadata import VERSION, Metadata, Status, metadata_of
from kerasclust.serving.metrics import CountedRequests, Metrics
from kerasclust.serving.model import ServedModel
from kerasclust.serving.prediction import Prediction
from kerasclust.serving.schemas import ANYWHERE, REFUSALS, Health, answer_schema, refusals, request_body
from kerasclust.serving.security_headers import POLICY, SecurityHeaders
from kerasclust.system.neutral import neutral_line

PAGE_FOLDER = "/docs/files"
PAGE_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' '{script}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_app(
    model: ServedModel, name: str = "kerasclust", limits: Limits | None = None, hosts: Collection[str] = ()
) -> FastAPI:
    """Create a service for a model, as an ASGI application.

    Args:
        model: the model; `kerasclust.serving.model.load_served_model` loads it.
        name: name of the model in addresses: letters, digits, "_", "-" and ".".
        limits: limits of the service; None for the default.
        hosts: names of the service that requests may have in their header Host, beside addresses and `localhost`.
    """
    limits = Limits() if limits is None else limits
    admission = Admission(limits)
    metrics = Metrics(lambda: admission.predictions.used, lambda: connections.open)
    connections = Connections(limits, metrics.count_closed)

    app = FastAPI(
        title="kerasclust",
        version=__version__,
        description=f"Clusters of samples by the model {name!r}, with the REST API of TensorFlow Serving.",
        docs_url=None,  # FastAPI's own pages load scripts from the internet
        redoc_url=None,
        responses=refusals(*ANYWHERE),
    )
    app.state.admission = admission
    app.state.connections = connections
    app.add_middleware(AdmittedRequests, admission=admission)  # the last one is the first to see a request
    app.add_middleware(AllowedHosts, names=hosts)
    app.add_middleware(CheckedMessages)
    app.add_middleware(CountedRequests, metrics=metrics)
    app.add_middleware(SecurityHeaders)

    @app.exception_handler(AnyHTTPException)  # also errors of the framework, such as an unknown path
    async def say_why(request: Request, error: AnyHTTPException) -> JSONResponse:
        reason, path = error.detail, request.scope["path"]
        if error.status_code == HTTPStatus.NOT_FOUND:
            reason = f"There is no {path}: the model is at /v1/models/{name}, and /docs says what else there is."
        elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("Allow", "GET")
            reason = f"{path} does not take the method {request.method}: use {allowed}."
        return JSONResponse({"error": neutral_line(reason)}, error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def say_that_it_failed(*_: object) -> JSONResponse:
        return JSONResponse({"error": "The service failed: its log says why."}, HTTPStatus.INTERNAL_SERVER_ERROR)

    _add_predictions(app, model, name, admission, metrics)
    _add_model(app, model, name)
    _add_operations(app, admission, metrics)
    _add_page(app)
    return app


def _add_predictions(app: FastAPI, model: ServedModel, name: str, admission: Admission, metrics: Metrics) -> None:
    bodies = BodyFormat(model.signatures, model.sample_shape, admission.limits.max_samples, model.kind.name)

    async def predict(request: Request) -> Response:
        """Compute soft assignments, labels and embeddings of samples.

        `signature_name` selects one of these outputs.
        """
        entry: Entry = request.state.entry
        admission.check_rate(entry.client)
        body = await entry.body(request)
        return AnswerInPieces(await entry.made(Prediction(model, body, bodies, metrics)))

    async def say_that_only_predict_is_served(verb: str) -> None:
        reason = f"There is no method '{verb}': the model has only the method 'predict'."
        raise HTTPException(HTTPStatus.BAD_REQUEST, reason)

    answered = {"content": {"application/json": {"schema": answer_schema(model)}}}
    responses = refusals(*REFUSALS) | {200: answered}
    for version, path in _versions(name).items():
        app.post(
            f"{path}:predict",
            operation_id=f"predict{version}",
            response_class=JSONResponse,
            responses=responses,
            openapi_extra={"requestBody": request_body(bodies.described())},
        )(predict)
        app.post(f"{path}:{{verb}}", include_in_schema=False)(say_that_only_predict_is_served)


def _versions(name: str) -> dict[str, str]:
    """Return the addresses of the model: {suffix of an operation's name: address}."""
    return {"": f"/v1/models/{name}", "_version": f"/v1/models/{name}/versions/{VERSION}"}


def _add_model(app: FastAPI, model: ServedModel, name: str) -> None:
    said = metadata_of(model, name)

    async def status() -> Status:
        """Return the status of the model's only version."""
        return Status()

    async def metadata() -> Metadata:
        """Return the signatures of the model, with the shapes of their inputs and outputs."""
        return said

    for version, path in _versions(name).items():
        app.get(path, operation_id=f"status{version}")(status)
        app.get(f"{path}/metadata", operation_id=f"metadata{version}")(metadata)

    @app.api_route(f"/v1/models/{name}/labels/{{rest:path}}", methods=["GET", "POST"], include_in_schema=False)
    async def say_that_versions_have_no_labels() -> None:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"Versions have no labels here: ask /v1/models/{name}.")


def _add_operations(app: FastAPI, admission: Admission, metrics: Metrics) -> None:
    @app.head("/health", include_in_schema=False)
    @app.get("/health")
    async def health() -> Health:
        """Answer if the service runs."""
        return Health(status="ok")

    @app.head("/ready", include_in_schema=False)
    @app.get("/ready")
    async def ready(request: Request) -> Health:
        """Answer with status 200 if there is room for a prediction, else with 503."""
        entry: Entry = request.state.entry
        if not admission.is_ready(entry.client):
            full = HTTPStatus.SERVICE_UNAVAILABLE
            raise HTTPException(full, REFUSALS[full], LATER)
        return Health(status="ready")

    @app.get("/metrics", response_class=PlainTextResponse)
    def counts() -> Response:
        """Return counts of requests, their times, samples and clusters, for Prometheus."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _add_page(app: FastAPI) -> None:
    for name, kind in PAGE_FILES.items():
        _add_file(app, f"{PAGE_FOLDER}/{name}", Path(swagger_ui_path, name).read_bytes(), kind)
    script_file, style_file, icon = (f"{PAGE_FOLDER[1:]}/{name}" for name in PAGE_FILES)
    page = get_swagger_ui_html(  # addresses without a host, for proxies
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url=script_file,
        swagger_css_url=style_file,
        swagger_favicon_url=icon,
    )
    (script,) = re.findall(rb"<script>(.*?)</script>", bytes(page.body), re.DOTALL)
    known = f"sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}"
    page.headers[POLICY] = PAGE_POLICY.format(script=known)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return page


def _add_file(app: FastAPI, path: str, content: bytes, kind: str) -> None:
    """Add a file, which is kept in memory.

    Slow readers would otherwise keep it open, one time each.
    """

    @app.get(path, include_in_schema=False)
    async def file() -> Response:
        return AnswerInPieces(content, media_type=kind)
