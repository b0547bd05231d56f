"""Messages of the library in the words of the command."""

import click
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.cli.base import Commands, in_options
from kerasclust.errors import InputError

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


def test_errors_of_commands_in_groups_are_in_the_words_of_their_command():
    @click.group(cls=Commands)
    def outer():
        pass

    @outer.group()
    def inner():
        pass

    @inner.command()
    @click.option("--clusters", "n_clusters")
    def fit(n_clusters):
        raise InputError(f"n_clusters={n_clusters}, not n_runs=1.")

    result = CliRunner().invoke(outer, ["inner", "fit", "--clusters", "1"])
    assert (result.exit_code, result.stderr) == (2, "Error: --clusters 1, not n_runs=1.\n")


@pytest.mark.parametrize("name", ["fit", "compare"])
def test_the_number_of_clusters_has_the_name_of_the_library(name):
    assert "n_clusters" in {parameter.name for parameter in main.commands[name].params}
