"""Which runs a comparison makes, and what each of them is called in its results."""

import hashlib

import numpy as np

from kerasclust.errors import InputError
from kerasclust.models.catalog import find_method, settings_of
from kerasclust.models.parts.pretrained import ARCHITECTURE

# Cheapest first. Those of the default are quick, or of another kind than all before them; DANCE takes several times as
# long as all of them.
BY_COST = (
    *("kmeans", "subkmeans", "gmm", "ae_kmeans", "ae_gmm", "ae_subkmeans", "ae_hdbscan", "dcn", "idec", "dec", "vade"),
    *("depict", "cdc", "acedec", "acedec_idec", "ae_rim", "imsat", "iic", "dccs", "clustergan", "acai"),
)
DEFAULT = ("kmeans", "subkmeans", "ae_kmeans", "ae_gmm", "dcn", "idec", "dec", "vade", "cdc", "acedec")
# Their pretraining is that of a plain autoencoder: the runs of a seed share one.
SHARING = (
    *("acedec", "acedec_idec", "ae_gmm", "ae_hdbscan", "ae_kmeans", "ae_rim", "ae_subkmeans"),
    *("dcn", "dec", "idec", "vade"),
)
SHARED = (*ARCHITECTURE, "pretrain_epochs", "batch_size", "learning_rate", "augmentation")  # settings of an autoencoder


def in_order_of_cost(methods):
    """Method names, each once, cheapest first; those of unknown cost last.

    Example:
        >>> in_order_of_cost(["dance", "dec", "kmeans", "dec"])
        ['kmeans', 'dec', 'dance']
    """
    known = {name: place for place, name in enumerate(BY_COST)}
    return sorted(dict.fromkeys(methods), key=lambda name: known.get(name, len(known)))


def check_methods(methods, settings):
    """Methods in the order in which they are trained.

    Args:
        methods: names, or None for `DEFAULT`.
        settings: {name: value} for all methods that have the setting.

    Raises:
        InputError: an unknown method, none at all, or a setting that none of them has or that the comparison sets.
    """
    names = in_order_of_cost(DEFAULT if methods is None else methods)
    if not names:
        raise InputError("There is no method to compare: name some, or leave methods out for the default.")
    known = [settings_of(find_method(name)) for name in names]
    if "random_state" in settings:
        raise InputError("random_state cannot be set here: the runs of a method have seeds 0, 1, 2 ...")
    of_autoencoder = set(SHARED)  # one judges even where none of the methods has one
    used = of_autoencoder.union(*known)
    unknown = [name for name in settings if name not in used]
    if unknown:
        raise InputError(f"None of {', '.join(names)} has a setting {', '.join(map(repr, unknown))}.")
    return names


def settings_for(method, settings, has_autoencoder):
    """Those of the settings that a method has, without the architecture where it starts from an autoencoder."""
    known = settings_of(find_method(method))
    left_out = ARCHITECTURE if has_autoencoder else ()
    return {name: value for name, value in settings.items() if name in known and name not in left_out}


def fingerprint(x):
    """Text that is the same for the same samples x (n, ...) only.

    Example:
        >>> fingerprint(np.zeros((2, 3), "float32")) == fingerprint(np.zeros((3, 2), "float32"))
        False
    """
    digest = hashlib.sha256(repr((x.shape, str(x.dtype))).encode())
    digest.update(np.ascontiguousarray(x))
    return digest.hexdigest()[:16]
