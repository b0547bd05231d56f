"""Settings of a run that were changed."""

import json

import pytest

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
