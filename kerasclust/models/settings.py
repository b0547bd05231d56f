"""Settings of models, each declared once with its default, its check and its help.

A model class lists the settings of its constructor in `takes`. The signature, the docstring, the checks, the help of
the command and the documentation follow from this list. Groups of settings are tuples, which a class joins.
"""

import difflib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from kerasclust.errors import InputError
from kerasclust.initializers import INITIALIZERS
from kerasclust.models import checks

REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True)
class Setting:
    """A setting of a model.

    Args:
        name: of the constructor's argument.
        default: value without the user's; `REQUIRED` where the user has to give a value.
        check: function (name, value) -> value that raises InputError.
        help: a noun phrase, without a period at the end.
        kept: keep the value in the file of the model.
    """

    name: str
    default: Any
    check: Callable[[str, Any], Any]
    help: str
    kept: bool = True


def with_defaults(settings: Iterable[Setting], **defaults: Any) -> tuple[Setting, ...]:
    """Return settings with other defaults for some of them.

    Example:
        >>> with_defaults(RUNS, n_runs=10)[0].default
        10
    """
    unknown = defaults.keys() - {setting.name for setting in settings}
    if unknown:
        raise KeyError(f"no such setting: {', '.join(sorted(unknown))}")
    return tuple(
        replace(setting, default=defaults[setting.name]) if setting.name in defaults else setting
        for setting in settings
    )


def declared(takes: Iterable[Setting]) -> Mapping[str, Setting]:
    """Return a list of settings as {name: `Setting`}.

    A later setting replaces an earlier setting of the same name.
    """
    found = {}
    for setting in takes:
        found[setting.name] = setting
    return MappingProxyType(found)


def checked(
    owner: str, settings: Mapping[str, Setting], positional: Sequence[Any], given: dict[str, Any]
) -> dict[str, Any]:
    """Return the value of every setting, checked.

    Args:
        owner: name of the model class, for messages.
        settings: {name: `Setting`}.
        positional: arguments without a name. Only the number of clusters may be given so.
        given: {name: value} from the user.

    Raises:
        InputError: an unknown setting, a bad value, a value given twice, or a missing value.
    """
    first = list(settings)[:1] if "n_clusters" in settings else []
    if len(positional) > len(first):
        raise InputError(f"{owner} takes {len(first)} argument(s) without a name; name the others.")
    by_place = dict(zip(first, positional, strict=False))
    if twice := by_place.keys() & given.keys():
        raise InputError(f"{owner}: {', '.join(twice)} is given twice; give it once.")
    given = by_place | given
    for name in given:
        if name not in settings:
            raise InputError(f"{owner} has no setting {name!r}{hint(name, settings)} It has {listed(settings)}.")
    values = {name: given.get(name, setting.default) for name, setting in settings.items()}
    if missing := [name for name, value in values.items() if value is REQUIRED]:
        raise InputError(f"{owner} needs {', '.join(missing)}: {settings[missing[0]].help}.")
    return {name: settings[name].check(name, value) for name, value in values.items()}


def hint(name: str, known: Iterable[str], n: int = 1) -> str:
    """Return the end of a sentence that proposes known names for a misspelled name."""
    near = difflib.get_close_matches(str(name).lower(), known, n=n)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else "."


def listed(settings: Mapping[str, Setting]) -> str:
    """Return settings {name: `Setting`} and their defaults in words."""
    defaults = {name: setting.default for name, setting in settings.items() if setting.default is not REQUIRED}
    return ", ".join(f"{name}={default}" for name, default in defaults.items())


def signature(settings: Mapping[str, Setting]) -> inspect.Signature:
    """Return the `inspect.Signature` of a constructor with these settings {name: `Setting`}."""
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD if name == "n_clusters" else inspect.Parameter.KEYWORD_ONLY,
            default=setting.default,
        )
        for name, setting in settings.items()
    ]
    return inspect.Signature(parameters)


def documented(docstring: str, settings: Mapping[str, Setting]) -> str:
    """Return the docstring of a class with a section "Args" for its settings.

    The section stands before "Reference", "Raises", "Differs from the paper" and "Example".
    """
    lines = [
        textwrap.fill(f"{name}: {setting.help}.", 112, initial_indent=" " * 4, subsequent_indent=" " * 8)
        for name, setting in settings.items()
    ]
    section = "\n".join(["Args:", *lines])
    text = inspect.cleandoc(docstring)
    end = re.search(r"^(Reference|References|Raises|Differs from the paper|Example):$", text, re.MULTILINE)
    at = end.start() if end else len(text)
    return f"{text[:at].rstrip()}\n\n{section}\n\n{text[at:]}".rstrip() + "\n"


# Groups ---------------------------------------------------------------------------------------------------------------

