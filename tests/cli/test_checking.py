"""`kerasclust check`, and doubts and refusals of the other commands before TensorFlow is loaded."""

import json
import shlex
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from kerasclust.cli import main
from kerasclust.cli.checking import wrapped
from kerasclust.cli.proposing import command_with, merged, proposed_by
from kerasclust.data.findings import Finding

PARAMETERS = main.commands["fit"].params


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def answered(*arguments):
    result = run(*arguments, "--json")
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def sites(tmp_path):
    """Sites with 10 days of 3 kinds of load, in an export with semicolons, a maker, 65535 and holes."""
    random = np.random.default_rng(3)
    lines = ["cell;date_time;maker;erlang;setups"]
    for site in range(8):
        for hour in range(240):
            if random.random() < 0.01:
                continue
            load = 20 + 15 * np.sin((hour % 24 - (5 if site % 2 else 15)) / 24 * 2 * np.pi) + random.normal()
            setups = 65535 if random.random() < 0.02 else random.integers(100, 180)
            time = np.datetime64("2026-02-02T00:00") + np.timedelta64(hour, "h")
            lines.append(
                f"{site:03d};{str(time).replace('T', ' ')};{'AB'[site % 2]}-corp;{load:.2f};{setups}".replace(".", ",")
            )
    path = tmp_path / "my sites.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def clean(tmp_path):
    random = np.random.default_rng(0)
    rows = random.normal(size=(60, 3)) + 7 * (np.arange(60) % 2)[:, None]
    path = tmp_path / "clean.csv"
    path.write_text("\n".join(["a,b,c", *(",".join(map(str, row)) for row in rows)]))
    return path


def test_a_clean_table_is_fine_and_its_command_needs_no_option(clean):
    status, found = answered("check", clean)
    assert (status, found["status"], found["samples"], found["shape"]) == (0, 0, 60, [3])
    assert [finding for finding in found["findings"] if finding["severity"] != "note"] == []
    assert found["proposed"] == {}
    assert found["commands"][-1] == f"kerasclust fit {clean} --clusters 4"
    said = run("check", clean)
    assert said.exit_code == 0 and "Go on with:" in said.stdout


def test_an_export_with_everything_is_doubtful_in_one_list(sites):
    result = run("check", sites)
    assert result.exit_code == 1 and result.stderr == ""
    lines = result.stdout.splitlines()
    severities = [line.partition(" ")[0] for line in lines if line.startswith(("refused", "doubtful", "note"))]
    assert severities == sorted(severities, key=["refused", "doubtful", "note"].index) and len(severities) >= 4
    assert any("65535" in line and "--missing-value 65535" in line for line in lines)
    assert any("'maker'" in line and "--drop maker" in line for line in lines)
    assert any("--window 1d" in line for line in lines)
    assert not any(word in result.stdout for word in ("missing_value", "drop=", "window="))
    table = lines[next(i for i, line in enumerate(lines) if line.startswith("COLUMN")) :]
    assert table[1].startswith("cell ") and "id" in table[1] and table[2].startswith("date_time") and "time" in table[2]


def test_the_commands_that_it_ends_with_work_when_typed(sites, tmp_path):
    _, found = answered("check", sites)
    estimate, fit = map(shlex.split, found["commands"])
    assert estimate[1] == "estimate-k" and fit[1:3] == ["fit", str(sites)]
    quick = ("--method", "kmeans", "--seed", "0", "--out", tmp_path / "run", "--json")
    result = run(*fit[1:], *quick)
    assert result.exit_code == 0, result.output
    assert sum(cluster["samples"] for cluster in json.loads(result.stdout)["clusters"]) > 70
    status, settled = answered("check", *estimate[2:])
    assert settled["samples"] == sum(cluster["samples"] for cluster in json.loads(result.stdout)["clusters"])
    kinds = {finding["kind"] for finding in found["findings"] if finding["severity"] == "doubtful"}
    assert {finding["kind"] for finding in settled["findings"] if finding["severity"] == "doubtful"} < kinds
    assert status in (0, 1)


