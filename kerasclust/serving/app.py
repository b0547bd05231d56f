"""The service: one model behind TensorFlow Serving's REST API."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import numpy as np
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException as AnyHTTPException
from swagger_ui_bundle import swagger_ui_path

from kerasclust import __version__
from kerasclust.serving.admission import Admission
from kerasclust.serving.bodies import body_type, read_question, write_answer
from kerasclust.serving.limits import Limits
from kerasclust.serving.metadata import VERSION, Metadata, Status, metadata_of
from kerasclust.serving.metrics import CountedRequests, Metrics
from kerasclust.serving.model import ServedModel
from kerasclust.serving.schemas import REFUSALS, Health, answer_schema, refusals, request_body
from kerasclust.system.memory import usable_cores
from kerasclust.types import Array

PAGE_FILES = "/docs/files"


def create_app(model: ServedModel, name: str = "kerasclust", limits: Limits | None = None) -> FastAPI:
    """Create a service for a model, as an ASGI application.

    Args:
        model: the model; `kerasclust.serving.model.load_served_model` loads it.
        name: name of the model in addresses: letters, digits, "_", "-" and ".".
        limits: limits of the service; None for the default.
    """
    limits = Limits() if limits is None else limits
    admission = Admission(limits)
    metrics = Metrics(lambda: admission.present)
    threads = ThreadPoolExecutor(usable_cores(), "prediction")  # more threads would wait for a core

    app = FastAPI(
        title="kerasclust",
        version=__version__,
        description=f"Clusters of samples by the model {name!r}, with the REST API of TensorFlow Serving.",
        docs_url=None,  # FastAPI's own pages load scripts from the internet
        redoc_url=None,
    )
    app.state.threads = threads
    app.add_middleware(CountedRequests, metrics=metrics)

    @app.exception_handler(AnyHTTPException)  # also errors of the framework, such as an unknown path
    async def say_why(request: Request, error: AnyHTTPException) -> JSONResponse:
        reason = error.detail
        if error.status_code == HTTPStatus.NOT_FOUND:
            reason = (
                f"There is no {request.url.path}: the model is at /v1/models/{name}, and /docs says what else there is."
            )
        return JSONResponse({"error": reason}, error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def say_that_it_failed(*_: object) -> JSONResponse:
        return JSONResponse({"error": "The service failed: its log says why."}, HTTPStatus.INTERNAL_SERVER_ERROR)

    _add_predictions(app, model, name, admission, metrics, threads)
    _add_model(app, model, name)
    _add_operations(app, admission, metrics)
    _add_page(app)
    return app


def _add_predictions(
    app: FastAPI,
    model: ServedModel,
    name: str,
    admission: Admission,
    metrics: Metrics,
    threads: ThreadPoolExecutor,
) -> None:
    bodies = body_type(model.signatures, model.sample_shape, admission.limits.max_samples)

    def answer(body: bytes) -> bytes:
        question = read_question(body, bodies, model.sample_shape)
        outputs = model(question.signature, question.x)
        _check_finite(outputs)
        metrics.count_prediction(question.signature, outputs)
        return write_answer(outputs, question.by_rows)

    async def predict(request: Request) -> Response:
        """Compute soft assignments, labels and embeddings of samples.

        `signature_name` selects one of these outputs.
        """
        with admission.entered(request):
            body = await admission.body_of(request)
            content = await asyncio.get_running_loop().run_in_executor(threads, answer, body)
        return Response(content, media_type="application/json")

    answered = {"content": {"application/json": {"schema": answer_schema(model)}}}
    responses = refusals(*REFUSALS) | {200: answered}
    for version, path in _versions(name).items():
        app.post(
            f"{path}:predict",
            operation_id=f"predict{version}",
            response_class=JSONResponse,
            responses=responses,
            openapi_extra={"requestBody": request_body(bodies)},
        )(predict)


def _check_finite(outputs: dict[str, Array]) -> None:
    for values in outputs.values():
        finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        if not finite.all():
            reason = f"The model has no finite answer for sample {int(finite.argmin())}: its values are too large."
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, reason)


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


def _add_operations(app: FastAPI, admission: Admission, metrics: Metrics) -> None:
    @app.get("/health")
    async def health() -> Health:
        """Answer if the service runs."""
        return Health(status="ok")

    @app.get("/ready", responses=refusals(HTTPStatus.SERVICE_UNAVAILABLE))
    async def ready() -> Health:
        """Answer with status 200 if there is room for a prediction, else with 503."""
        if admission.is_full:
            full = HTTPStatus.SERVICE_UNAVAILABLE
            raise HTTPException(full, REFUSALS[full], {"Retry-After": "1"})
        return Health(status="ready")

    @app.get("/metrics", response_class=PlainTextResponse)
    def counts() -> Response:
        """Return counts of requests, their times, samples and clusters, for Prometheus."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)


def _add_page(app: FastAPI) -> None:
    app.mount(PAGE_FILES, StaticFiles(directory=swagger_ui_path))

    @app.get("/docs", include_in_schema=False)
    async def page() -> Response:
        return get_swagger_ui_html(  # addresses without a host, for proxies
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url=f"{PAGE_FILES[1:]}/swagger-ui-bundle.js",
            swagger_css_url=f"{PAGE_FILES[1:]}/swagger-ui.css",
            swagger_favicon_url=f"{PAGE_FILES[1:]}/favicon-32x32.png",
        )
