"""Names of files, columns, users and clusters steer neither a terminal nor a spreadsheet."""

import csv
import json
import os
import subprocess
import sys

import click
import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.cli.base import Commands, answer, said_once, say, warn
from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError, TrainingDiverged
from kerasclust.models import KMeans
from kerasclust.reports import write_report
from kerasclust.system.neutral import neutral_line

STEERING = {
    "\x1b[2J": r"\x1b[2J",  # clears the screen
    "\x1b]0;title\x07": r"\x1b]0;title\x07",  # changes the title of the window
    "\x1b]8;;http://example\x1b\\": r"\x1b]8;;http://example\x1b",  # a link
    "\x9b31m": r"\x9b31m",
    "\x9d0;x\x9c": r"\x9d0;x\x9c",
    "\nError: forged": r"\nError: forged",
    "\rforged": r"\rforged",
    "\x08\x08": r"\x08\x08",
    "\u202egnp": r"\u202egnp",
    "\u2066a\u2069": r"\u2066a\u2069",
    "\u200b\ufeff\u2060": r"\u200b\ufeff\u2060",
    "\u2028\u2029\x85": r"\u2028\u2029\x85",
    "\ud800": r"\ud800",
    "\U000e0041": r"\U000e0041",
}
SHOWN = set("\n")


def steers(text):
    return [character for character in text if character not in SHOWN and neutral_line(character) != character]


def group_that(act):
    """A group with the command `act`, which says something about its argument."""

    @click.group(cls=Commands)
    @click.pass_context
    def group(ctx):
        said_once(ctx)

    @group.command("act")
    @click.argument("text")
    def command(text):
        act(text)

    return group


def fails(error):
    def act(text):
        raise error(f"There is no file {text}: give another.")

    return act


def warns(text):
    import warnings

    warnings.warn(f"The channel {text} is constant.", stacklevel=1)


WAYS = {
    "line": say,
    "error line": lambda text: say(text, err=True),
    "answer": lambda text: answer(False, {}, "first", f"cluster 0: {text}"),
    "json": lambda text: answer(True, {"names": {text: text}}),
    "warning": warn,
    "python's warning": warns,
    "bad input": fails(InputError),
    "diverged": fails(TrainingDiverged),
    "usage": fails(click.UsageError),
    "bad parameter": fails(click.BadParameter),
}


@pytest.mark.parametrize("text", STEERING)
@pytest.mark.parametrize("way", WAYS)
def test_a_text_reaches_the_terminal_as_its_escape(way, text):
    result = CliRunner().invoke(group_that(WAYS[way]), ["act", f"<{text}>"])
    assert steers(result.output) == [] and "\nError: forged" not in result.output
    if way == "json":
        assert json.loads(result.stdout) == {"names": {f"<{text}>": f"<{text}>"}}
    else:
        assert f"<{STEERING[text]}" in result.output


@pytest.mark.parametrize("text", STEERING)
@pytest.mark.parametrize("line", [["TEXT"], ["act", "x", "TEXT"], ["act", "--TEXT", "x"], ["--TEXT"]])
def test_errors_of_the_command_line_escape_what_was_given(line, text):
    result = CliRunner().invoke(group_that(say), [part.replace("TEXT", f"<{text}>") for part in line])
    assert result.exit_code == 2 and steers(result.stderr) == []
    assert f"<{STEERING[text]}" in result.stderr and "\nError: forged" not in result.stderr


def test_lines_of_click_stay_lines_and_styles_of_ours_stay_styles():
    assert "Usage: " in CliRunner().invoke(main, []).output.splitlines()[0]
    assert "Choose from: bash, zsh, fish" in " ".join(CliRunner().invoke(main, ["completion"]).stderr.split())
    styled = group_that(lambda text: click.echo(click.style(text, fg="red")))
    assert CliRunner().invoke(styled, ["act", "x"], color=True).stdout == "\x1b[31mx\x1b[0m\n"


@pytest.mark.parametrize("argument", [b"\x1b[2J", b"\xff\xfe", "\u202eexe.npy".encode(), b"a\nError: forged"])
def test_a_terminal_shows_a_bad_argument_without_obeying_it(argument):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kerasclust", "report", argument]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs) as running:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:  # the end, on Linux
            pass
    os.close(ours)
    assert running.returncode == 2
    text = said.decode().replace("\r\n", "\n")
    assert steers(text) == [] and "does not exist" in text and "\nError: forged" not in text


