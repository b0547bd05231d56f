"""The command, as its users meet it.

Most tests run it in this process, because importing TensorFlow anew takes seconds.
"""

import csv
import json
import os
import pty
import signal
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import kerasclust
from benchmarks.command import main as benchmarks
from kerasclust.cli import main
from kerasclust.cli.loading import load
from kerasclust.data.dataset import DataSet
from kerasclust.datasets.loading import NAMES
from kerasclust.runs import FILES, new_directory
from kerasclust.runs.saved import metadata

OF_CHOICES = {"choices.json", "views"} | {
    f"{choice}.{ending}" for choice in ("comparison", "number_of_clusters") for ending in ("md", "csv", "png")
}
COMPLETE = set(FILES.values()) - OF_CHOICES - {"backup"}  # which goes when all else is written
TINY = (
    "--method",
    "dance",
    "--clusters",
    "3",
    "--runs",
    "1",
    "--pretrain-epochs",
    "2",
    "--epochs",
    "2",
    "--set",
    "n_tries=2",
    "--seed",
    "1",
)
QUICK = (*TINY, "--set", "initializer=kmeans")


def run(*arguments, group=main):
    """Run the command in this process.

    Exceptions that users would see as tracebacks are raised.
    """
    result = CliRunner().invoke(group, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def command(*arguments, **options):
    """The command in a process of its own.

    Ctrl-C ends it even where the tests run in the background.
    """
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.Popen(
        [sys.executable, "-m", "kerasclust", *map(str, arguments)],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def labels_in(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A .npy file of shape (60, 3)."""
    path = tmp_path_factory.mktemp("data") / "x.npy"
    rng = np.random.default_rng(0)
    np.save(path, rng.normal(size=(60, 3)) + 8.0 * np.eye(3)[np.arange(60) % 3])
    return path


@pytest.fixture(scope="module")
def fitted(data, tmp_path_factory):
    """(directory of a small run, what the command said)."""
    out = tmp_path_factory.mktemp("runs") / "a"
    result = run("fit", data, "--out", out, *TINY)
    assert result.exit_code == 0, result.output
    return out, result


def test_help_and_version():
    with command("--help") as process:
        said, _ = process.communicate()
    assert process.returncode == 0
    for name in ("compare", "estimate-k", "fit", "methods", "predict", "report", "simulate"):
        assert name in said.decode()
    assert run("--version").output == f"kerasclust {kerasclust.__version__}\n"


def test_help_imports_nothing_large():
    script = (
        "import sys\nfrom kerasclust.cli import main\nmain(['fit', '--help'], standalone_mode=False)\n"
        "large = {'numpy', 'pandas', 'sklearn', 'tensorflow', 'keras', 'matplotlib', 'tqdm'} & set(sys.modules)\n"
        "sys.exit(f'imported {large}' if large else 0)"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr


def test_the_help_lists_the_data_sets():
    said = run("fit", "--help").output
    assert all(name in said for name in NAMES)


def test_quiet_hides_the_progress_bar_of_loaders_that_have_one(monkeypatch):
    given = {}

    def loaded(name, **options):
        given[name] = options
        return DataSet(name, np.zeros((2, 3)))

    monkeypatch.setattr(kerasclust.datasets, "load", loaded, raising=False)
    for name in ("objects", "synth_25"):
        load(name, {"seed": 3}, quiet=True)
    assert given == {"objects": {"seed": 3, "progress": False}, "synth_25": {"seed": 3}}


def test_options_of_data_sets_reach_their_loaders():
    assert run("predict", "--help").exit_code == 0
    result = run("fit", "mnist", "--clusters", 10, "--part", "tset")
    assert "part must be 'test', 'train' or 'all'; found 'tset'" in result.stderr
    result = run("fit", "synth_25", "--clusters", 4, "--samples", 3)
    assert "--samples must be a whole number of at least 4" in result.stderr
    result = run("fit", "cells", "--cells", 1, "--weeks", 1, "--samples-are", "days", "--clusters", 8)
    assert "found 7" in result.stderr
    result = run("fit", "synth_25", "--clusters", 4, "--with-idle")
    assert "synth_25 has no option 'active'" in result.stderr
    result = run("fit", "time_series:Gunpoint", "--clusters", 2)
    assert "no time series set 'Gunpoint'; did you mean 'GunPoint'" in result.stderr
    result = run("fit", "synth_25", "--clusters", 4, "--image-size", 32)
    assert "synth_25 has no option 'image_size': it takes --samples, --extra, seed" in result.stderr


def test_fit_writes_everything(fitted, data):
    out, result = fitted
    assert set(os.listdir(out)) == COMPLETE
    rows = labels_in(out / "labels.csv")
    assert len(rows) == 60
    assert all(0.3 <= float(row["confidence"]) <= 1 for row in rows)
    settings = json.loads((out / "settings.json").read_text())
    assert (settings["method"], settings["data"]) == ("dance", str(data))
    assert settings["settings"]["n_tries"] == 2
    assert settings["settings"]["random_state"] == 1
    assert settings["training_samples"]["count"] == 60
    assert "interrupted" not in settings
    history = json.loads((out / "history.json").read_text())
    assert [history["phase"][0], history["phase"][-1]] == ["pretrain", "refine"]
    assert json.loads((out / "scores.json").read_text())["external"] is None
    assert list((out / "logs").rglob("events.out.tfevents*"))
    assert f"tensorboard --logdir {out / 'logs'}" in result.output
    for name in ("model.keras", "saved_model", "report.html", "labels.csv"):
        assert str(out / name) in result.output


def test_a_method_that_trains_no_network_writes_a_run_like_any_other(data, tmp_path):
    out = tmp_path / "kmeans"
    result = run("fit", data, "--method", "kmeans", "--clusters", "3", "--seed", "0", "--out", out)
    assert result.exit_code == 0, result.output
    assert set(os.listdir(out)) == COMPLETE
    assert json.loads((out / "history.json").read_text()) == {}


@pytest.mark.parametrize("model", [".", "model.keras", "saved_model"])
def test_predict_gives_the_labels_of_the_run(fitted, data, tmp_path, model):
    out, _ = fitted
    trust = ("--trust",) if model == "saved_model" else ()
    result = run("predict", out / model, data, "--out", tmp_path / "new" / "labels.csv", *trust)
    assert result.exit_code == 0, result.output
    predicted, trained = labels_in(tmp_path / "new" / "labels.csv"), labels_in(out / "labels.csv")
    assert [row["cluster"] for row in predicted] == [row["cluster"] for row in trained]


def test_predict_writes_to_the_target_of_a_link_and_neither_over_its_data_nor_over_a_pipe(fitted, data, tmp_path):
    target, link, pipe = tmp_path / "target.csv", tmp_path / "link.csv", tmp_path / "pipe.csv"
    link.symlink_to(target)
    os.mkfifo(pipe)
    assert run("predict", fitted[0], data, "--out", link).exit_code == 0
    assert link.is_symlink() and labels_in(target)
    content = Path(data).read_bytes()
    (tmp_path / "same").symlink_to(data)
    for out, reason in ((tmp_path / "same", "is the data"), (pipe, "is a pipe")):
        result = run("predict", fitted[0], data, "--out", out)
        assert (result.exit_code, reason in result.stderr) == (2, True)
    assert Path(data).read_bytes() == content
    assert pipe.is_fifo()


@pytest.mark.parametrize("command", [(), ("serve",), ("name",), ("completion",), ("fit",)])
def test_no_help_shows_the_marks_of_its_source(command):
    assert "\\b" not in run(*command, "--help").output


@pytest.mark.parametrize("command", ["predict", "serve"])
def test_a_saved_model_is_code_and_needs_trust(fitted, data, tmp_path, command):
    arguments = (data, "--out", tmp_path / "labels.csv") if command == "predict" else ("--port", "0")
    result = run(command, fitted[0] / "saved_model", *arguments)
    assert result.exit_code == 2
    assert "is a SavedModel, which is code" in result.stderr
    assert "give --trust." in result.stderr
    assert not (tmp_path / "labels.csv").exists()


@pytest.mark.parametrize(("format", "name"), [("saved_model", "served"), ("onnx", "model.onnx")])
def test_export_writes_the_model_of_a_run_in_each_format(fitted, tmp_path, format, name):
    out, _ = fitted
    result = run("export", out, "--format", format, "--out", tmp_path / name, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"model": str(tmp_path / name), "format": format}
    assert metadata(tmp_path / name)["training_samples"] == metadata(out)["training_samples"]
    (tmp_path / "thesis").write_text("years of work")
    result = run("export", out / "model.keras", "--format", format, "--out", tmp_path / "thesis")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ") and "thesis" in result.stderr
    assert (tmp_path / "thesis").read_text() == "years of work"


@pytest.mark.parametrize("model", ["model.keras", "saved_model"])
def test_predict_refuses_another_shape(fitted, tmp_path, model):
    np.save(tmp_path / "wide.npy", np.random.default_rng(0).normal(size=(5, 4)))
    result = run("predict", fitted[0] / model, tmp_path / "wide.npy", "--out", tmp_path / "labels.csv", "--trust")
    assert result.exit_code == 2
    assert "(4,)" in result.output and "(3,)" in result.output
    assert not (tmp_path / "labels.csv").exists()


def test_a_table_is_read_as_the_runs_was_and_other_channels_are_refused(tmp_path):
    rng = np.random.default_rng(0)
    rows = [(ue, step, rng.normal(3 * (ue % 3), 1), rng.normal()) for ue in range(12) for step in range(16)]

    def write(name, *columns):
        kpi = {"ue": 0, "second": 1, "rsrp": 2, "cqi": 3}
        lines = [",".join(columns), *(",".join(str(row[kpi[column]]) for column in columns) for row in rows)]
        (tmp_path / name).write_text("\n".join(lines))
        return tmp_path / name

    table = write("kpi.csv", "ue", "second", "rsrp", "cqi")
    given = ("--id-column", "ue", "--time-column", "second", "--window", "8", "--frontend", "statistics")
    assert run("fit", table, "--out", tmp_path / "a", *QUICK, *given).exit_code == 0
    trained = labels_in(tmp_path / "a" / "labels.csv")
    for new in (table, write("swapped.csv", "cqi", "rsrp", "second", "ue")):
        result = run("predict", tmp_path / "a" / "model.keras", new, "--out", tmp_path / "labels.csv")
        assert result.exit_code == 0, result.output
        assert [row["cluster"] for row in labels_in(tmp_path / "labels.csv")] == [row["cluster"] for row in trained]
    np.savez(tmp_path / "b.npz", x=np.ones((2, 8, 2)), channel_names=["cqi", "rsrp"])
    result = run("predict", tmp_path / "a", tmp_path / "b.npz", "--out", tmp_path / "labels.csv")
    assert result.exit_code == 2
    assert "trained on the channels rsrp, cqi, but b has cqi, rsrp" in " ".join(result.stderr.split())


def test_without_a_directory_a_run_gets_a_new_one(data, tmp_path, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kerasclust.runs.training.train", interrupt)
    for expected in ("x", "x-2"):
        assert str(new_directory(data)) == f"runs/{expected}"
        (tmp_path / "runs" / expected).mkdir(parents=True)
    result = run("fit", data, *QUICK)
    assert result.exit_code == 130  # no training: all else is gone through
    assert "runs/x-3/logs" in result.output


def test_report_is_written_again(fitted):
    out, _ = fitted
    (out / "report.html").unlink()
    result = run("report", out)
    assert result.exit_code == 0, result.output
    assert "<html" in (out / "report.html").read_text()


def test_a_failing_report_costs_nothing_else(data, tmp_path, monkeypatch):
    def fail(*arguments, **options):
        raise RuntimeError("no figure today")

    monkeypatch.setattr("kerasclust.runs.training.write_report", fail)
    result = CliRunner().invoke(main, ["fit", str(data), "--out", str(tmp_path / "a"), *QUICK])
    assert isinstance(result.exception, RuntimeError)
    assert result.exit_code == 1
    assert str(tmp_path / "a" / "model.keras") in result.output
    assert set(os.listdir(tmp_path / "a")) == COMPLETE - {"report.html"}


def test_an_earlier_run_is_replaced_only_on_request_and_only_by_a_model(fitted, data, tmp_path):
    out, _ = fitted
    before = (out / "model.keras").read_bytes()
    result = run("fit", data, "--out", out, *TINY)
    assert result.exit_code == 2
    assert "--overwrite" in result.output
    result = run("fit", data, "--out", out, "--clusters", "61", "--overwrite")
    assert result.exit_code == 2
    assert "61 clusters" in result.output
    assert (out / "model.keras").read_bytes() == before
    assert set(os.listdir(out)) == COMPLETE


def test_a_directory_with_other_files_is_never_overwritten(data, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    result = run("fit", data, "--out", tmp_path, "--overwrite", *TINY)
    assert result.exit_code == 2
    assert "thesis.tex" in result.output
    assert os.listdir(tmp_path) == ["thesis.tex"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("fit", "DATA", "--clusters", "3", "--method", "danse"), "did you mean 'dance'"),
        (
            ("fit", "DATA", "--clusters", "3", "--method", "dance", "--set", "betacor=1"),
            "'beta_cor'? It has frontend=auto",
        ),
        (("fit", "DATA", "--clusters", "3", "--set", "beta_cor"), "expected name=value"),
        (("fit", "DATA", "--clusters", "3", "--set", "beta_cor=big"), "expected a number"),
        (("fit", "DATA", "--clusters", "3", "--set", "balance=maybe"), "expected true or false"),
        (("fit", "DATA", "--clusters", "3", "--set", "initializer=magic"), "expected one of 'rim', 'kmeans', 'gmm'"),
        (("fit", "DATA", "--clusters", "3", "--epochs", "2", "--set", "epochs=3"), "give it once"),
        (("fit", "DATA", "--clusters", "3", "--frontend", "magic"), "magic"),
        (("fit", "DATA", "--clusters", "1"), "--clusters is 1"),
        (("fit", "DATA", "--clusters", "many"), "'many' is neither a whole number nor auto"),
        (("fit", "DATA", "--method", "automatic"), "There is no method 'automatic'. There are acai, "),
        (("fit", "DATA", "--clusters", "3", "--method", "automatic"), "vade. 'auto' compares several of them."),
        (("fit", "DATA", "--method", "auto", "--set", "latent_dims=3"), "did you mean 'latent_dim'"),
        (("fit", "DATA", "--method", "auto", "--clusters", "1"), "--clusters is 1"),
        (("fit", "DATA", "--method", "auto", "--set", "units=big"), "units='big': expected the widths"),
        (("fit", "DATA", "--method", "auto", "--time-budget", "0"), "'0' is neither a number of minutes above 0 nor"),
        (
            ("fit", "DATA", "--method", "dance", "--time-budget", "5min"),
            "--time-budget limits the comparison of methods: give --method auto",
        ),
        (
            ("fit", "DATA", "--workers", "a:1,b:1", "--worker", "0"),
            "give --method and --clusters together with --workers",
        ),
        (("fit", "DATA", "--clusters", "3", "--epochs", "0"), "0 is not in the range"),
        (("fit", "DATA", "--clusters", "3", "--users", "9"), "n_users"),
        (
            ("fit", "DATA", "--method", "dec", "--clusters", "3", "--workers", "a:1", "--worker", "0"),
            "at least two different addresses",
        ),
        (("fit", "irish_g5", "--clusters", "3"), "did you mean 'irish_5g'"),
        (("fit", "none.npy", "--clusters", "3"), "There is no file none.npy"),
        (("fit", "BROKEN", "--clusters", "3"), "cannot be read"),
        (("predict", "BROKEN", "DATA"), "is no model"),
        (("predict", "none.keras", "DATA"), "does not exist"),
        (("bench", "picks", "DATA"), "known groups"),
        (("experiment", "acedec_table1", "--column", "MNIST"), "no column 'MNIST', but SYNTH-25, MNIST-Test, OBJECTS"),
        (("simulate",), "ends in .npz"),
    ],
)
def test_bad_input_is_one_message_and_status_2(data, tmp_path, monkeypatch, arguments, message):
    monkeypatch.setattr("benchmarks.tables.picks.require", lambda module: None)
    broken = tmp_path / "broken.npy"
    broken.write_bytes(b"not an array")
    places = {"DATA": data, "BROKEN": broken}
    group = benchmarks if arguments[0] in benchmarks.commands else main
    result = run(*(places.get(argument, argument) for argument in arguments), "--out", tmp_path / "out", group=group)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())
    assert result.stderr.count("Error: ") == 1
    assert not (tmp_path / "out").exists()


def test_bad_input_in_a_process_of_its_own_shows_nothing_but_the_message(tmp_path):
    with command("fit", tmp_path / "none.npy", "--clusters", "3", "--out", tmp_path / "a") as process:
        said, errors = process.communicate()
    assert process.returncode == 2
    assert said == b""
    assert errors.decode() == f"Error: There is no file {tmp_path / 'none.npy'}.\n"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_end_keeps_the_model_so_far(number, status, data, tmp_path):
    out = tmp_path / "a"
    arguments = (
        "fit",
        data,
        "--out",
        out,
        "--clusters",
        "3",
        "--method",
        "dance",
        "--pretrain-epochs",
        "1000000",
        "--seed",
        "1",
    )
    ours, theirs = pty.openpty()  # a terminal, where the bar shows when the first epochs are done
    termios.tcsetwinsize(theirs, (24, 120))
    with command(*arguments, stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while b"reconstruction=" not in said:
            said += os.read(ours, 10_000)
        process.send_signal(number)
        with suppress(OSError):  # the end of a terminal that nobody writes to any more
            while part := os.read(ours, 10_000):
                said += part
        process.communicate()
    os.close(ours)
    assert process.returncode == status
    assert b"Traceback" not in said
    assert b"Interrupted in phase 'pretrain'" in said
    assert set(os.listdir(out)) == {"logs", "model.keras", "settings.json", "command.json", "backup"}
    assert json.loads((out / "settings.json").read_text())["interrupted"] == "pretrain"
    assert run("predict", out, data, "--out", tmp_path / "labels.csv").exit_code == 2  # there are no clusters yet


def test_ctrl_c_before_training_leaves_nothing(data, tmp_path, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("kerasclust.datasets.load", interrupt, raising=False)
    result = run("fit", data, "--out", tmp_path / "a", *TINY)
    assert result.exit_code == 130
    assert "Interrupted" in result.stderr
    assert os.listdir(tmp_path) == []


def test_methods_are_listed():
    result = run("methods")
    assert result.exit_code == 0
    assert result.output.splitlines()[0].split() == ["METHOD", "KIND", "PAPER"]
    assert any(line.startswith("dance ") for line in result.output.splitlines())


def test_a_table_of_labeled_sequences_is_fitted_quietly(tmp_path, monkeypatch):
    reported = []
    monkeypatch.setattr(
        "kerasclust.runs.training.write_report", lambda path, model, data, *more, **further: reported.append(data)
    )
    rng = np.random.default_rng(0)
    lines = [
        f"{day},{cell},{hour},{rng.normal(3 * cell, 1):.3f},50,kind {cell % 3}"
        for day in range(4)
        for cell in range(9)
        for hour in range(24 * day, 24 * day + 24)
    ]
    (tmp_path / "kpi.csv").write_text("\n".join(["day,site,hour,load,delay,kind", *lines]))
    columns = ("--id-column", "site", "--time-column", "hour", "--label-column", "kind")
    arguments = (*columns, "--channel", "load", "--channel", "delay", "--window", "24")
    result = run("fit", tmp_path / "kpi.csv", "--out", tmp_path / "a", *QUICK, *arguments, "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    said = result.stderr.splitlines()
    assert all(line.startswith("Warning: ") for line in said)
    assert len([line for line in said if "constant" in line and "'delay'" in line]) == 1  # said once
    assert len(set(said)) == len(said)  # the constant delay is met several times, and told once
    rows = labels_in(tmp_path / "a" / "labels.csv")
    assert len(rows) == 36
    assert {row["group"] for row in rows} == {str(site) for site in range(9)}
    assert {row["start"] for row in rows} == {str(24 * day) for day in range(4)}
    assert set(json.loads((tmp_path / "a" / "scores.json").read_text())["external"]) == {"acc", "nmi", "ari"}
    assert json.loads((tmp_path / "a" / "settings.json").read_text())["options"]["channels"] == ["load", "delay"]
    assert run("report", tmp_path / "a").exit_code == 0
    assert [data.x.shape for data in reported] == [(36, 24, 2)] * 2  # with the columns and windows of the training


def test_simulated_network_is_a_file_that_loads(tmp_path, monkeypatch):
    pytest.importorskip("CRRM")
    monkeypatch.setenv("KERASCLUST_CACHE", str(tmp_path / "cache"))
    out, picture = tmp_path / "data.npz", tmp_path / "map.png"
    result = run("simulate", "--users", 8, "--sequences", 1, "--out", out, "--picture", picture)
    assert result.exit_code == 0, result.output
    data, simulated = kerasclust.datasets.load(out), kerasclust.datasets.mobile_network(n_users=8, n_sequences=1)
    np.testing.assert_array_equal(data.x, simulated.x)
    assert data.label_names == simulated.label_names
    assert data.channel_label(3) == simulated.channel_label(3)
    assert data.step_seconds == 5.0
    assert set(data.context) == set(simulated.context)  # so that the report of the file shows the map too
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_settings_of_a_method_come_from_its_declaration():
    shown = CliRunner().invoke(main, ["methods", "dance"]).stdout
    assert shown.startswith("dance: autoencoder + adversary (DANCE paper, algorithm 1)\n")
    assert "cluster_dim (default: 4)\n    dimensions of Z_c.\n" in shown
    found = json.loads(CliRunner().invoke(main, ["methods", "kmeans", "--json"]).stdout)
    settings = ["n_clusters", "frontend", "missing", "max_missing", "n_tries", "random_state"]
    assert [row["setting"] for row in found["settings"]] == settings
    assert CliRunner().invoke(main, ["methods", "dacne"]).exit_code == 2
