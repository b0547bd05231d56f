"""Messages of the library in the words of the command."""

import click
import pytest

from kerasclust.cli.wording import finding_in_options, in_options
from kerasclust.data.findings import Finding

PARAMETERS = [
    click.Argument(["data"]),
    click.Option(["--clusters", "n_clusters"], type=int),
    click.Option(["-e", "--epochs"], type=int),
    click.Option(["--host"]),
    click.Option(["--overwrite"], is_flag=True),
    click.Option(["--resume"], type=click.Path(file_okay=False)),
    click.Option(["--shuffle/--ordered", "shuffle"], is_flag=True),
    click.Option(["--channel", "channels"], multiple=True),
    click.Option(["--image-size"], type=int),
]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Give overwrite=True to replace it.", "Give --overwrite to replace it."),
        ("Go on with it: resume=True.", "Go on with it: --resume DIRECTORY."),
        ("Give shuffle=False, not shuffle=True.", "Give --ordered, not --shuffle."),
        ("n_clusters=1: give 2 or more.", "--clusters 1: give 2 or more."),
        ("n_clusters is 1 (epochs=3).", "--clusters is 1 (--epochs 3)."),
        ("host=a:1,b:2: no address.", "--host a:1,b:2: no address."),
        ("host='a b' is no address.", "--host 'a b' is no address."),
        ("Choose another `host` or `image_size`.", "Choose another --host or --image-size."),
        ("Give `n_clusters=3`.", "Give --clusters 3."),
        ("Give channels=['a', 'b c'].", "Give --channel a --channel 'b c'."),
        ("Give host='Europe/Paris', not host=/a/b.", "Give --host Europe/Paris, not host=/a/b."),
        ("Give channels='load', or channels=3.", "Give --channel load, or --channel 3."),
        ("The model's n_clusters and the data's image_size.", "The model's --clusters and the data's --image-size."),
    ],
)
def test_arguments_become_the_options_of_the_command(message, expected):
    assert in_options(message, PARAMETERS) == expected


def test_remedies_name_options_of_tables_also_by_single_words():
    remedy = "leave it out of channels, or give channels='a' or host=b or another image_size, with host as it is"
    finding = Finding("kind", "refused", "A host has channels.", remedy)
    assert finding_in_options(finding, PARAMETERS) == (
        "A host has channels: leave it out of --channel, or give --channel a or --host b or another --image-size, "
        "with host as it is."
    )


@pytest.mark.parametrize(
    "message",
    [
        "The host has epochs, data and `data`.",  # plain English, and no option
        "beta_cor=2 and data=x.npy: give `fit`.",
        "It has n_clusters=3, units=(4, 2), epochs=auto.",  # a list of settings
        "There is no column 'image_size', but \"n_clusters\".",  # what the user wrote
        "--set epochs=x: expected a number.",
        "/tmp/n_clusters/x.npy, image_size.npy, model.n_clusters and my-n_clusters.",  # files
        "overwrite=False, or epochs=None.",  # no option stands for these
    ],
)
def test_other_words_are_kept(message):
    assert in_options(message, PARAMETERS) == message
