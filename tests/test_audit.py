"""`make audit` ends well only if every pinned version was compared with advisories."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.audit import affects, main

RANGE = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.11.3"}, {"introduced": "3.0"}]}]}
LAST = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"last_affected": "1.4"}]}]}


@pytest.fixture
def constraints(tmp_path):
    path = tmp_path / "constraints.txt"
    path.write_text("# pinned\nJinja2==2.10\nnumpy==2.4.6  # as tested\n")
    return path


def audit(path, *arguments):
    return CliRunner().invoke(main, ["--pinned", str(path), *map(str, arguments)])


@pytest.mark.parametrize(
    ("affected", "version", "expected"),
    [
        (RANGE, "2.10", True),
        (RANGE, "2.11.3", False),
        (RANGE, "3.1", True),
        (LAST, "1.4", True),
        (LAST, "1.4.1", False),
        (LAST, "0.9", False),
        ({"versions": ["1.0rc1"]}, "1.0rc1", True),
        ({"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}, "1.0", False),
    ],
)
def test_ranges_of_an_advisory(affected, version, expected):
    assert affects(affected, version) == expected


def test_a_clone_of_the_advisories_is_dated_and_its_findings_count(constraints, tmp_path):
    folder = tmp_path / "clone" / "vulns" / "jinja2"
    folder.mkdir(parents=True)
    nothing = audit(constraints, "--advisories", tmp_path / "clone")
    assert nothing.exit_code == 1
    assert "Not audited" in nothing.output
    advisory = {"id": "PYSEC-1", "aliases": ["CVE-1"], "modified": "2021-03-22T16:34:00Z"}
    advisory["affected"] = [{"package": {"name": "jinja2"}, **RANGE}]
    (folder / "PYSEC-1.yaml").write_text(json.dumps(advisory))
    found = audit(constraints, "--advisories", tmp_path / "clone")
    assert found.exit_code == 1
    assert "jinja2 2.10: PYSEC-1 CVE-1" in found.output
    assert "2 pinned versions, 1 known vulnerabilities by the advisories up to 2021-03-22." in found.output
    (folder / "PYSEC-1.yaml").write_text(json.dumps(advisory | {"withdrawn": "2022-01-01T00:00:00Z"}))
    assert audit(constraints, "--advisories", tmp_path / "clone").exit_code == 0


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ([{"name": "jinja2", "version": "2.10", "vulns": []}, {"name": "numpy", "skip_reason": "not found"}], 1, "Not"),
        (
            [{"name": "jinja2", "version": "2.10", "vulns": []}, {"name": "numpy", "version": "2", "vulns": []}],
            0,
            "0 k",
        ),
        (None, 1, "Not audited: no network"),
    ],
)
def test_a_package_that_pypi_does_not_answer_for_is_not_audited(answer, status, said, constraints, monkeypatch):
    text = "" if answer is None else json.dumps({"dependencies": answer})
    done = subprocess.CompletedProcess([sys.executable], 0, text, "Traceback\nno network\n")
    monkeypatch.setattr("subprocess.run", lambda *arguments, **options: done)
    found = audit(constraints)
    assert found.exit_code == status
    assert said in found.output
