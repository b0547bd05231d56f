"""Models to time: small runs on random samples in the shapes of the networks."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.speed.choices import SHAPES
from benchmarks.types import Settings
from kerasclust.compute.precision import precision
from kerasclust.errors import InputError
from kerasclust.models.catalog import methods, settings_of
from kerasclust.models.checks import some_augmentation
from kerasclust.models.representation import RepresentationModel
from kerasclust.models.settings import declared
from kerasclust.types import Array

N_CLUSTERS = 10


def trained_methods(names: Sequence[str] = ()) -> list[str]:
    """Return the names of the methods that train networks by a step of their own.

    Args:
        names: names to check; none for all such methods.

    Raises:
        InputError: a name of another method.
    """
    known = [name for name, cls in methods().items() if _has_own_step(cls)]
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"{unknown[0]!r} is none of the methods with phases to time: {', '.join(known)}.")
    return list(dict.fromkeys(names)) or known


def _has_own_step(cls: Any) -> bool:
    """Return whether a method takes `network` and has a step other than that of a plain autoencoder."""
    plain = RepresentationModel.pretrain_step
    model = cls(N_CLUSTERS)
    has_own = any(phase.step.__func__ is not plain for phase in model.phases if phase.step is not None)
    return "network" in settings_of(cls) and (has_own or model.critic is not None)


def model_of(method: str, settings: Settings) -> Any:
    """Return a model for `N_CLUSTERS` clusters; settings {name: value} that the method lacks are ignored."""
    cls = methods()[method]
    known = settings_of(cls)
    return cls(N_CLUSTERS, random_state=0, **{name: value for name, value in settings.items() if name in known})


def random_samples(network: str, n: int) -> Array:
    """Return samples (n, ...) float32 between 0 and 1 in the shape of a network (a key of `SHAPES`)."""
    return np.random.default_rng(0).random((n, *SHAPES[network]), "float32")


def needs_views(cls):
    """Return whether a method learns from pairs of views of a sample, so that it cannot do without augmentation."""
    setting = declared(cls.takes).get("augmentation")
    return setting is not None and setting.check is some_augmentation


def small_model(method, network, policy, batch_size, epochs):
    """Return a built model of a method that trains each phase for some epochs, whatever the labels do.

    Args:
        method: name, as in `kerasclust methods`.
        network: a key of `SHAPES`.
        policy: Keras dtype policy.
        batch_size: samples in a step.
        epochs: epochs of each phase.
    """
    settings = {"batch_size": batch_size, "pretrain_epochs": epochs, "epochs": epochs, "tolerance": 0.0, "n_runs": 1}
    augmentation = "auto" if needs_views(methods()[method]) else None
    with precision(policy):
        model = model_of(method, settings | {"network": network, "frontend": "raw", "augmentation": augmentation})
        model.build((None, *SHAPES[network]))
    return model
