"""Backups of a training in a folder, from which a killed training resumes."""

import json
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasclust.compute.distribution import n_replicas
from kerasclust.compute.workers import from_chief, worker
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, read_npz
from kerasclust.system.files import PARTIAL, complete_file, complete_files
from kerasclust.system.json_files import has_form, parse_json, read_json
from kerasclust.system.locking import alone_in, writable
from kerasclust.system.versions import changes, versions
from kerasclust.training.training_samples import digest
from kerasclust.types import Array, Tensor

TRAINING = "training.json"
TRAINING_FORM: dict[str, Any] = {"seed": int, "versions": {str: (str, type(None))}}


class Backup:
    """Backup of the finished phases of one training, and of the progress of its current phase.

    A phase depends on the variables of the model, on a seed and on the results of earlier phases. The backup has all of
    them. A resumed training therefore ends with the same model as an uninterrupted training. `PhaseCheckpoint` saves
    the state in the middle of a phase.

    Args:
        folder: directory of the backup, which is created if it is missing. None: nothing is saved. Workers of one
            training share the directory, and only the first worker writes to it.
        about: {name: JSON value} that identifies the training.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, about: dict[str, Any]) -> None:
        self.folder = None if folder is None else Path(folder).expanduser()
        self.about = json.loads(json.dumps(about, default=_as_list))
        self._written = None if self.folder is None or worker() else self.folder  # where this worker writes
        self.kept_seed: int | None = None

    @contextmanager
    def opened(self) -> Iterator["Backup"]:
        """Resume from the content of the folder.

        The folder is locked against other trainings until the context ends.

        Yields:
            The backup itself.

        Raises:
            InputError: The folder holds another training, another process uses it, it cannot be read or written to, or
                the workers do not share it.
        """
        with self._locked():
            self._read_training()
            n_kept = 0 if self.folder is None else len(complete_files(self.folder, ".npz"))
            if n_kept != int(from_chief([n_kept])[0]):
                raise InputError(
                    f"backup_dir={self.folder} is not that of the first worker: give all a folder that they share."
                )
            yield self

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Create and lock the folder, and delete incomplete files in it."""
        folder = self._written
        if folder is None:
            yield
            return
        with writable(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder):
            for half_written in folder.glob(f".*{PARTIAL}.npz"):
                half_written.unlink()
            yield

    def _read_training(self) -> None:
        """Check that the folder holds this training, and read its seed."""
        if self._written is not None:  # the settings of the first worker count
            kept = _json(self._written / TRAINING)
            if kept is not None:
                self._check_same(kept)
                self.kept_seed = kept["seed"]

    def _check_same(self, kept: dict[str, Any]) -> None:
        """Check that a training file describes this training, computed by the same versions."""
        differing = [name for name in self.about if kept.get(name) != self.about[name]]
        changed = changes(kept["versions"], versions())
        if changed and set(differing) <= {"settings"}:  # other versions of kerasclust can have other settings
            raise InputError(
                f"{self.folder} holds a training by {', '.join(changed)}, which would end with another result. To "
                "continue it, install the earlier versions. To start it anew, delete the folder."
            )
        if differing:
            raise InputError(
                f"{self.folder} holds the backup of another training, with other {', '.join(differing)}: choose "
                "another folder, or delete it."
            )

    def first_seed(self, seed: int) -> int:
        """Return the seed that the training started with.

        Args:
            seed: seed of a new training; a resumed training has its saved seed.
        """
        if self._written is not None and self.kept_seed is None:
            with complete_file(self._written / TRAINING) as path:
                kept = self.about | {"versions": versions(), "seed": seed}
                path.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        return int(from_chief([seed if self.kept_seed is None else self.kept_seed])[0])

    def write(self, name: str, variables: Sequence[Tensor], progress: dict[str, Any]) -> bool:
        """Save the variables and the progress of a run or a phase.

        An earlier file of the same name is replaced. A file that cannot be written causes a warning.

        Args:
            name: name of the file, without its ending.
            variables: variables of the model.
            progress: {"state": {name: array or number}, "labels": array (n,) or None, further names: JSON values}.
                "labels" may be missing.

        Returns:
            Whether the file was written.
        """
        if self._written is None:
            return False
        arrays = {f"variable/{i}": keras.ops.convert_to_numpy(v) for i, v in enumerate(variables)}
        arrays |= {f"state/{key}": _small(np.asarray(value)) for key, value in progress["state"].items()}
        if progress.get("labels") is not None:
            arrays["labels"] = _small(progress["labels"])
        rest = {key: value for key, value in progress.items() if key not in ("state", "labels")}
        try:
            with complete_file(self._written / f"{name}.npz") as path, open(path, "wb") as file:
                np.savez(file, progress=json.dumps(rest, default=_as_list), **arrays)
        except InputError as error:  # a training without a backup is better than none
            warnings.warn(f"A backup could not be written, and training goes on without it. {error}", stacklevel=2)
            return False
        return True

    def read(self, name: str, variables: Sequence[Tensor]) -> dict[str, Any] | None:
        """Return the saved progress of a run or a phase.

        Args:
            name: name of the file, as in `write`.
            variables: variables of the model; the saved variables must have their shapes.

        Returns:
            The argument `progress` of `write`, with "variables", a list of arrays. None if there is no such file.

        Raises:
            InputError: The file is damaged.
        """
        path = self.folder and self.folder / f"{name}.npz"
        if path is None or not path.exists():
            return None
        try:
            arrays = read_npz(path)
            progress = parse_json(str(arrays.pop("progress")))
            if not isinstance(progress, dict):
                raise UnreadableFile("it does not say how far the training was")
            values = [arrays[f"variable/{i}"] for i in range(len(variables))]
            if not all(map(_fits, values, variables)):
                raise UnreadableFile("its variables have other shapes")
        except (OSError, UnreadableFile, KeyError) as error:
            raise InputError(f"{path} is damaged ({error}): delete it, and what it kept is trained again.") from error
        found = {key.removeprefix("state/"): value for key, value in arrays.items() if key.startswith("state/")}
        progress["state"] = {key: value if value.ndim else value.item() for key, value in found.items()}
        return progress | {"labels": arrays.get("labels"), "variables": values}

    def remove(self, name: str) -> None:
        """Delete the file of a run or a phase, as `write` named it."""
        if self._written is not None:
            (self._written / f"{name}.npz").unlink(missing_ok=True)


