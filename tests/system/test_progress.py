import io
import os
import pty
import subprocess
import sys
import termios
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest

from kerasclust.system.progress import ProgressLine, progress_of


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_work_is_one_line_at_its_end_where_there_is_no_terminal(capsys):
    with progress_of("refine", "epoch", total=40) as bar:
        for epoch in range(40):
            bar.set_postfix({"loss": f"{1 / (epoch + 1):.3f}"}, refresh=False)
            bar.update()
        assert capsys.readouterr().err == ""
    bar.close()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("refine: 40 epochs, ") and line.endswith(" s, loss 0.025") and "\r" not in line


def test_unfinished_work_says_how_far_it_came(capsys):
    with pytest.raises(RuntimeError), progress_of("runs", "run", items=["a", "b", "c"]) as bar:
        for item in bar:
            if item == "b":
                raise RuntimeError
    assert capsys.readouterr().err.startswith("runs: 1 of 3 runs, ")


def test_items_are_counted_and_work_that_resumes_counts_what_was_done(capsys):
    assert list(progress_of("images", "image", items=range(1))) == [0]
    with progress_of("pretrain", "epoch", total=10, done=6) as bar:
        bar.update(4)
    one, resumed = capsys.readouterr().err.splitlines()
    assert one.startswith("images: 1 image, ") and resumed.startswith("pretrain: 10 epochs, ")


def test_hidden_work_says_nothing_and_is_done(capsys):
    assert list(progress_of("x", "step", items=[1, 2], shown=False)) == [1, 2]
    assert capsys.readouterr().err == ""


def test_terminals_and_notebooks_get_a_bar_that_moves(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress_of("refine", "epoch", total=2) as bar:
        bar.update(2)
    assert "\rrefine" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    shell = SimpleNamespace(config={"IPKernelApp": {}})
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert not isinstance(progress_of("refine", "epoch", total=2), ProgressLine)
    shell.config = {"TerminalIPythonApp": {}}
    assert isinstance(progress_of("refine", "epoch", total=2), ProgressLine)


def test_the_output_of_a_training_into_a_file_is_short_and_has_no_carriage_returns(tmp_path):
    x = np.random.default_rng(0).normal(size=(400, 6)) + 9.0 * (np.arange(400) % 2)[:, None]
    np.save(tmp_path / "x.npy", x)
    size = ("--pretrain-epochs", "60", "--epochs", "60", "--clusters", "2", "--seed", "0", "--method", "dec")
    command = [sys.executable, "-m", "kerasclust", "fit", tmp_path / "x.npy", *size, "--out", tmp_path / "run"]
    found = subprocess.run(list(map(str, command)), capture_output=True, check=True)
    said = found.stdout + found.stderr
    assert len(said) < 4000 and b"\r" not in said
    phases = [line for line in found.stderr.decode().splitlines() if line.startswith("DEC ")]
    assert [line.partition(":")[0] for line in phases] == ["DEC pretrain", "DEC refine"]


def test_a_terminal_is_found_in_a_process():
    code = "from kerasclust.system.progress import progress_of\nfor i in progress_of('work', 'step', items=[1]): pass"
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen([sys.executable, "-c", code], stderr=theirs)
    os.close(theirs)
    said = b""
    with suppress(OSError):  # the end of a terminal that nobody writes to any more
        while part := os.read(ours, 10_000):
            said += part
    os.close(ours)
    assert process.wait() == 0 and b"\rwork" in said
