"""A model of any kind as named signatures: samples in, named arrays out."""

import os
from pathlib import Path

import numpy as np
import tensorflow as tf

from kerasclust.data.pipeline import BATCH
from kerasclust.deployment import SAVED_MODEL, format_of
from kerasclust.deployment.signatures import ALL_OUTPUTS, input_signature, signatures
from kerasclust.errors import InputError
from kerasclust.runs import RunDirectory
from kerasclust.runs.saved import load_model, load_saved_model

INPUT = "x"  # what exports call their samples


class ServedModel:
    """A model that answers by signature.

    Args:
        functions: {name of a signature: concrete function of float32 samples x (n, ...)}.
        sample_shape: of one sample.
        owner: what has the variables of the functions, which only refer to them.
    """

    def __init__(self, functions, sample_shape, owner):
        self.sample_shape = tuple(sample_shape)
        self._functions = dict(functions)
        self._owner = owner

    @property
    def signatures(self) -> dict[str, dict[str, tf.TensorSpec]]:
        """{name of a signature: {name of an output: its kind and shape (n, ...)}}, the default one first."""
        names = sorted(self._functions, key=lambda name: (name != ALL_OUTPUTS, name))
        return {name: dict(self._functions[name].structured_outputs) for name in names}

    def __call__(self, signature: str, x: np.ndarray) -> dict[str, np.ndarray]:
        """The outputs of a signature for samples.

        Args:
            signature: its name.
            x: float32 array (n, ...), n > 0.

        Returns:
            {name of an output: array (n, ...)}.
        """
        function = self._functions[signature]
        parts = [function(x=tf.constant(x[start : start + BATCH])) for start in range(0, len(x), BATCH)]
        return {name: np.concatenate([part[name].numpy() for part in parts]) for name in parts[0]}

    def warm_up(self) -> None:
        """Answer a sample by each signature: what TensorFlow does only once is not left to the first client."""
        for signature in self._functions:
            self(signature, np.zeros((1, *self.sample_shape), "float32"))


def load_served_model(path: str | os.PathLike) -> ServedModel:
    """The model of a run (its SavedModel, where it has one), of a .keras file or of a SavedModel directory.

    Raises:
        InputError: there is no model, it is damaged, or it is not one of kerasclust's.
    """
    path = Path(path).expanduser()
    exported = RunDirectory(path).file("saved_model")
    for candidate in (path, exported):
        if format_of(candidate) == SAVED_MODEL:
            return _of_saved_model(candidate)
    return _of_keras_model(load_model(path))


def _of_saved_model(path):
    loaded = load_saved_model(path)
    functions = dict(loaded.signatures)
    inputs = {name: function.structured_input_signature[1] for name, function in functions.items()}
    shapes = {tuple(specs[INPUT].shape) if list(specs) == [INPUT] else None for specs in inputs.values()}
    shape = shapes.pop() if len(shapes) == 1 else None
    if shape is None or None in shape[1:] or ALL_OUTPUTS not in functions:
        raise InputError(
            f"{path} has other signatures than `kerasclust fit` and `model.export` write: {ALL_OUTPUTS} and all "
            f"others take samples {INPUT!r} of one shape."
        )
    return ServedModel(functions, shape[1:], loaded)


def _of_keras_model(model):
    model.check_clusters()
    functions = {
        name: tf.function(function, input_signature=input_signature(model)).get_concrete_function()
        for name, function in signatures(model).items()
    }
    return ServedModel(functions, model.sample_shape, model)
