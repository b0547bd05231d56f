"""What a run was trained on, so that new data is read the same way."""

import os
from dataclasses import dataclass
from pathlib import Path

from kerasclust.datasets.files import is_table
from kerasclust.errors import InputError
from kerasclust.runs import RunDirectory
from kerasclust.runs.saved import metadata
from kerasclust.system.json_files import has_form

TABLE_OPTIONS = ("window", "stride", "id_column", "time_column")
RECORDED = {"options": dict, "channel_names": [str]}  # what is read of settings.json
OPTION = (int, float, str, type(None))


@dataclass(frozen=True)
class TrainedOn:
    """The data of a training.

    Args:
        options: that it was loaded with, {name: value}.
        channels: names of its channels, empty where they have none or are not known.
    """

    options: dict
    channels: tuple[str, ...]

    @classmethod
    def of(cls, model: str | os.PathLike) -> "TrainedOn":
        """What settings.json says, in a run directory or beside one of its models; else what the model says itself.

        Raises:
            InputError: it is damaged.
        """
        path = Path(model).expanduser()
        directories = [RunDirectory(path), RunDirectory(path.parent)]
        run = next((directory for directory in directories if directory.has("settings")), None)
        if run is None:
            return cls({}, _channels_of(path))
        settings = {"options": {}, "channel_names": []} | run.read_json("settings")
        if not has_form(settings, RECORDED) or not all(map(_is_option, settings["options"].items())):
            raise InputError(f"{run.file('settings')} is not what a run writes: was it changed?")
        return cls(settings["options"], tuple(settings["channel_names"]))

    def options_for(self, data: str) -> dict:
        """Options to load new data with: for a table those of the training, with its channels as the columns."""
        if not is_table(data):
            return {}
        options = {name: value for name, value in self.options.items() if name in TABLE_OPTIONS}
        return options | ({"channels": list(self.channels)} if self.channels else {})

    def check_channels(self, data) -> None:
        """Refuse a data set whose channels are others, or in another order.

        Raises:
            InputError: with both lists of names.
        """
        if self.channels and data.channel_names and tuple(data.channel_names) != self.channels:
            raise InputError(
                f"The model was trained on the channels {', '.join(self.channels)}, but {data.name} has "
                f"{', '.join(data.channel_names)}: give the same ones in the same order."
            )


def _channels_of(model):
    samples = (metadata(model) or {}).get("training_samples") or {}
    return tuple(samples.get("channel_names", ()))


def _is_option(option) -> bool:
    name, value = option
    return has_form(value, [str] if name == "channels" else OPTION)
