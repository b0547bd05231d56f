"""Options that say how data is loaded, which several commands have."""

import click

COUNT = click.IntRange(min=1)
LOADING = (
    click.option("--window", type=COUNT, help="Rows (or seconds) in a window, of tables and irish_5g."),
    click.option("--stride", type=COUNT, help="Rows from one window's start to the next; default: no overlap."),
    click.option("--id-column", help="Of a table: whose row it is."),
    click.option("--time-column", help="Of a table: when."),
    click.option("--label-column", help="Of a table: the known group, for reporting only."),
    click.option("--channel", "channels", multiple=True, help="Of a table: an input column; repeat for each."),
    click.option("--part", help="Of mnist and fashion_mnist: train, test or all."),
    click.option("--samples", "n_samples", type=COUNT, help="Of cifar10, objects, reuters10k, synth_25: how many."),
    click.option("--extra", "n_extra", type=click.IntRange(min=0), help="Of synth_25: dimensions without clusters."),
    click.option("--image-size", type=COUNT, help="Of gtsrb and tfds:NAME: pixels, which images are brought to."),
    click.option("--users", "n_users", type=COUNT, help="Of mobile_network: how many users."),
    click.option("--sequences", "n_sequences", type=COUNT, help="Of mobile_network: sequences of each user."),
)
LOADING_NAMES = (
    "window",
    "stride",
    "id_column",
    "time_column",
    "label_column",
    "channels",
    "part",
    "n_samples",
    "n_extra",
    "image_size",
    "n_users",
    "n_sequences",
)


def loading_options(command):
    """Add the options that say how data is loaded."""
    for option in reversed(LOADING):
        command = option(command)
    return command


def loader_options(given: dict) -> dict:
    """Those of a command's options that were given and are the loader's."""
    chosen = {name: given[name] for name in LOADING_NAMES if given[name] not in (None, (), [])}
    return chosen | ({"channels": list(chosen["channels"])} if "channels" in chosen else {})


def load(name: str, options: dict, quiet: bool = False):
    """The data set that a command works on."""
    from kerasclust import datasets
    from kerasclust.datasets.loading import options_of

    hidden = {"progress": False} if quiet and "progress" in options_of(name) else {}
    return datasets.load(name, **options, **hidden)
