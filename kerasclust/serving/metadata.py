"""Status and metadata of a model, in the JSON of TensorFlow Serving."""

from collections.abc import Iterable

import tensorflow as tf
from pydantic import BaseModel
from tensorflow.core.framework import types_pb2

from kerasclust.serving.model import INPUT, ServedModel

VERSION = 1  # a service has one version of one model


class Outcome(BaseModel):
    """Result of loading a version."""

    error_code: str = "OK"
    error_message: str = ""


class VersionStatus(BaseModel):
    """A version of the model."""

    version: str = str(VERSION)
    state: str = "AVAILABLE"
    status: Outcome = Outcome()


class Status(BaseModel):
    """The versions of the model."""

    model_version_status: list[VersionStatus] = [VersionStatus()]


class Dimension(BaseModel):
    """Dimension of a tensor; -1 for the number of samples, and for the steps of series of any length."""

    size: str
    name: str = ""


class Shape(BaseModel):
    """Shape of a tensor."""

    dim: list[Dimension]
    unknown_rank: bool = False


class Tensor(BaseModel):
    """An input or an output of a signature."""

    dtype: str
    tensor_shape: Shape
    name: str


class Signature(BaseModel):
    """A function of the model, with its inputs and outputs."""

    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]
    method_name: str = "tensorflow/serving/predict"


class Signatures(BaseModel):
    """All signatures of the model."""

    signature_def: dict[str, Signature]


class SignatureMap(BaseModel):
    """All signatures of the model, wrapped as in the protocol."""

    signature_def: Signatures


class ModelSpec(BaseModel):
    """Name and version of the model."""

    name: str
    signature_name: str = ""
    version: str = str(VERSION)


class Metadata(BaseModel):
    """The model with its signatures."""

    model_spec: ModelSpec
    metadata: SignatureMap


def metadata_of(model: ServedModel, name: str) -> Metadata:
    """Return the metadata of a model.

    Args:
        model: the model.
        name: name of the model in addresses.
    """
    x = Tensor(dtype=_kind(model.kind), tensor_shape=_shape((None, *model.sample_shape)), name=INPUT)
    signatures = {
        signature: Signature(
            inputs={INPUT: x}, outputs={output: _tensor(spec, output) for output, spec in outputs.items()}
        )
        for signature, outputs in model.signatures.items()
    }
    wrapped = SignatureMap(signature_def=Signatures(signature_def=signatures))
    return Metadata(model_spec=ModelSpec(name=name), metadata=wrapped)


def _tensor(spec: tf.TensorSpec, name: str) -> Tensor:
    return Tensor(dtype=_kind(spec.dtype), tensor_shape=_shape(spec.shape), name=name)


def _kind(dtype: tf.DType) -> str:
    return types_pb2.DataType.Name(dtype.as_datatype_enum)


def _shape(sizes: Iterable[int | None]) -> Shape:
    return Shape(dim=[Dimension(size=str(-1 if size is None else size)) for size in sizes])