def backup_of(folder: str | os.PathLike[str] | None, model: keras.Model, x: Array, phases: Sequence[str]) -> Backup:
    """Return the `Backup` of a training.

    Args:
        folder: directory of the backup, or None to save nothing.
        model: built `RepresentationModel`, whose `training_samples` describe x.
        x: raw samples (n, ...).
        phases: names of the phases that are run.
    """
    if folder is None:
        return Backup(None, {})
    goes_on = phases[0] != model.phase_names[0]
    about = {
        "method": type(model).__name__,
        "settings": without_names(model.get_config()),
        "phases": list(phases),
        "samples": [list(x.shape), model.training_samples.sha256],
        "starting weights": digest(model.get_weights() if goes_on else model.given_weights()),
        "replicas": n_replicas(),
    }
    return Backup(folder, about)


def without_names(config: Any) -> Any:
    """Return settings without the names of Keras layers in them.

    Keras numbers these names within a process, so they differ between two processes of one training.

    Example:
        >>> without_names({"augmentation": {"class_name": "RandomFlip", "config": {"name": "flip_3", "mode": "both"}}})
        {'augmentation': {'class_name': 'RandomFlip', 'config': {'mode': 'both'}}}
    """
    if isinstance(config, list | tuple):
        return [without_names(value) for value in config]
    if not isinstance(config, dict):
        return config
    found = {name: without_names(value) for name, value in config.items()}
    if "class_name" in found and isinstance(found.get("config"), dict):
        found["config"].pop("name", None)
    return found


def _small(array: Array) -> Array:
    """Convert an array of integers to the smallest integer type that holds them.

    Most of a backup are labels of all samples by many tries.
    """
    if array.dtype.kind not in "iu" or not array.size:
        return array
    return array.astype(np.result_type(*map(np.min_scalar_type, (array.min(), array.max()))))


def _fits(value: Array, variable: Tensor) -> bool:
    """Return whether an array has the shape of a variable, which may have sides None."""
    return len(value.shape) == len(variable.shape) and all(
        side in (None, found) for side, found in zip(variable.shape, value.shape, strict=True)
    )


def _as_list(value: Any) -> Any:
    """Convert a NumPy value to JSON types."""
    return np.asarray(value).tolist()


def _json(path: Path) -> dict[str, Any] | None:
    """Return the content of a training file, or None if there is no such file."""
    try:
        kept = read_json(path)
        if not has_form(kept, TRAINING_FORM):
            raise UnreadableFile("it has no seed or no versions")
        return kept
    except FileNotFoundError:
        return None
    except (OSError, UnreadableFile) as error:
        raise InputError(
            f"{path} cannot be read ({error}): delete the folder, and the training starts anew."
        ) from error