def test_what_cannot_be_read_has_status_2_and_all_reasons(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("cell,time,load\na,1,0.5\nb,soon,0.7\n,3,?\n" * 5)
    result = run("check", path)
    assert result.exit_code == 2
    assert sum(line.startswith("refused") for line in result.stdout.splitlines()) >= 2
    assert run("check", tmp_path / "none.csv").exit_code == 2
    refused = run("fit", path, "--clusters", 2)
    assert refused.exit_code == 2
    head, *reasons = refused.stderr.splitlines()
    assert head == "Error: bad.csv cannot be read as it is:" and len(reasons) >= 2
    assert all(reason.startswith("  - ") for reason in reasons)


def test_arrays_and_data_sets_with_a_name_are_checked(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(30, 5, 2)))
    status, found = answered("check", tmp_path / "x.npy")
    assert (status, found["samples"], found["shape"]) == (0, 30, [5, 2])
    status, found = answered("check", "synth_25", "--samples", 50)
    assert (status, found["samples"]) == (0, 50)
    assert found["commands"][-1].startswith("kerasclust fit synth_25 --samples 50")


def test_doubts_are_one_warning_before_the_training(sites, tmp_path):
    given = ("--window", "1d", "--method", "kmeans", "--clusters", 2, "--seed", 0, "--quiet")
    result = run("fit", sites, *given, "--out", tmp_path / "run")
    assert result.exit_code == 0
    head, *doubts = result.stderr.splitlines()[:3]
    assert head.startswith("Warning: ") and head.endswith(" things in my sites are doubtful:")
    assert all(doubt.startswith("  - ") for doubt in doubts)
    assert result.stderr.count("holds 65535") == 1


REFUSING = """
import sys
from kerasclust.cli import main
try:
    main({arguments!r})
except SystemExit as end:
    loaded = sorted({{"tensorflow", "keras", "sklearn", "matplotlib"}} & set(sys.modules))
    sys.exit(f"status {{end.code}}, loaded {{loaded}}")
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["fit", "bad.csv", "--clusters", "2"],
        ["compare", "bad.csv", "--clusters", "2"],
        ["estimate-k", "bad.csv"],
        ["check", "bad.csv"],
        ["fit", "none.parquet", "--clusters", "2"],
        ["predict", "run", "bad.csv", "--out", "o.csv"],
        ["monitor", "run", "bad.csv"],
        ["report", "run", "bad.csv"],
    ],
)
def test_a_refusal_comes_before_tensorflow_is_loaded(arguments, tmp_path):
    (tmp_path / "bad.csv").write_text("cell,time,load\na,1,0.5\nb,soon,0.7\n")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "settings.json").write_text('{"channel_names": ["load"], "reading": {"time_column": "time"}}')
    (tmp_path / "run" / "reference.json").write_text("{}")
    code = REFUSING.format(arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stderr.splitlines()[-1] == "status 2, loaded []", done.stderr


def finding(severity, remedy, kind="kind"):
    return Finding(kind, severity, "Something.", remedy)


def test_proposals_are_the_first_options_of_remedies():
    found = [
        finding("refused", "correct it, or give drop='a b'"),
        finding("doubtful", "give missing_value=-999 if it marks a missing value"),
        finding("doubtful", 'give drop="it\'s", or id_column="it\'s"'),
        finding("doubtful", "give window='1d' to group days, or window='series'"),
        finding("doubtful", "give window=24"),
        finding("refused", "give id_column, or aggregate to merge them, or every='1h'"),
        finding("note", "give timezone='Asia/Tokyo', for local days"),
        finding("doubtful", "give time_column='day' otherwise", "dates"),
        finding("doubtful", "give x[..., None], or frobnicate=2"),
    ]
    proposed = proposed_by(found, PARAMETERS)
    assert proposed == {"drop": ["a b", "it's"], "missing_value": ["-999"], "window": "1d"}
    command = command_with(["kerasclust", "fit", "x.csv"], proposed, PARAMETERS)
    assert shlex.split(command)[3:] == [
        *("--drop", "a b", "--drop", "it's"),
        *("--missing-value", "-999", "--window", "1d"),
    ]


def test_what_the_user_gave_stands():
    proposed = {"drop": ["maker", "site"], "window": "1d", "rate": ["bytes"]}
    given = {"window": 24, "id_column": "site", "drop": ["maker"]}
    assert merged(given, proposed) == {**given, "rate": ["bytes"]}


def test_paragraphs_are_wrapped_on_a_terminal_alone(monkeypatch):
    text = "doubtful  " + "word " * 60
    assert wrapped(text, 10) == [text]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "70")
    lines = wrapped(text, 10)
    assert len(lines) > 4 and max(map(len, lines)) <= 70
    assert all(line.startswith(" " * 10 + "word") for line in lines[1:])