USERS = ["=cmd|' /C calc'!A0", "@SUM(1)", "\x1b[2Juser", "-81", "\u202eresu", "+4.5"]
COLUMNS = ["\x1b]0;load\x07", "=delay+1"]


@pytest.fixture(scope="module")
def run_of_hostile_table(tmp_path_factory):
    """(run, table) of a table whose file, columns and users have hostile names."""
    folder = tmp_path_factory.mktemp("hostile")
    table = folder / "t\x1b[2J\nError: forged.csv"
    random = np.random.default_rng(0)
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["user", "second", *COLUMNS])
        for number, user in enumerate(USERS):
            for second in range(16):
                writer.writerow([user, second, *(6.0 * (number % 2) + random.normal(size=2)).tolist()])
    given = ("--id-column", "user", "--time-column", "second", "--window", "8")
    fit = ("fit", table, "--method", "kmeans", "--clusters", 2, "--seed", 0, "--out", folder / "run", *given)
    result = invoked(*fit)
    assert result.exit_code == 0, result.output
    return folder / "run", table, result


def invoked(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_run_of_a_hostile_table_prints_and_writes_its_names_as_text(run_of_hostile_table, tmp_path):
    run, table, fitted = run_of_hostile_table
    neutral = {"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0", "@SUM(1)": "'@SUM(1)"}
    expected = [neutral.get(user, user) for user in sorted(USERS)]
    assert [row["group"] for row in rows_of(run / "labels.csv")][::2] == expected
    said = [fitted.output]
    said.append(invoked("name", run, "0==1+1", "1=busy").output)
    assert {row["name"] for row in rows_of(run / "labels.csv")} == {"'=1+1", "busy"}
    assert [row["group"] for row in rows_of(run / "labels.csv")][::2] == expected
    said.append(invoked("predict", run, table, "--out", tmp_path / "labels.csv").output)
    assert rows_of(tmp_path / "labels.csv") == rows_of(run / "labels.csv")
    invoked("predict", run, table, "--out", tmp_path / "raw.csv", "--raw-text")
    rows = rows_of(tmp_path / "raw.csv")
    assert [row["group"] for row in rows][::2] == sorted(USERS) and {row["name"] for row in rows} == {"=1+1", "busy"}
    said += [invoked("monitor", run, table).output, invoked("report", run).output]
    np.save(tmp_path / "other.npy", np.zeros((3, 8, 3)))
    said.append(invoked("predict", run, tmp_path / "other.npy", "--out", tmp_path / "x.csv").output)
    for text in said:
        assert steers(text) == [] and "\nError: forged" not in text and text
    answered = json.loads(invoked("name", run, "--json").stdout)
    assert answered == {"cluster_names": {"0": "=1+1", "1": "busy"}}


@pytest.mark.parametrize("place", ["data", "out"])
def test_a_name_that_is_not_unicode_is_told_before_training(blobs, tmp_path, place):
    names = {"data": "x.npy", "out": "run"} | {place: os.fsdecode(b"\xff\x1b.npy")}
    np.save(tmp_path / names["data"], blobs[0])
    result = invoked(
        "fit", tmp_path / names["data"], "--method", "kmeans", "--clusters", 3, "--out", tmp_path / names["out"]
    )
    assert result.exit_code == 2 and steers(result.stderr) == []
    assert "\\udcff" in result.stderr and "which is not Unicode: rename it" in result.stderr
    assert os.listdir(tmp_path) == [names["data"]]


def test_names_that_are_not_unicode_become_escapes_in_what_is_written(blobs, tmp_path):
    x = blobs[0][:, :2]
    data = DataSet(
        "file\udcff", x, blobs[1], ("\ud800", "b", "c"), channel_names=("\udc9b", "d"), channel_units=("", "\ud83d")
    )
    model = KMeans(3, random_state=0)
    model.fit(data, verbose=0)
    report = write_report(tmp_path / "report.html", model, data).read_text(encoding="utf-8")
    assert all(escape in report for escape in (r"file\udcff", r"\ud800", r"\udc9b", r"\ud83d"))
