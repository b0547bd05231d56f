"""Settings of a run that were changed, and data with other channels."""

import json

import numpy as np
import pytest

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.runs.trained_on import TrainedOn


@pytest.mark.parametrize(
    "settings",
    [
        [],
        {"options": []},
        {"options": {"id_column": ["a"]}},
        {"options": {"channels": 5}},
        {"options": {"window": {}}},
        {"channel_names": [3]},
        {"channel_names": "rsrp"},
    ],
)
def test_settings_that_no_run_wrote_are_refused(settings, tmp_path):
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    with pytest.raises(InputError, match=r"settings\.json is not what a run writes"):
        TrainedOn.of(tmp_path)


def test_other_channels_than_those_of_the_training_are_told_in_a_short_message():
    names = tuple(f"c{number}" for number in range(5000))
    TrainedOn({}, {}, names).check_channels(DataSet("new", np.zeros((1, 5000)), channel_names=names))
    with pytest.raises(InputError, match=r"channels c0, .*, c19 and 4,980 more, but new has c1, .* and 4,979 more"):
        TrainedOn({}, {}, names).check_channels(DataSet("new", np.zeros((1, 4999)), channel_names=names[1:]))
