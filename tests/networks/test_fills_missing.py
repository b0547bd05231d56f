"""Missing values at the entrance of networks."""

import keras
import numpy as np
import pytest

from kerasclust.networks import FillMissing, build_autoencoder, build_encoder, fills_missing

NAN = np.nan


def with_holes(shape, n=6):
    random = np.random.default_rng(0)
    x = random.normal(size=(n, *shape)).astype("float32")
    return np.where(random.random(x.shape) < 0.3, NAN, x).astype("float32")


@pytest.mark.parametrize(
    ("shape", "network"), [((7,), "auto"), ((16, 3), "auto"), ((8, 8, 2), "auto"), ((16, 3), "dec")]
)
def test_an_encoder_takes_zeros_for_missing_values(shape, network):
    x = with_holes(shape)
    encoder, _ = build_autoencoder(shape, 2, network)
    np.testing.assert_array_equal(encoder(x), encoder(np.nan_to_num(x)))
    normalized = build_encoder(shape, 2, network, normalized=True)
    assert np.isfinite(normalized(x, training=True)).all()
    assert isinstance(encoder.layers[1], FillMissing)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_it_does_in_half_precision(policy):
    layer = FillMissing(dtype=policy)
    assert np.isfinite(layer(with_holes((5,))).numpy().astype("float32")).all()


class Own(keras.Model):
    """A network of a user that is no graph of layers."""

    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(3)

    def call(self, x, training=None):
        return self.hidden(x) + (1.0 if training else 0.0)


def functional():
    inputs = keras.Input((5,))
    hidden = keras.layers.Dense(4, name="first")(inputs)
    return keras.Model(inputs, keras.layers.Dense(3, name="second")(hidden))


@pytest.mark.parametrize(
    "make", [Own, functional, lambda: keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])]
)
def test_a_network_of_a_user_does_and_stays_as_it_is(make):
    x = with_holes((5,))
    given = make()
    expected = given(np.nan_to_num(x)), given(np.nan_to_num(x), training=True)
    layers, weights = list(given.layers), given.get_weights()
    network = fills_missing(given)
    assert network is given and list(network.layers) == layers
    np.testing.assert_array_equal(network(x), expected[0])
    np.testing.assert_array_equal(network(x, training=True), expected[1])
    np.testing.assert_array_equal(network.predict(x, verbose=0), network.predict(np.nan_to_num(x), verbose=0))
    for weight, before in zip(network.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, before)
    inputs = keras.Input((5,))
    np.testing.assert_array_equal(keras.Model(inputs, network(inputs))(x), expected[0])


def test_layers_of_a_wrapped_network_can_be_looked_into():
    network = fills_missing(functional())
    outputs = keras.Model(network.input, [network.get_layer(name).output for name in ("first", "second")])
    assert [tuple(output.shape) for output in outputs(np.zeros((2, 5)))] == [(2, 4), (2, 3)]
