"""Output to a full disk ends with a message, and output to a closed pipe ends quietly."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from kerasclust.cli import base, main

FULL = "/dev/full"
pytestmark = pytest.mark.skipif(not os.path.exists(FULL), reason="the system has no full device")
MESSAGE = "Error: The output cannot be written (No space left on device).\n"
QUICK = [("--help",), ("--version",), ("fit", "--help"), ("completion", "bash")]
SLOW = [("doctor", "--json"), ("doctor",), ("methods",), ("methods", "dance", "--json")]
LINES = [*QUICK, *(pytest.param(line, marks=pytest.mark.full) for line in SLOW)]


def process(line, unbuffered="", **streams):
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-m", "kerasclust", *line]
    return subprocess.Popen(command, env=environment, text=True, **streams)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_message_and_a_status_of_failure(line, unbuffered):
    with open(FULL, "w") as full, process(line, unbuffered, stdout=full, stderr=subprocess.PIPE) as running:
        said = running.communicate()[1]
    assert "Traceback" not in said and said.endswith(MESSAGE) and said.count("Error: ") == 1
    assert running.returncode == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_the_status_tells_of_a_full_disk_where_nothing_can_be_said(unbuffered):
    with open(FULL, "w") as full, process(("--help",), unbuffered, stdout=full, stderr=full) as running:
        running.wait()
    assert running.returncode == 1


@pytest.mark.parametrize("line", LINES)
def test_a_closed_pipe_is_the_end_without_a_message(line):
    read, write = os.pipe()
    os.close(read)
    with process(line, stdout=write, stderr=subprocess.PIPE) as running:
        os.close(write)
        said = running.communicate()[1]
    assert "Traceback" not in said and "Error" not in said and "Exception" not in said
    assert running.returncode == 1


def test_an_encoding_without_a_character_shows_its_escape():
    code = (
        "from kerasclust.cli.base import main, say; main.callback = lambda: say('é – 図'); main(['completion', 'bash'])"
    )
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert done.stdout.decode("latin-1").startswith(r"é \u2013 \u56f3"), done.stderr


def test_other_errors_of_the_system_are_not_taken_for_lost_output(monkeypatch):
    def broken():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(main.commands["doctor"], "callback", lambda **options: broken())
    result = CliRunner().invoke(main, ["doctor"])
    assert isinstance(result.exception, OSError) and "cannot be written" not in result.stderr


def test_json_is_one_line_of_plain_characters_and_keeps_every_text():
    text = "é\x1b[2J\x7f\x9b\u202e\u2066\ufeff\n\r図\ud800\U0001f600"

    @base.Commands().command()
    def say_it():
        base.answer(True, {"text": text})

    said = CliRunner().invoke(say_it).stdout
    assert said.isascii() and said[:-1].isprintable() and said.endswith("\n")
    assert json.loads(said) == {"text": text}