N_CLUSTERS = Setting("n_clusters", REQUIRED, checks.clusters, "number of clusters k, at least 2")
FRONTEND = Setting(
    "frontend",
    "auto",
    checks.anything,
    'view of a sample that the networks get: "auto", a name or names joined by "+" (`kerasclust.frontends`), or a '
    "`FrontEnd` layer. It is adapted to the data in `fit` and saved with the model",
)
RANDOM_STATE = Setting("random_state", None, checks.seed, "seed of everything random; None draws a seed")
DTYPE = Setting(
    "dtype",
    None,
    checks.precision,
    'Keras dtype policy of the networks: "float32", "mixed_bfloat16" or "mixed_float16"; None takes the global policy. '
    "Front ends, assignments, targets and losses are float32",
)
MISSING = Setting(
    "missing",
    "auto",
    checks.one_of("auto", "mask", "feature"),
    'treatment of missing values (NaN): "mask" counts what was observed alone; "feature" also makes features of what '
    'is missing; "auto" masks sequences and images, and tables whose training samples had missing values, and refuses '
    "missing values in other tables",
)
MAX_MISSING = Setting(
    "max_missing",
    0.5,
    checks.share,
    "largest share of missing values of a sample that is used. Other samples, and samples with an infinite value, are "
    "not trained on and get the label -1 and NaN",
)
SAMPLES = (FRONTEND, MISSING, MAX_MISSING)
LATENT_DIM = Setting("latent_dim", 10, checks.positive, "number of latent dimensions d")
NETWORK = (
    *SAMPLES,
    Setting(
        "network",
        "auto",
        checks.anything,
        '"auto" (from the shape of the features), "dense", "dec", "conv1d", "conv2d" '
        "(`kerasclust.networks.build_autoencoder`), or a function (feature_shape, latent_dim, seed) -> (encoder, "
        "decoder) registered with `keras.saving`",
    ),
    Setting(
        "units",
        None,
        checks.layer_widths,
        "widths (or filters) of the hidden layers; None for the default of the network, () for a linear network",
    ),
    DTYPE,
)
TRAINING = (
    Setting("batch_size", 256, checks.positive, "samples of a training step"),
    Setting("learning_rate", 1e-3, checks.above_zero, "learning rate of Adam, for every optimizer of the model"),
    RANDOM_STATE,
)
AUGMENTATION = Setting(
    "augmentation",
    "auto",
    checks.anything,
    "random change of a sample. Training encodes the changed view and restores the sample itself: "
    '"auto" (parts of sequences; no change of other samples), None, names or a Keras layer '
    "(`kerasclust.augmentations.build_augmentation`)",
)
PRETRAIN_EPOCHS = Setting(
    "pretrain_epochs",
    "auto",
    checks.epochs,
    'passes over the data in pretraining, or "auto": a number of updates',
)
EPOCHS = Setting(
    "epochs", "auto", checks.epochs, 'passes over the data in the last phase, or "auto": a number of updates'
)
AUTOENCODER = Setting(
    "autoencoder",
    None,
    checks.anything,
    "fitted autoencoder (`kerasclust.models.autoencoders`) to start from instead of random weights. Its front end, "
    "architecture and weights are copied; it stays as it is",
    kept=False,
)
RUNS = (
    Setting(
        "n_runs",
        1,
        checks.positive,
        "runs from different starting weights, up to the starting clusters; the model goes on from the best run by "
        "evidence without labels (`kerasclust.training.selection.choose_run`)",
    ),
)
N_TRIES = Setting(
    "n_tries", 10, checks.positive, "starts of the search for clusters; the best by its own score is taken"
)

# Settings of autoencoders, and settings of all methods with an autoencoder.
OF_AUTOENCODERS = (LATENT_DIM, *NETWORK, *TRAINING, AUGMENTATION, PRETRAIN_EPOCHS)
OF_AUTOENCODER_METHODS = (N_CLUSTERS, *OF_AUTOENCODERS, AUTOENCODER, *RUNS)
# Settings of methods that refine an autoencoder and an assignment together.
REFINEMENT = (
    *OF_AUTOENCODER_METHODS,
    EPOCHS,
    Setting(
        "initializer",
        "kmeans",
        checks.one_of("rim", *INITIALIZERS),
        'search for starting clusters: "rim", "kmeans", "gmm", "agglomerative" or "subkmeans"',
    ),
    Setting("n_tries", 20, checks.positive, "tries of the initializer; the best by its own score is taken"),
    Setting("tolerance", 0.001, checks.weight, "refinement stops when a smaller share of the labels changes"),
    Setting(
        "schedule",
        None,
        checks.schedule,
        "share alpha of the clustering loss L_c in refinement, L = alpha L_c + (1 - alpha) L_nc: "
        '"finetune" (1), "simultaneous" (1/2), "dynamic" (rises from 0 to 1), a number, or None for the weights of the '
        "method's own paper. Each loss keeps its weight (survey, section 3.3 and eq. 10)",
    ),
)
# Settings of Student's t assignments to centers.
CENTERS = (
    Setting("alpha", 1.0, checks.above_zero, "degrees of freedom of the Student's t assignment"),
    Setting(
        "empty_clusters",
        "keep",
        checks.one_of("keep", "split"),
        'treatment of a cluster without samples in refinement: "keep" leaves it (there is a warning), "split" gives it '
        "a part of the largest cluster (`kerasclust.initializers.refill`)",
    ),
)
