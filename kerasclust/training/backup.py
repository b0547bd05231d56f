"""What a training has reached, kept in a folder, so that it goes on when its process was killed."""

import json
import warnings
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from kerasclust.compute.distribution import n_replicas
from kerasclust.compute.workers import from_chief, worker
from kerasclust.errors import InputError
from kerasclust.system.archives import UnreadableFile, read_npz
from kerasclust.system.files import PARTIAL, complete_file, complete_files
from kerasclust.system.json_files import has_form, parse_json, read_json
from kerasclust.system.locking import alone_in, writable
from kerasclust.system.versions import versions
from kerasclust.training.training_samples import digest

TRAINING = "training.json"


class Backup:
    """Finished phases of one training, and how far the one is that runs.

    A phase starts from the variables of the model, from a seed and from what earlier phases found; all of that is kept,
    so a training that goes on ends where an uninterrupted one does. `PhaseCheckpoint` keeps what its middle depends on.

    Args:
        folder: made where it does not exist; None keeps nothing. Workers of one training share it, and the first one
            writes.
        about: {name: JSON value}, which training it is.
    """

    def __init__(self, folder, about):
        self.folder = None if folder is None else Path(folder).expanduser()
        self.about = json.loads(json.dumps(about, default=_as_list))
        self.writes = self.folder is not None and worker() == 0
        self.kept_seed = None

    @contextmanager
    def opened(self):
        """Go on with what the folder holds, and keep other trainings out of it meanwhile.

        Raises:
            InputError: it holds another training, another process is in it, it cannot be read or written to, or it is
                not shared.
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
    def _locked(self):
        if not self.writes:
            yield
            return
        with writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with alone_in(self.folder):
            for half_written in self.folder.glob(f".*{PARTIAL}.npz"):
                half_written.unlink()
            yield

    def _read_training(self):
        kept = _json(self.folder / TRAINING) if self.writes else None  # what the first worker is asked to do counts
        differing = [name for name in self.about if kept and kept.get(name) != self.about[name]]
        if differing:
            raise InputError(
                f"{self.folder} holds the backup of another training, with other {', '.join(differing)}: choose "
                "another folder, or delete it."
            )
        self.kept_seed = kept and kept["seed"]

    def first_seed(self, seed):
        """The seed that the training began with: the given one, if it begins now."""
        if self.writes and self.kept_seed is None:
            with complete_file(self.folder / TRAINING) as path:
                path.write_text(json.dumps(self.about | {"seed": seed}, indent=1), encoding="utf-8")
        return int(from_chief([seed if self.kept_seed is None else self.kept_seed])[0])

    def write(self, name, variables, progress):
        """Keep variables and how far a run or a phase is, in place of what was kept under that name.

        Args:
            name: of what is kept.
            variables: of the model.
            progress: {"state": {name: array or number}, "labels": array (n,) or None where there are any, and JSON
                values by any name}.

        Returns:
            Whether it is kept: where it cannot be written, there is a warning.
        """
        if not self.writes:
            return False
        arrays = {f"variable/{i}": keras.ops.convert_to_numpy(v) for i, v in enumerate(variables)}
        arrays |= {f"state/{key}": _small(np.asarray(value)) for key, value in progress["state"].items()}
        if progress.get("labels") is not None:
            arrays["labels"] = _small(progress["labels"])
        rest = {key: value for key, value in progress.items() if key not in ("state", "labels")}
        try:
            with complete_file(self.folder / f"{name}.npz") as path, open(path, "wb") as file:
                np.savez(file, progress=json.dumps(rest, default=_as_list), **arrays)
        except InputError as error:  # the training is worth more than its backup
            warnings.warn(f"A backup could not be written, and training goes on without it. {error}", stacklevel=2)
            return False
        return True

    def read(self, name, variables):
        """How far a run or a phase was, or None where nothing was kept.

        Args:
            name: of what was kept.
            variables: of the model, whose shapes the kept ones have.

        Returns:
            The progress, as `write` got it, with "variables", a list of arrays.

        Raises:
            InputError: the file is damaged.
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

    def remove(self, name):
        """Forget what was kept under a name."""
        if self.writes:
            (self.folder / f"{name}.npz").unlink(missing_ok=True)


def backup_of(folder, model, x, phases):
    """The `Backup` of a training.

    Args:
        folder: as in `Backup`, or None to keep nothing.
        model: built, with its `training_samples`: these.
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
        "versions": versions(),
    }
    return Backup(folder, about)


def without_names(config):
    """Settings without the names of layers among them, which count how many there were before in this process.

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


def _small(array):
    """Whole numbers in the smallest type that holds them: labels of all samples by many tries are most of a backup."""
    if array.dtype.kind not in "iu" or not array.size:
        return array
    return array.astype(np.result_type(*map(np.min_scalar_type, (array.min(), array.max()))))


def _fits(value, variable):
    """Whether an array has the shape of a variable, of which some sides may be of any length."""
    return len(value.shape) == len(variable.shape) and all(
        side in (None, found) for side, found in zip(variable.shape, value.shape, strict=True)
    )


def _as_list(value):
    """A value of NumPy as JSON knows it."""
    return np.asarray(value).tolist()


def _json(path):
    try:
        kept = read_json(path)
        if not has_form(kept, {"seed": int}):
            raise UnreadableFile("it has no seed")
        return kept
    except FileNotFoundError:
        return None
    except (OSError, UnreadableFile) as error:
        raise InputError(
            f"{path} cannot be read ({error}): delete the folder, and the training starts anew."
        ) from error
