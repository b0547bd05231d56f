"""The command group."""

import click
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.cli.base import Commands
from kerasclust.errors import InputError


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
