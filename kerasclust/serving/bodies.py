"""Bodies of questions and answers, in the row and column formats of TensorFlow Serving.

A body is read sample by sample, and an answer is written batch by batch, so that neither takes much more memory than
its bytes, and other requests go on meanwhile. The same pydantic types check samples and describe them in the OpenAPI
schema.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from kerasclust.data.unequal import padded
from kerasclust.system.neutral import neutral_line
from kerasclust.types import Array

LARGEST = math.nextafter(2.0**128 - 2.0**103, 0)  # what rounds to the largest float32, as 3.4028235e38 does
NUMBERS = 2**16  # most numbers of a series of any length
TOGETHER = 4096  # numbers, of one or more samples, that become an array at once
PER_NUMBER, PER_SAMPLE = 128, 1024  # most characters, with white space and brackets
NAME = 256  # most characters of a name
SPACE = re.compile(rb"[ \t\n\r]*")
CUT = 8  # characters that a number may lack at its end
ANNOTATED: Any = Annotated  # as values: the types below are made at run time, and no checker of types can follow
LITERAL: Any = Literal


class BodyFormat:
    """Format of the bodies that a service accepts.

    Args:
        signatures: names of the model's signatures, the default signature first.
        sample_shape: shape of one sample; (None, channels) for series of any length.
        max_samples: most samples of one body.
        kind: type of the numbers that the model takes, "float32" or "float64".
    """

    def __init__(
        self,
        signatures: Iterable[str],
        sample_shape: Sequence[int | None],
        max_samples: int,
        kind: Literal["float32", "float64"] = "float32",
    ) -> None:
        self.signatures = tuple(signatures)
        self.sample_shape = tuple(sample_shape)
        self.max_samples = max_samples
        self.kind = kind
        sample: Any = ANNOTATED[float, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)] | None
        for size in reversed(self.sample_shape):
            sample = _list_of(sample, size or 1, self.most_steps if size is None else size)
        strict = ConfigDict(extra="forbid", strict=True)
        self._sample_type = sample
        self._named_type = create_model("NamedSample", x=(sample, ...), __config__=strict)
        self.sample: TypeAdapter[Any] = TypeAdapter(sample, config=ConfigDict(strict=True))
        self.named: TypeAdapter[Any] = TypeAdapter(self._named_type)

    @property
    def numbers(self) -> int:
        """Most numbers in a sample."""
        return math.prod(self.most_steps if size is None else size for size in self.sample_shape)

    @property
    def most_steps(self) -> int:
        """Most steps of a series of any length."""
        return max(1, NUMBERS // (self.sample_shape[-1] or 1))

    def array(self, samples: Sequence[Any]) -> Array:
        """Return samples as an array (n, ...), where null is NaN; series of any length are padded."""
        if None not in self.sample_shape:
            return np.asarray(samples, self.kind)
        return padded([np.asarray(sample, self.kind) for sample in samples])

    def described(self) -> type[BaseModel]:
        """Return a pydantic model of a whole body, for the description of the service."""
        sample, named = self._sample_type, self._named_type
        samples = _list_of(sample, 1, self.max_samples)
        named_column = create_model("NamedSamples", x=(samples, ...), __config__=ConfigDict(extra="forbid"))
        names = (*self.signatures, "")
        formats: Any = {"oneOf": [{"required": ["instances"]}, {"required": ["inputs"]}]}
        # The factory's value is never used. Unlike a default it stays out of the schema.
        rows, column = "Samples, each bare or as the input x.", "All samples, bare or as the input x."
        return create_model(
            "Body",
            __config__=ConfigDict(extra="forbid", json_schema_extra=formats),
            signature_name=(LITERAL[names], self.signatures[0]),
            instances=(
                _list_of(sample | named, 1, self.max_samples),
                Field(default_factory=list, description=rows),
            ),
            inputs=(samples | named_column, Field(default_factory=list, description=column)),
        )


def _list_of(item: Any, least: int, most: int) -> Any:
    """Return the type of a list whose check ends with the first error.

    A bad sample can have many errors.
    """
    return ANNOTATED[list[item], Field(min_length=least, max_length=most, fail_fast=True)]


class BadBody(Exception):
    """Error in a body.

    Args:
        reason: sentence that says what is wrong.
        place: keys and numbers that lead to it.
    """

    def __init__(self, reason: str, *place: int | str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place

    def refusal(self, sample_shape: Sequence[int | None]) -> HTTPException:
        """Return the error as an answer, 400."""
        parts = [f"[{part}]" if isinstance(part, int) else f".{neutral_line(part)}" for part in self.place]
        where = "".join(parts).removeprefix(".")
        shape = f"[{', '.join('any length' if size is None else str(size) for size in sample_shape)}]"
        further = f" A sample has the shape {shape}." if where.startswith(("instances", "inputs")) else ""
        reason = f"{where}: {self.reason}.{further}" if where else f"{self.reason}."
        return HTTPException(HTTPStatus.BAD_REQUEST, reason)


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose names are there once, and can be said in an answer."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadBody("This name is there twice", name)
        found[name] = value
    return {neutral_line(name): value for name, value in found.items()}


CONSTANTS = {"NaN": None}  # a missing value; other constants are infinite, and refused
READER: Any = json.JSONDecoder(object_pairs_hook=_object_of, parse_constant=lambda name: CONSTANTS.get(name, math.inf))


class Question:
    """Content of a body.

    Args:
        body: JSON.
        format: format of the body.

    Attributes:
        signature: signature of the model.
        by_rows: True if the answer is a list with an entry for each sample, False if it has the outputs as columns.
        parts: samples, arrays (n, ...) in which NaN is a missing value; filled by `read`.
    """

    def __init__(self, body: bytes | bytearray, format: BodyFormat) -> None:
        self.signature = format.signatures[0]
        self.by_rows = True
        self.parts: list[Array] = []
        self._body = body
        self._format = format
        self._at = 0

    @property
    def held(self) -> int:
        """Bytes of the body and of the samples."""
        return len(self._body) + sum(part.nbytes for part in self.parts)

    def read(self) -> Iterator[None]:
        """Read the body, in steps.

        Raises:
            HTTPException: 400 with the error and its place in the body.
        """
        try:
            yield from self._object()
        except BadBody as error:
            raise error.refusal(self._format.sample_shape) from None
        self._body = b""

    def _object(self) -> Iterator[None]:
        if self._next() != b"{":
            raise BadBody('Invalid JSON: the body should be an object, {"instances": [...]}')
        keys: set[str] = set()
        for key in self._keys():
            keys.add(key)
            if key == "signature_name":
                self._read_signature()
            elif key == "instances":
                yield from self._samples(key)
            elif key == "inputs":
                self.by_rows = False
                yield from self._column()
            else:
                raise BadBody("Extra inputs are not permitted", key)
            if len(keys & {"instances", "inputs"}) == 2:
                break
        if len(keys & {"instances", "inputs"}) != 1:
            raise BadBody('The body should have "instances" (samples as rows) or "inputs" (as a column), one of them')
        if self._next():
            raise BadBody("Invalid JSON: more follows after its end")

    def _read_signature(self) -> None:
        name = self._value(NAME)
        if name not in (*self._format.signatures, ""):
            expected = " or ".join(map(repr, self._format.signatures))
            raise BadBody(f"Input should be {expected}", "signature_name")
        self.signature = name or self._format.signatures[0]

    def _column(self) -> Iterator[None]:
        if self._next() != b"{":
            yield from self._samples("inputs")
            return
        has_samples = False
        for key in self._keys("inputs"):
            if key != "x":
                raise BadBody("Extra inputs are not permitted" if has_samples else "Field required: x", "inputs")
            yield from self._samples("inputs", "x")
            has_samples = True
        if not has_samples:
            raise BadBody("Field required: x", "inputs")

    def _keys(self, *place: str) -> Iterator[str]:
        """Go through the keys of an object; after each the caller reads its value."""
        self._at += 1
        seen: set[str] = set()
        if self._next() == b"}":
            self._at += 1
            return
        while True:
            if self._next() != b'"':
                raise BadBody("Invalid JSON: expected a name in double quotes", *place)
            key = self._value(NAME)
            if key in seen:
                raise BadBody("This name is there twice", *place, key)
            seen.add(key)
            self._expect(b":")
            yield key
            if self._expect(b",", b"}") == b"}":
                return

    def _samples(self, *place: str) -> Iterator[None]:
        if self._next() != b"[":
            raise BadBody("Input should be a valid array", *place)
        self._at += 1
        if self._next() == b"]":
            raise BadBody("List should have at least 1 item", *place)
        most, rows, numbers = self._format.max_samples, [], 0
        count, end = 0, b","
        while end == b",":
            if count == most:
                raise BadBody(f"List should have at most {most:,} items", *place)
            rows.append(self._sample(*place, count))
            count += 1
            numbers += self._numbers(rows[-1])
            end = self._expect(b",", b"]")
            if numbers >= TOGETHER or end == b"]":
                self.parts.append(self._format.array(rows))
                rows, numbers = [], 0
            yield

    def _numbers(self, sample: Any) -> int:
        """Return how many numbers a sample has, at least 1."""
        shape = self._format.sample_shape
        return len(sample) * (shape[-1] or 1) if None in shape else max(1, self._format.numbers)

    def _sample(self, *place: int | str) -> Any:
        value = self._value(PER_SAMPLE + PER_NUMBER * self._format.numbers, *place)
        is_named = isinstance(value, dict) and place[0] == "instances"
        try:
            return (
                self._format.named.validate_python(value).x if is_named else self._format.sample.validate_python(value)
            )
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False, include_context=False)[0]
            reason = found["msg"].replace(" after validation", "")
            if not found["loc"] and found["type"] in ("list_type", "float_type"):
                reason = 'Expected lists of numbers (null for a missing value), bare or as {"x": ...}'
            raise BadBody(reason, *place, *found["loc"]) from None
        except OverflowError:
            raise BadBody("Input should be a finite number", *place) from None

    def _next(self) -> bytes:
        """Skip white space, and return the character there; nothing at the end."""
        found = SPACE.match(self._body, self._at)
        self._at = found.end() if found else self._at
        return bytes(self._body[self._at : self._at + 1])

    def _expect(self, *characters: bytes) -> bytes:
        found = self._next()
        if found not in characters:
            expected = " or ".join(character.decode() for character in characters)
            raise BadBody(f"Invalid JSON: expected {expected} at byte {self._at:,}")
        self._at += 1
        return found

    def _value(self, most: int, *place: int | str) -> Any:
        """Read a value of so many characters at most."""
        self._next()
        part = bytes(self._body[self._at : self._at + most]).decode("latin-1")  # a character for each byte
        try:
            value, length = READER.scan_once(part, 0)
        except (StopIteration, json.JSONDecodeError) as error:
            at = error.value if isinstance(error, StopIteration) else error.pos
            if len(part) == most and at > most - CUT:
                raise BadBody(f"This takes more than {most:,} characters", *place) from None
            raise BadBody(f"Invalid JSON at byte {self._at + at:,}", *place) from None
        except BadBody as error:
            raise BadBody(error.reason, *place, *error.place) from None
        except RecursionError:
            raise BadBody("Invalid JSON: recursion limit exceeded", *place) from None
        except ValueError as error:  # a number of thousands of digits
            raise BadBody(f"Invalid JSON: {error}", *place) from None
        end = self._at + length
        if not part[:length].isascii():
            value = READER.decode(self._body[self._at : end].decode("utf-8", "replace"))
        self._at = end
        return value


def write_answer(outputs: Sequence[dict[str, Array]], by_rows: bool) -> Iterator[bytes]:
    """Write outputs as JSON in the format of the question, in parts.

    A single output has no name.

    Args:
        outputs: {name: array (n, ...)} of each batch. What is not finite, as for a sample that the model cannot use,
            becomes null.
        by_rows: write rows if True, columns if False.
    """
    names = list(outputs[0])
    if by_rows or len(names) == 1:
        yield b'{"predictions": [' if by_rows else b'{"outputs": ['
        yield from _joined(outputs, names)
        yield b"]}"
        return
    yield b'{"outputs": {'
    for number, name in enumerate(names):
        yield f"{', ' if number else ''}{json.dumps(name)}: [".encode()
        yield from _joined(outputs, [name])
        yield b"]"
    yield b"}}"


def _joined(outputs: Sequence[dict[str, Array]], names: Sequence[str]) -> Iterator[bytes]:
    """Write a list with an entry for each sample, without its brackets."""
    for number, batch in enumerate(outputs):
        columns = [_with_nulls(batch[name]).tolist() for name in names]
        entries = (
            columns[0]
            if len(names) == 1
            else [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        )
        yield b", " * (number > 0) + json.dumps(entries, allow_nan=False)[1:-1].encode()


def _with_nulls(values: Array) -> Array:
    """Return numbers with None where they are not finite."""
    finite = np.isfinite(values)
    if finite.all():
        return values
    entries = values.astype(object)
    entries[~finite] = None
    return entries
