"""Requests and answers in the OpenAPI description of a service."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import tensorflow as tf
from pydantic import BaseModel

from kerasclust.serving.model import ServedModel

RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}}


class Error(BaseModel):
    """Reason why a request was refused."""

    error: str


class Health(BaseModel):
    """State of the service."""

    status: str


ANYWHERE = (HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE)
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "The body is not JSON, not what the model takes, or has too many samples.",
    HTTPStatus.REQUEST_TIMEOUT: "The body took too long.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is compressed.",
    HTTPStatus.MISDIRECTED_REQUEST: "The header Host has a name that is not the service's.",
    HTTPStatus.TOO_MANY_REQUESTS: "The client asks too often.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too much is in progress, or the service ends.",
}
LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


def refusals(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return responses of an operation, {status: description}, as FastAPI takes them."""
    return {
        int(status): {"model": Error, "description": REFUSALS[status]}
        | ({"headers": RETRY_AFTER} if status in LATER else {})
        for status in statuses
    }


def request_body(body_type: type[BaseModel]) -> dict[str, Any]:
    """Return the description of the body of a prediction.

    Args:
        body_type: result of `BodyFormat.described`.
    """
    schema = body_type.model_json_schema()
    definitions = schema.pop("$defs", {})
    return {"required": True, "content": {"application/json": {"schema": _resolved(schema, definitions)}}}


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema with its references replaced by definitions.

    An operation of OpenAPI cannot have definitions of its own.
    """
    if isinstance(schema, list):
        return [_resolved(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _resolved(part, definitions) for name, part in schema.items()}


def answer_schema(model: ServedModel) -> dict[str, Any]:
    """Return the JSON schema of answers: rows for `instances`, columns for `inputs`.

    A sample that the model cannot use has the label -1, and null for all other numbers.
    """
    rows, columns = [], []
    for outputs in model.signatures.values():
        row = {name: _array(spec.dtype, spec.shape[1:]) for name, spec in outputs.items()}
        rows.append(_list(_bare_or_object(row)))
        columns.append(_bare_or_object({name: _list(value) for name, value in row.items()}))
    return {"oneOf": [_object({"predictions": {"anyOf": rows}}), _object({"outputs": {"anyOf": columns}})]}


def _bare_or_object(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of some outputs; a single output has no name."""
    return next(iter(properties.values())) if len(properties) == 1 else _object(properties)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _array(kind: tf.DType, shape: Iterable[int | None]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer"} if kind.is_integer else {"type": ["number", "null"]}
    for size in reversed(tuple(shape)):
        schema = _list(schema) | ({} if size is None else {"minItems": size, "maxItems": size})
    return schema


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
