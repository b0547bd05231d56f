"""`python -m benchmarks bench intake` times windows of tables beside the engine's floor."""

import duckdb
import pytest
from click.testing import CliRunner

from benchmarks.command import main
from benchmarks.intake import kpis, subjects
from benchmarks.intake.choices import SUBJECTS
from benchmarks.intake.runs import intake_table
from kerasclust.records import results


@pytest.fixture(autouse=True)
def few_cells(monkeypatch):
    monkeypatch.setattr(kpis, "LEAST_CELLS", 20)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_every_subject_reads_the_table(kind, tmp_path):
    path = kpis.write_kpis(tmp_path, 5000, kind)
    (found,) = duckdb.sql(f"SELECT count(*), count(DISTINCT cell) FROM '{path}'").fetchall()
    assert 4800 < found[0] < 5200 and found[1] == 20
    samples = {name: subjects.time_subject(name, path)["samples"] for name in SUBJECTS if name != "polars"}
    assert samples["scan"] == samples["duckdb"] == found[0]
    days = 5000 / 0.98 / 20 // 24
    assert 0.9 * 20 * days <= samples["kerasclust"] <= 20 * days + 20
    assert samples["check"] == samples["kerasclust"]
    assert 0.9 * 20 * days <= samples["pandas"] <= 20 * days


def test_a_measurement_is_made_once_in_a_process_of_its_own(tmp_path):
    arguments = ["bench", "intake", "--out", str(tmp_path / "rows.jsonl"), "--tables", str(tmp_path / "tables")]
    arguments += ["--rows", "2000", "--format", "parquet", "--subject", "scan", "--subject", "duckdb"]
    first = CliRunner().invoke(main, arguments)
    assert first.exit_code == 0, first.output
    measured = results.read(tmp_path / "rows.jsonl")
    assert [row["method"] for row in measured] == ["scan", "duckdb"]
    assert all(row["seconds"] > 0 and row["memory_mb"] > 0 for row in measured)
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 0, again.output
    assert results.read(tmp_path / "rows.jsonl") == measured


def test_the_table_has_the_times_of_the_floor():
    rows = [
        {
            "method": method,
            "seconds": seconds,
            "memory_mb": 100.0,
            "samples": 7,
            "settings": {"rows": 10, "format": "csv"},
        }
        for method, seconds in (("duckdb", 4.0), ("kerasclust", 6.0))
    ]
    ours, floor = intake_table(rows).splitlines()[1:]
    assert ours.split() == ["csv", "10", "kerasclust", "6.0", "1.50", "100", "7"]
    assert floor.split() == ["csv", "10", "duckdb", "4.0", "100", "7"]
