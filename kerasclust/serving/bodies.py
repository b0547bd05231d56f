"""Bodies of questions and answers, in the row and column formats of TensorFlow Serving.

The same pydantic model checks a body and describes it in the OpenAPI schema.
"""

import json
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from kerasclust.types import Array

LARGEST = float(np.finfo("float32").max)
NAMED = "NamedSample"
ANNOTATED: Any = Annotated  # as values: the types below are made at run time, and no checker of types can follow
LITERAL: Any = Literal


class Question(NamedTuple):
    """Content of a body.

    Args:
        signature: signature of the model.
        x: samples, float32 array (n, ...).
        by_rows: True if the answer is a list with an entry for each sample, False if it has the outputs as columns.
    """

    signature: str
    x: Array
    by_rows: bool


class _Body(BaseModel):
    """Samples to predict on, as rows (`instances`) or as a column (`inputs`)."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"oneOf": [{"required": ["instances"]}, {"required": ["inputs"]}]},
    )

    @model_validator(mode="after")
    def _has_one_format(self) -> "_Body":
        if len(self.model_fields_set & {"instances", "inputs"}) != 1:
            raise ValueError('give "instances" (samples as rows) or "inputs" (as a column), one of them')
        return self


def body_type(signatures: Iterable[str], sample_shape: Sequence[int], max_samples: int) -> type[BaseModel]:
    """Return the pydantic model of the bodies that a service accepts.

    Args:
        signatures: names of the model's signatures, the default signature first.
        sample_shape: shape of one sample.
        max_samples: most samples of one body.
    """
    names = tuple(signatures)
    sample: Any = ANNOTATED[float, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
    for size in reversed(sample_shape):
        sample = _list_of(sample, size, size)
    samples = _list_of(sample, 1, max_samples)
    strict = ConfigDict(extra="forbid", strict=True)
    named_row = create_model(NAMED, x=(sample, ...), __config__=strict)
    named_column = create_model(f"{NAMED}s", x=(samples, ...), __config__=strict)
    either = Field(union_mode="left_to_right")
    rows = _list_of(ANNOTATED[sample | named_row, either], 1, max_samples)
    column: Any = ANNOTATED[samples | named_column, either]
    return create_model(
        "Body",
        __base__=_Body,
        signature_name=(LITERAL[names], names[0]),
        # The factory's value is never used. Unlike a default it stays out of the schema, and "null" is refused.
        instances=(rows, Field(default_factory=list, description="Samples, each bare or as the input x.")),
        inputs=(column, Field(default_factory=list, description="All samples, bare or as the input x.")),
    )


def _list_of(item: Any, least: int, most: int) -> Any:
    """Return the type of a list whose check ends with the first error.

    A bad body can have millions of errors.
    """
    return ANNOTATED[list[item], Field(min_length=least, max_length=most, fail_fast=True)]


def read_question(body: bytes, body_type: type[BaseModel], sample_shape: Sequence[int]) -> Question:
    """Read a body.

    Args:
        body: JSON.
        body_type: result of `body_type`.
        sample_shape: shape of one sample.

    Raises:
        HTTPException: 400 with the error and its place in the body.
    """
    try:
        asked: Any = body_type.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error, sample_shape) from error
    by_rows = "instances" in asked.model_fields_set
    samples = [_bare(sample) for sample in asked.instances] if by_rows else _bare(asked.inputs)
    return Question(asked.signature_name, np.asarray(samples, "float32"), by_rows)


def _bare(samples: Any) -> Any:
    """Return one or several samples without the name of the input."""
    return getattr(samples, "x", samples)


def _refusal(error: ValidationError, sample_shape: Sequence[int]) -> HTTPException:
    # Samples can have two forms; the form that was meant fails deeper inside the body.
    found = max(error.errors(include_url=False, include_input=False), key=lambda found: len(found["loc"]))
    place = [part for part in found["loc"] if not _is_form(part)]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    what = found["msg"].removeprefix("Value error, ").replace(" after validation", "")
    if found["loc"] and _is_form(found["loc"][-1]) and found["type"] in ("list_type", "model_type"):
        what = 'Expected lists of numbers, bare or as {"x": ...}'
    further = f" A sample has the shape {list(sample_shape)}." if place[:1] in (["instances"], ["inputs"]) else ""
    return HTTPException(HTTPStatus.BAD_REQUEST, f"{where}: {what}.{further}" if where else f"{what}.")


def _is_form(part: int | str) -> bool:
    """Return True if a part of an error's place is a form of samples, not a place."""
    return isinstance(part, str) and (NAMED in part or "[" in part)


def write_answer(outputs: dict[str, Array], by_rows: bool) -> bytes:
    """Return outputs as JSON in the format of the question; a single output has no name.

    Args:
        outputs: {name: array (n, ...)}, all finite.
        by_rows: write rows if True, columns if False.
    """
    columns = {name: values.tolist() for name, values in outputs.items()}
    if len(columns) == 1:
        (values,) = columns.values()
        answer = {"predictions" if by_rows else "outputs": values}
    elif by_rows:
        answer = {"predictions": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}
    else:
        answer = {"outputs": columns}
    return json.dumps(answer, allow_nan=False).encode()
