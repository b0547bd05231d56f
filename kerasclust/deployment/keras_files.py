"""Loading of .keras files from anyone.

The content is checked before Keras reads it.
"""

import os
import warnings
import zipfile
from typing import Any

import keras
import numpy as np

from kerasclust.deployment.keras_config import check_config
from kerasclust.deployment.keras_weights import TooManyWeights, Weights, check_weights
from kerasclust.system.archives import UnreadableFile, first_line, open_archive
from kerasclust.system.json_files import parse_json

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


def load_keras_file(path: str | os.PathLike[str], root: type) -> Any:
    """Load the model in a .keras file after `check_keras_file`.

    Args:
        path: path of the file.
        root: expected class of the model.

    Returns:
        The model.

    Raises:
        UnreadableFile: the file is damaged, or has content that is no part of a model.
        OSError: the file cannot be read.
    """
    import tensorflow as tf

    weights = check_keras_file(path, root)
    try:
        with weights.bounded(), warnings.catch_warnings(record=True) as said:
            model = keras.models.load_model(path, safe_mode=True)
    except TooManyWeights as error:
        raise UnreadableFile("its settings ask for more weights than it holds") from error
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise UnreadableFile("its layers are larger than memory") from error
    except OSError:
        raise
    except Exception as error:  # settings can be anything, and constructors of layers raise nearly everything
        raise UnreadableFile(first_line(error)) from error
    for weight in model.weights:
        values = np.asarray(weight)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise UnreadableFile(f"its weights {weight.path} are not finite")
    for warning in said:  # of a file that is refused, the refusal says enough
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return model


def check_keras_file(path: str | os.PathLike[str], root: type) -> Weights:
    """Check that a .keras file holds a model of known layers with plain weights.

    Arguments and errors are those of `load_keras_file`.

    Returns:
        Number and size of the weights.
    """
    with open_archive(path) as archive:
        names = set(archive.namelist())
        if lacking := {CONFIG, WEIGHTS} - names:
            raise UnreadableFile(f"it has no {', '.join(sorted(lacking))}")
        if further := names - {CONFIG, WEIGHTS, METADATA}:
            raise UnreadableFile(f"it holds {', '.join(sorted(further)[:3])}, which is no part of a model")
        if packed := [member.filename for member in archive.infolist() if member.compress_type != zipfile.ZIP_STORED]:
            raise UnreadableFile(f"its {packed[0]} is compressed, which Keras never does")
        check_config(parse_json(archive.read(CONFIG)), root)
        return check_weights(archive.read(WEIGHTS))
