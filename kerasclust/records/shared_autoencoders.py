"""Autoencoders that all methods of a table start from: trained once, kept in files."""

import hashlib
import re
from pathlib import Path

from kerasclust.errors import InputError
from kerasclust.records import results
from kerasclust.system.files import complete_file


def autoencoder_class(kind):
    """A class of `kerasclust.models.autoencoders` by its name.

    Raises:
        InputError: this version has none of that name.
    """
    from kerasclust.models import autoencoders

    if kind not in autoencoders.__all__:
        raise InputError(f"this version has no autoencoder {kind!r}")
    return getattr(autoencoders, kind)


class SharedAutoencoders:
    """A directory of fitted autoencoders, one for each data set, settings and seed.

    Every user gets a copy of its own from the file, so that an interrupted table goes on from what it began with, and
    no method can change what the next one starts from.

    Args:
        directory: for the .keras files; made when the first one is written.
        results_path: results file, which gets a row for each one that is trained.
    """

    def __init__(self, directory, results_path):
        self.directory, self.results_path = Path(directory), results_path

    def path(self, key) -> Path:
        """File of the autoencoder with a key: experiment, method (its class), data, seed, settings."""
        digest = hashlib.sha256(results.identity(key).encode()).hexdigest()[:12]
        data = re.sub(r"\W+", "_", key["data"])
        return self.directory / f"{data}-{key['method']}-{digest}-seed{key['seed']}.keras"

    def get(self, key, settings, x, report=print):
        """A fitted autoencoder, from its file, or trained and written to it first.

        Args:
            key: which one it is.
            settings: of its class.
            x: unlabeled samples (n, ...) that it learns from.
            report: called with the reconstruction loss and the time in words, where it was trained.

        Returns:
            A fitted `RepresentationModel`.
        """
        from kerasclust.deployment.keras_files import load_keras_file
        from kerasclust.models.representation import RepresentationModel

        path = self.path(key)
        if not path.exists():
            model = autoencoder_class(key["method"])(**settings, random_state=key["seed"])
            model.fit(x, verbose=0)
            with complete_file(path) as partial:
                model.save(partial)
            evidence, seconds = model.result_.kept.evidence, model.result_.seconds
            results.append(self.results_path, results.new_row(key, {}, seconds, evidence=evidence))
            report(f"reconstruction loss {evidence['reconstruction_loss']:.4f} ({seconds:.0f} s)")
        return load_keras_file(path, RepresentationModel)
