"""Settings that a model keeps make the same model again."""

import keras
import numpy as np
import pytest

from kerasclust.models.catalog import methods

SHAPE = (None, 6)


@pytest.mark.parametrize("name", methods())
def test_a_model_with_default_settings_is_the_same_from_its_config_and_its_file(name, tmp_path):
    model = methods()[name](3)
    model.build(SHAPE)
    again = type(model).from_config(model.get_config())
    again.build(SHAPE)
    assert [w.shape for w in again.get_weights()] == [w.shape for w in model.get_weights()]
    assert again.settings == model.settings
    assert (again.latent_dim, again.batch_size) == (model.latent_dim, model.batch_size)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    for ours, theirs in zip(model.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
