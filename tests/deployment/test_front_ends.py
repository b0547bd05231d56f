"""Front ends alone in the deployment formats, with missing values, unequal lengths and categories."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from kerasclust.compute.portable import portable_operations
from kerasclust.deployment.onnx import _log1p
from kerasclust.frontends import Combined, LogSpectrum, RandomConvolutions, SequenceStatistics, build_frontend

NAN = np.nan
TYPICAL = 20


def everything():
    """A front end that has all parts."""
    statistics = SequenceStatistics(scales=(1, 4), quantiles=(0.1, 0.5), activity=True)
    convolutions = RandomConvolutions(60, 10, steps=TYPICAL)
    return Combined([statistics, LogSpectrum(4, steps=TYPICAL), convolutions], compress=True)


def sequences(unequal):
    """Sequences with holes, a channel without values, a sample without any, and a sentinel."""
    random = np.random.default_rng(0)
    x = np.exp(random.normal(size=(60, 32, 3)).cumsum(axis=1)).astype("float32")
    x[random.random(x.shape) < 0.2] = NAN
    x[3], x[4, :, 1], x[5, 5:25], x[6, 0, 0] = NAN, NAN, NAN, 2.0**31
    if unequal:
        for sample, length in zip(x, random.integers(2, 33, size=60), strict=True):
            sample[length:] = NAN
    return x


def litert(frontend, shape, folder):
    """A function that runs a front end in LiteRT: raw x (b, ...) -> features."""
    from ai_edge_litert.interpreter import Interpreter

    inputs = keras.Input(shape)
    signature = [tf.TensorSpec((None, *shape), tf.float32, name="x")]
    with portable_operations():
        archive = keras.export.ExportArchive()
        archive.track(keras.Model(inputs, frontend(inputs)))
        archive.add_endpoint("serving_default", lambda x: {"features": frontend(x)}, signature)
        archive.write_out(str(folder), verbose=False)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=["serving_default"])
    converter.experimental_enable_resource_variables = False
    run = Interpreter(model_content=converter.convert()).get_signature_runner("serving_default")
    return lambda x: run(x=x)["features"]


def onnx(frontend, shape, folder):
    """A function that runs a front end in ONNX Runtime: raw x (b, ...) -> features."""
    from onnxruntime import InferenceSession
    from tf2onnx import convert

    signature = [tf.TensorSpec((None, *shape), tf.float32, name="x")]
    with portable_operations():
        found, _ = convert.from_function(
            tf.function(lambda x: frontend(x)), signature, opset=18, custom_op_handlers={"Log1p": (_log1p, [])}
        )
    session = InferenceSession(found.SerializeToString(), providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"x": x})[0]


@pytest.mark.parametrize("exported", [litert, onnx])
@pytest.mark.parametrize("unequal", [False, True])
@pytest.mark.filterwarnings("ignore:.*taken as missing", "ignore:.*scales from the median")
def test_features_of_sequences_with_missing_values(exported, unequal, tmp_path):
    x = sequences(unequal)
    shape = (None, 3) if unequal else x.shape[1:]
    frontend = build_frontend(everything(), shape, missing_feature=True)
    frontend.adapt(x)
    run = exported(frontend, shape, tmp_path)
    np.testing.assert_allclose(run(x), frontend(x), atol=1e-4)
    np.testing.assert_allclose(run(x[:1]), frontend(x[:1]), atol=1e-4)
    if unequal:
        longer = np.pad(x, ((0, 0), (0, 30), (0, 0)), constant_values=NAN)
        np.testing.assert_allclose(run(longer), frontend(x), atol=1e-4)
        np.testing.assert_allclose(run(x[:4, :3]), frontend(x[:4, :3]), atol=1e-4)


@pytest.mark.parametrize("exported", [litert, onnx])
@pytest.mark.parametrize("spec", ["raw", "shared_unit"])
def test_features_of_tables_with_categories_and_missing_values(exported, spec, tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(80, 4)).astype("float32")
    x[:, 1], x[:, 3] = random.integers(0, 3, 80), random.integers(0, 2, 80)
    x[random.random(x.shape) < 0.2] = NAN
    x[0, 1] = 7.0
    frontend = build_frontend(spec, (4,), categories={1: 3, 3: 2}, missing_feature=True)
    frontend.adapt(x)
    np.testing.assert_allclose(exported(frontend, (4,), tmp_path)(x), frontend(x), atol=1e-5)


@pytest.mark.parametrize("exported", [litert, onnx])
def test_pixels_of_images_with_missing_values(exported, tmp_path):
    random = np.random.default_rng(0)
    x = random.random((30, 6, 5, 2)).astype("float32")
    x[random.random(x.shape) < 0.2] = NAN
    frontend = build_frontend("raw", x.shape[1:], missing_feature=True)
    frontend.adapt(x)
    np.testing.assert_allclose(exported(frontend, x.shape[1:], tmp_path)(x), frontend(x), atol=1e-5)
