"""Clocks that are wrong: told before a training, and without influence on its checkpoints."""

import itertools
import time
from datetime import datetime

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.errors import InputError
from kerasclust.models import DEC
from kerasclust.system import clock
from kerasclust.training import checkpoint


def clock_at(year):
    return type("Clock", (), {"now": staticmethod(lambda: datetime(year, 1, 2))})


@pytest.mark.parametrize(("year", "good"), [(1970, False), (1979, False), (1980, True), (2107, True), (2108, False)])
def test_a_date_that_model_files_cannot_hold_is_told(year, good, monkeypatch):
    monkeypatch.setattr(clock, "datetime", clock_at(year))
    if good:
        clock.check_clock()
        return
    with pytest.raises(InputError, match=f"says {year}-01-02, .* from 1980 to 2107: set the clock"):
        clock.check_clock()


def test_a_wrong_clock_is_told_before_training(tmp_path, monkeypatch):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(60, 3)))
    monkeypatch.setattr(clock, "datetime", clock_at(1970))
    monkeypatch.setattr(DEC, "fit", lambda *arguments, **options: pytest.fail("trained"))
    command = ["fit", tmp_path / "x.npy", "--method", "dec", "--clusters", 2, "--out", tmp_path / "run"]
    result = CliRunner().invoke(main, list(map(str, command)))
    assert result.exit_code == 2
    assert "The clock of this machine says 1970-01-02" in result.stderr
    assert not (tmp_path / "run").exists()


def test_a_clock_that_goes_back_does_not_stop_checkpoints(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(checkpoint, "SECONDS", 0.0)
    monkeypatch.setattr(checkpoint, "SHARE", 1e9)
    monkeypatch.setattr(checkpoint.Backup, "write", lambda self, name, *arguments: written.append(name))
    past = itertools.count(2e9, -1e5)
    monkeypatch.setattr(time, "time", lambda: next(past))
    x = np.random.default_rng(0).normal(size=(60, 3))
    settings = {"units": (4,), "n_tries": 1, "pretrain_epochs": 4, "epochs": 4, "tolerance": 0.0, "random_state": 0}
    DEC(2, **settings).fit(x, verbose=0, backup_dir=tmp_path)
    assert written.count("phase-0-pretrain") == 3
