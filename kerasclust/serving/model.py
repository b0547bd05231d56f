"""Models of any file format as named signatures, from samples to named arrays."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from kerasclust.data.pipeline import BATCH
from kerasclust.deployment import SAVED_MODEL, format_of
from kerasclust.deployment.signatures import ALL_OUTPUTS, input_signature, signatures
from kerasclust.errors import InputError
from kerasclust.runs.saved import load_model, load_saved_model
from kerasclust.types import Array

INPUT = "x"  # name of the samples in exported models
STEPS = 8  # of a series for the first computation


class ServedModel:
    """A model with named signatures.

    Args:
        functions: {name of a signature: concrete function of samples x (n, ...)}.
        samples: type and shape (None, ...) of the samples; (None, None, channels) for series of any length.
        owner: object that keeps the variables of the functions alive.
    """

    def __init__(self, functions: Mapping[str, Callable], samples: tf.TensorSpec, owner: object) -> None:
        self.sample_shape, self.kind = tuple(samples.shape[1:]), samples.dtype
        self._functions: dict[str, Any] = dict(functions)
        self._owner = owner

    @property
    def signatures(self) -> dict[str, dict[str, tf.TensorSpec]]:
        """Outputs of each signature, the default signature first.

        The form is {signature: {output: type and shape (n, ...)}}.
        """
        names = sorted(self._functions, key=lambda name: (name != ALL_OUTPUTS, name))
        return {name: dict(self._functions[name].structured_outputs) for name in names}

    def __call__(self, signature: str, x: Array) -> dict[str, Array]:
        """Compute the outputs of a signature.

        Args:
            signature: name of the signature.
            x: samples, array (n, ...) with n > 0. NaN is a missing value.

        Returns:
            {name of an output: array (n, ...)}.
        """
        function = self._functions[signature]
        parts = [function(x=tf.constant(x[start : start + BATCH], self.kind)) for start in range(0, len(x), BATCH)]
        return {name: np.concatenate([part[name].numpy() for part in parts]) for name in parts[0]}

    def warm_up(self) -> None:
        """Compute each signature once, to spare the first client TensorFlow's preparations."""
        for signature in self._functions:
            self(signature, np.zeros((1, *(STEPS if size is None else size for size in self.sample_shape))))


def load_served_model(path: str | os.PathLike, trust: bool = False) -> ServedModel:
    """Load the model of a run directory, a .keras file or a SavedModel directory.

    Args:
        path: path of the file or directory.
        trust: load a SavedModel, which is code.

    Raises:
        InputError: there is no model, it is damaged, kerasclust did not write it, or it is a SavedModel without
            `trust=True`.
    """
    path = Path(path).expanduser()
    if format_of(path) == SAVED_MODEL:
        return _of_saved_model(path, trust)
    return _of_keras_model(load_model(path))


def _of_saved_model(path: Path, trust: bool) -> ServedModel:
    loaded = load_saved_model(path, trust)
    functions = dict(loaded.signatures)
    inputs = {name: function.structured_input_signature[1] for name, function in functions.items()}
    found = {_samples(specs) for specs in inputs.values()}
    samples = found.pop() if len(found) == 1 else None
    shape = None if samples is None else samples.shape
    is_series = shape is not None and len(shape) == 3 and shape[2] is not None
    if samples is None or shape is None or (None in shape[1:] and not is_series) or ALL_OUTPUTS not in functions:
        raise InputError(
            f"{path} has other signatures than `model.export` writes: expected {ALL_OUTPUTS!r}, and for all signatures "
            f"the only input {INPUT!r}, with samples of one shape. Export the model again."
        )
    return ServedModel(functions, samples, loaded)


def _of_keras_model(model: Any) -> ServedModel:
    model.check_clusters()
    functions = {
        name: tf.function(function, input_signature=input_signature(model)).get_concrete_function()
        for name, function in signatures(model).items()
    }
    return ServedModel(functions, input_signature(model)[0], model)


def _samples(inputs: Mapping[str, tf.TensorSpec]) -> tf.TensorSpec | None:
    """Return type and shape of the only input, or None for other inputs."""
    return tf.TensorSpec(inputs[INPUT].shape, inputs[INPUT].dtype) if list(inputs) == [INPUT] else None
