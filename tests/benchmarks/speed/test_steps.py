"""`python -m benchmarks bench speed` times each phase of a method once."""

import pytest
from click.testing import CliRunner

from benchmarks.command import main
from benchmarks.speed import prediction
from benchmarks.speed.choices import PARTS
from benchmarks.speed.growth import growth_table, time_growth
from benchmarks.speed.models import trained_methods
from benchmarks.speed.parts import FUNCTIONS
from benchmarks.speed.rows import machine
from benchmarks.speed.steps import run_steps
from kerasclust.errors import InputError
from kerasclust.records import results


@pytest.fixture(scope="module")
def speed(tmp_path_factory):
    path = tmp_path_factory.mktemp("speed") / "rows.jsonl"

    def run(*arguments):
        return CliRunner().invoke(main, ["bench", "speed", "--out", str(path), *arguments])

    return run, path


def test_every_phase_has_a_step_and_a_floor(speed):
    run, path = speed
    chosen = ["--part", "steps", "--network", "dec", "--batch", "8", "--precision", "float32", "--method", "idec"]
    first = run(*chosen)
    assert first.exit_code == 0, first.output
    (row,) = results.read(path)
    pretrain, refine = row["phases"]
    assert (pretrain["phase"], refine["phase"]) == ("pretrain", "refine")
    # eight layers, and distances to centers with their two gradients
    assert (pretrain["n_products"], refine["n_products"]) == (23, 26)
    for phase in row["phases"]:
        assert phase["batch_size"] == 8
        assert phase["ratio"] == pytest.approx(phase["step_seconds"] / phase["floor_seconds"])
        assert f"{phase['ratio']:.2f}" in first.output
    again = run(*chosen)
    assert again.exit_code == 0, again.output
    assert results.read(path) == [row]  # measured once
    assert path.with_name(f"{path.name}.png").read_bytes().startswith(b"\x89PNG")


def test_growth_is_the_cost_of_further_rows():
    rows = [
        {"method": "dec", "settings": {"rows": n}, "seconds": 5.0 + 0.002 * n, "memory_mb": 40.0 + 0.003 * n}
        for n in (1000, 10_000)
    ]
    first, second = growth_table(rows[::-1]).splitlines()[1:]
    assert first.split() == ["dec", "1,000", "7.0", "43"]
    assert second.split() == ["dec", "10,000", "25.0", "70", "2.000", "3.000"]


def test_a_fit_of_simulated_rows_is_measured_in_a_process_of_its_own():
    measured = time_growth("dec", 2000)
    assert measured["seconds"] > 0.0
    assert measured["memory_mb"] >= 0.0


def test_what_fails_in_a_process_is_told():
    with pytest.raises(InputError, match=r"ended with 1: .*no_such_method"):
        time_growth("no_such_method", 2000)


def test_a_results_file_that_cannot_be_written_is_refused_first(speed, tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["bench", "speed", "--out", str(tmp_path / "file" / "rows.jsonl")])
    assert result.exit_code != 0
    assert "cannot be written" in result.output


def test_the_command_has_every_part():
    assert tuple(FUNCTIONS) == PARTS


def test_methods_without_phases_are_refused(tmp_path):
    with pytest.raises(InputError, match="'kmeans' is none of the methods with phases to time"):
        run_steps(tmp_path / "rows.jsonl", ["kmeans"])
    assert {"acai", "dance", "dec", "dcn", "acedec", "cdc"} <= set(trained_methods())
    assert not {"ae_kmeans", "kmeans"} & set(trained_methods())


def test_a_prediction_is_timed_in_three_ways(speed, monkeypatch):
    monkeypatch.setattr(prediction, "BATCHES", 1)
    monkeypatch.setattr(prediction, "ROUNDS", 1)
    run, path = speed
    chosen = ["--part", "prediction", "--network", "dec", "--precision", "float32", "--method", "dec"]
    result = run(*chosen)
    assert result.exit_code == 0, result.output
    (row,) = results.find(path, experiment="prediction")
    assert row["seconds"] == row["predict"]
    assert f"{row['predict'] / row['encoder']:.2f}" in result.output
    assert f"{row['saved_model'] / row['encoder']:.2f}" in result.output


def test_the_machine_is_told():
    found = machine()
    assert found["processor"] and found["cores"] >= 1 and found["gpus"] == []
