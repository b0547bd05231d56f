"""Exports in the runtimes that they are made for, against their Keras models."""

import os

import numpy as np
import tensorflow as tf

from kerasclust.deployment import FORMATS

TIE = 1e-5  # difference of the two largest soft assignments from which on the label is no matter of rounding


def deployed(model, format, folder):
    """The same as `loaded` gives, of an export that is written to a folder first."""
    path = folder / f"model{FORMATS[format]}"
    model.export(path, format)
    return loaded(format, path)


def loaded(format, path):
    """A function that runs an export in the runtime of its format: raw x (b, ...) -> {output: array}."""
    return {"saved_model": _saved_model, "litert": _litert, "onnx": _onnx}[format](os.fspath(path))


def _saved_model(path):
    model = tf.saved_model.load(path)
    serve = model.signatures["serving_default"]

    def run(x, kept_alive=model):
        return {name: value.numpy() for name, value in serve(x=tf.constant(x)).items()}

    return run


def _litert(path):
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_path=path).get_signature_runner("serving_default")
    return lambda x: runner(x=x)


def _onnx(path):
    from onnxruntime import InferenceSession

    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda x: dict(zip(names, session.run(names, {"x": x}), strict=True))


def differences(run, model, x, batches=(1, 7, 1000)):
    """How an export differs from its Keras model on raw samples x (n, ...).

    Args:
        run: what `loaded` returned.
        model: the Keras model.
        x: samples, which are given to it in batches that end at these positions.
        batches: positions.

    Returns:
        (labels that differ where the two largest assignments do not tie, ties, largest difference of an assignment).
    """
    parts = [run(part) for part in np.split(x, batches)]
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    q, z = model.predict(x), model.encode(x)
    np.testing.assert_allclose(found["embedding"], z, rtol=1e-3, atol=1e-4 * np.abs(z).max())
    second, first = np.sort(q, axis=1)[:, -2:].T
    ties = first - second < TIE
    return (
        int(np.sum(found["labels"][~ties] != q.argmax(axis=1)[~ties])),
        int(ties.sum()),
        float(np.abs(found["soft_assignment"] - q).max()),
    )
