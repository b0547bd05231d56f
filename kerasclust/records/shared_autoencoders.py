"""Autoencoders that several methods start from: trained once, and kept in files."""

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasclust.errors import InputError
from kerasclust.records import results
from kerasclust.system.files import complete_file

if TYPE_CHECKING:
    from kerasclust.models.representation import RepresentationModel


def autoencoder_class(kind: str) -> "type[RepresentationModel]":
    """Return a class of `kerasclust.models.autoencoders` by its name.

    Raises:
        InputError: there is no class of that name.
    """
    from kerasclust.models import autoencoders

    if kind not in autoencoders.__all__:
        raise InputError(f"this version has no autoencoder {kind!r}")
    return getattr(autoencoders, kind)


class SharedAutoencoders:
    """Directory of fitted autoencoders, one for each data set, settings and seed.

    Each call loads a new copy from the file. Therefore no method changes the start of the next method, and an
    interrupted table continues with the same autoencoders.

    Args:
        directory: directory of the .keras files; created with the first file.
        results_path: results file, which gets a row for each trained autoencoder.
    """

    def __init__(self, directory: str | os.PathLike[str], results_path: str | os.PathLike[str]) -> None:
        self.directory, self.results_path = Path(directory), results_path

    def path(self, key: Mapping[str, Any]) -> Path:
        """Return the file of the autoencoder with a key: experiment, method (its class), data, seed, settings."""
        digest = hashlib.sha256(results.identity(key).encode()).hexdigest()[:12]
        data = re.sub(r"\W+", "_", key["data"])
        return self.directory / f"{data}-{key['method']}-{digest}-seed{key['seed']}.keras"

    def get(
        self,
        key: Mapping[str, Any],
        settings: Mapping[str, Any],
        x: Any,
        report: Callable[[str], object] = print,
    ) -> "RepresentationModel":
        """Return a fitted autoencoder from its file, after training and writing it if there is no file.

        Args:
            key: identity of the autoencoder.
            settings: arguments of its class.
            x: unlabeled samples (n, ...) of the training, as models take them.
            report: function that is called with the reconstruction loss and the time after a training.

        Returns:
            A fitted `RepresentationModel`.
        """
        from kerasclust.deployment.keras_files import load_keras_file
        from kerasclust.models.representation import RepresentationModel

        path = self.path(key)
        if not path.exists():
            model = autoencoder_class(key["method"])(**settings, random_state=key["seed"])
            model.fit(x, verbose=0)
            assert model.result_ is not None  # fit has set it
            with complete_file(path) as partial:
                model.save(partial)
            evidence, seconds = model.result_.kept.evidence, model.result_.seconds
            results.append(self.results_path, results.new_row(key, {}, seconds, evidence=evidence))
            report(f"reconstruction loss {evidence['reconstruction_loss']:.4f} ({seconds:.0f} s)")
        return load_keras_file(path, RepresentationModel)
