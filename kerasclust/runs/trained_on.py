"""Training data of a run, so that new data is read the same way."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.runs.directory import RunDirectory
from kerasclust.system.json_files import has_form
from kerasclust.system.quiet import import_tensorflow

RECORDED: dict[str, Any] = {"options": dict, "reading": dict, "channel_names": [str]}  # what is read of settings.json
MOST_LISTED = 20  # channels that a message names
OPTION = (int, float, str, type(None))
SEVERAL = ("channels", "drop", "rate", "missing_value")  # options with a list


@dataclass(frozen=True)
class TrainedOn:
    """Data of a training.

    Args:
        options: options that it was loaded with, {name: value}.
        reading: options with which a table of the same kind is read the same way, see `DataSet.reading`.
        channels: names of its channels; empty where they have no names or are unknown.
    """

    options: dict[str, Any]
    reading: dict[str, Any]
    channels: tuple[str, ...]

    @classmethod
    def of(cls, model: str | os.PathLike[str]) -> "TrainedOn":
        """Read the training data from settings.json of a run, or else from the metadata of a model.

        Args:
            model: a run directory, a model in a run directory, or any other saved model.

        Raises:
            InputError: settings.json or the model is damaged.
        """
        path = Path(model).expanduser()
        directories = [RunDirectory(path), RunDirectory(path.parent)]
        run = next((directory for directory in directories if directory.has("settings")), None)
        if run is None:
            return cls({}, {}, _channels_of(path))
        settings = {"options": {}, "reading": {}, "channel_names": []} | run.read_json("settings")
        if not has_form(settings, RECORDED) or not all(map(_is_option, _options_in(settings))):
            raise InputError(f"{run.file('settings')} is not what a run writes: was it changed?")
        return cls(settings["options"], settings["reading"], tuple(settings["channel_names"]))

    def options_for(self, data: str) -> dict[str, Any]:
        """Return the options for loading new data: those of the training for a table, none for other data."""
        from kerasclust.data.tables.files import is_table  # loads the engine for tables

        if not is_table(data):
            return {}
        return self.reading | ({"channels": list(self.channels)} if self.channels else {})

    def check_channels(self, data: DataSet) -> None:
        """Check that a data set has the channels of the training in the same order.

        Raises:
            InputError: the channels differ.
        """
        if self.channels and data.channel_names and tuple(data.channel_names) != self.channels:
            raise InputError(
                f"The model was trained on the channels {_listed(self.channels)}, but {data.name} has "
                f"{_listed(data.channel_names)}: give the same channels in the same order."
            )


def _listed(channels: Sequence[str]) -> str:
    """Return the names of channels in words, of many channels the first ones."""
    more = len(channels) - MOST_LISTED
    return ", ".join(channels[:MOST_LISTED]) + (f" and {more:,} more" if more > 0 else "")


def _channels_of(model: Path) -> tuple[str, ...]:
    import_tensorflow()
    from kerasclust.runs.saved import metadata

    samples = (metadata(model) or {}).get("training_samples") or {}
    return tuple(samples.get("channel_names", ()))


def _options_in(settings: dict[str, Any]) -> list[tuple[str, Any]]:
    return [*settings["options"].items(), *settings["reading"].items()]


def _is_option(option: tuple[str, Any]) -> bool:
    name, value = option
    if name == "categories":
        return has_form(value, {str: [str]})
    return has_form(value, [(int, float, str)] if name in SEVERAL else OPTION)
