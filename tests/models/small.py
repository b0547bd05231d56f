"""Small models of every class."""

from kerasclust.models import autoencoders
from kerasclust.models.catalog import methods
from kerasclust.models.settings import declared

AUTOENCODERS = {name: getattr(autoencoders, name) for name in autoencoders.__all__}
ALL = methods() | AUTOENCODERS
SMALL = {
    "latent_dim": 3,
    "units": (8,),
    "batch_size": 16,
    "pretrain_epochs": 1,
    "epochs": 1,
    "n_tries": 2,
    "n_runs": 1,
    "critic_steps": 1,
    "random_state": 0,
}


def small(cls, **further):
    """A small model of a class, with the settings that it takes."""
    known = declared(cls.takes)
    settings = {name: value for name, value in (SMALL | further).items() if name in known}
    return cls(3, **settings) if "n_clusters" in known else cls(**settings)
