"""Bodies of predictions in TensorFlow Serving's row and column format: what is asked, and what is answered.

The model of the request is both the check of a body and its schema, so that the page of the service tells the truth.
"""

import json
from http import HTTPStatus
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

LARGEST = float(np.finfo("float32").max)
NAMED = "NamedSample"


class Question(NamedTuple):
    """What a body asks.

    Args:
        signature: of the model.
        x: float32 array (n, ...).
        by_rows: whether the answer is a list with an entry a sample, or the outputs as columns.
    """

    signature: str
    x: np.ndarray
    by_rows: bool


class _Body(BaseModel):
    """A prediction that is asked for: samples as rows (`instances`) or as a column (`inputs`)."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"oneOf": [{"required": ["instances"]}, {"required": ["inputs"]}]},
    )

    @model_validator(mode="after")
    def _has_one_format(self):
        if len(self.model_fields_set & {"instances", "inputs"}) != 1:
            raise ValueError('give "instances" (samples as rows) or "inputs" (as a column), one of them')
        return self


def body_type(signatures, sample_shape, max_samples: int) -> type[BaseModel]:
    """The pydantic model of the bodies that a service understands.

    Args:
        signatures: names of the model's, the default one first.
        sample_shape: of one sample.
        max_samples: of one body.
    """
    sample: Any = Annotated[float, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
    for size in reversed(sample_shape):
        sample = _list_of(sample, size, size)
    samples = _list_of(sample, 1, max_samples)
    strict = ConfigDict(extra="forbid", strict=True)
    named_row = create_model(NAMED, x=(sample, ...), __config__=strict)
    named_column = create_model(f"{NAMED}s", x=(samples, ...), __config__=strict)
    either = Field(union_mode="left_to_right")
    rows = _list_of(Annotated[sample | named_row, either], 1, max_samples)
    column = Annotated[samples | named_column, either]
    return create_model(
        "Body",
        __base__=_Body,
        signature_name=(Literal[tuple(signatures)], next(iter(signatures))),
        # The factory's value is never used: unlike a default it is not in the schema, and "null" is refused.
        instances=(rows, Field(default_factory=list, description="Samples, each bare or as the input x.")),
        inputs=(column, Field(default_factory=list, description="All samples, bare or as the input x.")),
    )


def _list_of(item, least, most):
    """A list whose check ends with the first error: a bad body may have millions, and one is told."""
    return Annotated[list[item], Field(min_length=least, max_length=most, fail_fast=True)]


def read_question(body: bytes, body_type: type[BaseModel], sample_shape) -> Question:
    """What a body asks.

    Args:
        body: JSON.
        body_type: what `body_type` made.
        sample_shape: what it was made of.

    Raises:
        HTTPException: 400 with what is wrong and where.
    """
    try:
        asked = body_type.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error, sample_shape) from error
    by_rows = "instances" in asked.model_fields_set
    if by_rows:
        samples = [sample.x if isinstance(sample, BaseModel) else sample for sample in asked.instances]
    else:
        samples = asked.inputs.x if isinstance(asked.inputs, BaseModel) else asked.inputs
    return Question(asked.signature_name, np.asarray(samples, "float32"), by_rows)


def _refusal(error: ValidationError, sample_shape) -> HTTPException:
    # Of the two forms that samples may have, the one that fits better fails deeper inside.
    found = max(error.errors(include_url=False, include_input=False), key=lambda found: len(found["loc"]))
    place = [part for part in found["loc"] if not _is_form(part)]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
    what = found["msg"].removeprefix("Value error, ").replace(" after validation", "")
    if found["loc"] and _is_form(found["loc"][-1]) and found["type"] in ("list_type", "model_type"):
        what = 'Expected lists of numbers, bare or as {"x": ...}'
    further = f" A sample has the shape {list(sample_shape)}." if place[:1] in (["instances"], ["inputs"]) else ""
    return HTTPException(HTTPStatus.BAD_REQUEST, f"{where}: {what}.{further}" if where else f"{what}.")


def _is_form(part) -> bool:
    """Whether a part of pydantic's place of an error is no place, but the form of samples that it has tried."""
    return isinstance(part, str) and (NAMED in part or "[" in part)


def write_answer(outputs: dict[str, np.ndarray], by_rows: bool) -> bytes:
    """The outputs of a model as JSON in the format of the question; the only output of a signature has no name.

    Args:
        outputs: {name: array (n, ...)}, all finite.
        by_rows: as in `Question`.
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
