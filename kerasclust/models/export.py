"""SavedModel export with named signatures."""

import os
import shutil

import keras
import tensorflow as tf


def export_model(model, path):
    """Write a fitted model as a SavedModel; `DeepClusteringModel.export` documents the signatures.

    It is written beside `path` first, so that a failure leaves what was there untouched.
    """
    path = os.fspath(path)
    signature = [tf.TensorSpec((None, *model.sample_shape), tf.float32, name="x")]

    def serve(x):
        z = model.latent(x)
        q = model.soft_assignment(z)
        return {"soft_assignment": q, "labels": tf.argmax(q, axis=1), "embedding": z}

    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint("serving_default", serve, signature)
    for output in ("soft_assignment", "labels", "embedding"):
        archive.add_endpoint(output, lambda x, output=output: {output: serve(x)[output]}, signature)
    partial = f"{path}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    archive.write_out(partial, verbose=False)
    shutil.rmtree(path, ignore_errors=True)
    os.replace(partial, path)
