"""Networks fit the shape of the data."""

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.networks import build_autoencoder, build_critic


@pytest.mark.parametrize("shape", [(7,), (256, 17), (100, 3), (13, 1), (28, 28, 1), (9, 31, 3)])
def test_decoder_returns_the_shape_that_the_encoder_takes(shape):
    encoder, decoder = build_autoencoder(shape, latent_dim=3)
    z = encoder(np.zeros((2, *shape), "float32"))
    assert tuple(z.shape) == (2, 3)
    assert tuple(decoder(z).shape) == (2, *shape)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, second, other = (build_autoencoder((5,), 2, seed=seed)[0].get_weights()[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 0


def test_layers_of_one_network_start_differently():
    encoder, _ = build_autoencoder((256,), 2, units=(256, 256))
    first, second = encoder.get_weights()[0], encoder.get_weights()[2]
    assert np.abs(first - second).max() > 0


def test_dense_networks_flatten_any_shape():
    encoder, decoder = build_autoencoder((4, 3), 2, network="dense")
    assert tuple(decoder(encoder(np.zeros((5, 4, 3), "float32"))).shape) == (5, 4, 3)


def test_without_hidden_layers_a_network_is_linear():
    encoder, decoder = build_autoencoder((5,), 3, units=())
    assert [weight.shape for weight in (*encoder.get_weights(), *decoder.get_weights())] == [(5, 3), (3,), (3, 5), (5,)]
    x = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    np.testing.assert_allclose(encoder(x.mean(axis=0, keepdims=True))[0], np.mean(encoder(x), axis=0), atol=1e-6)
    with pytest.raises(InputError, match="dense"):
        build_autoencoder((8, 2), 3, units=())


@pytest.mark.parametrize(("shape", "network"), [((5,), "conv1d"), ((8, 2), "conv2d"), ((8, 2), "transformer")])
def test_a_network_that_does_not_fit_is_refused(shape, network):
    with pytest.raises(InputError, match=network):
        build_autoencoder(shape, 2, network=network)


def test_samples_with_too_many_axes_are_refused():
    with pytest.raises(InputError, match="4 axes"):
        build_autoencoder((2, 2, 2, 2), 2)


def test_critic_gives_one_logit():
    assert tuple(build_critic(4)(np.zeros((3, 4), "float32")).shape) == (3, 1)
