import json
import math
import multiprocessing

import numpy as np
import pytest

from kerasclust.errors import InputError
from kerasclust.records import results
from kerasclust.system.versions import PACKAGES

KEY = {"experiment": "ablation", "method": "dance", "data": "irish_5g", "seed": 0, "settings": {"units": [64, 32]}}


def row(method="dance", seed=0, acc=0.5, nmi=0.4, **more):
    return {**KEY, "method": method, "seed": seed, "scores": {"acc": acc, "nmi": nmi, "ari": 0.3}, **more}


def test_rows_come_back_in_order_with_plain_types(tmp_path):
    path = tmp_path / "deep" / "results.jsonl"
    results.append(path, row(evidence={"sizes": np.array([3, 4]), "entropy": np.float32(0.5), "where": tmp_path}))
    results.append(path, row(seed=np.int64(1), seconds=float("nan")))
    first, second = results.read(path)
    assert first["evidence"] == {"sizes": [3, 4], "entropy": 0.5, "where": str(tmp_path)}
    assert (second["seed"], second["seconds"]) == (1, None)
    assert path.read_text().count("\n") == 2


def test_no_file_has_no_rows(tmp_path):
    assert results.read(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_a_half_written_line_is_dropped_and_the_table_goes_on(tmp_path, kept):
    path = tmp_path / "results.jsonl"
    results.append(path, row(seed=0))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:kept])
    assert [r["seed"] for r in results.read(path)] == [0]
    results.append(path, row(seed=1))
    assert [r["seed"] for r in results.read(path)] == [0, 1]


def test_a_file_with_nothing_but_a_long_half_line_starts_anew(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_bytes(b'{"evidence": "' + b"x" * 10_000)
    assert results.read(path) == []
    results.append(path, row())
    assert len(results.read(path)) == 1


def test_a_damaged_line_is_named(tmp_path):
    path = tmp_path / "results.jsonl"
    results.append(path, row())
    path.write_bytes(path.read_bytes() + b'{"a": \n' + path.read_bytes())
    with pytest.raises(InputError, match="line 2"):
        results.read(path)
    path.write_bytes(b"[1]\n")
    with pytest.raises(InputError, match="one JSON object"):
        results.read(path)


def test_what_json_cannot_hold_leaves_the_file_alone(tmp_path):
    path = tmp_path / "results.jsonl"
    results.append(path, row())
    with pytest.raises(InputError, match="object"):
        results.append(path, row(evidence=object()))
    assert len(results.read(path)) == 1


def _append_many(path, seed):
    for i in range(20):
        results.append(path, row(seed=seed + i, padding="x" * 5000))


def test_processes_share_a_file(tmp_path):
    path = tmp_path / "results.jsonl"
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    processes = [context.Process(target=_append_many, args=(path, seed)) for seed in (0, 100)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(r["seed"] for r in results.read(path)) == [*range(20), *range(100, 120)]


def test_done_finds_runs_by_their_key(tmp_path):
    path = tmp_path / "results.jsonl"
    assert not results.done(path, **KEY)
    results.append(path, row())
    assert results.done(path, **KEY)
    assert results.done(path, **{**KEY, "settings": {"units": (64, 32)}, "seed": np.int64(0)})
    assert results.done(path, method="dance")
    assert not results.done(path, **{**KEY, "settings": {}})
    assert not results.done(path, **{**KEY, "seed": 1})
    with pytest.raises(InputError, match="dataset"):
        results.done(path, dataset="irish_5g")


def test_new_row_records_circumstances():
    made = results.new_row(KEY, {"acc": 1.0}, 2.5, evidence={"silhouette": 0.1})
    assert made["seconds"] == 2.5
    assert made["evidence"] == {"silhouette": 0.1}
    assert set(made["versions"]) == {"kerasclust", "python", *PACKAGES}
    assert made["peak_memory_mb"] is None or made["peak_memory_mb"] > 10
    assert json.loads(json.dumps(made)) == made
    with pytest.raises(InputError, match="seed"):
        results.new_row({"method": "dance"}, {}, 1.0)


def test_summary_is_over_seeds():
    rows = [row(seed=s, acc=a, nmi=n) for s, a, n in ((0, 0.5, 0.1), (1, 0.7, 0.3), (2, 0.9, 0.2))]
    summary = results.summary([*rows, row("kmeans", acc=0.4), row("unscored") | {"scores": {}}])
    assert list(summary) == ["dance", "kmeans"]
    assert summary["dance"]["seeds"] == 3
    assert summary["dance"]["acc"] == pytest.approx({"mean": 0.7, "std": 0.2, "min": 0.5, "max": 0.9})
    assert summary["dance"]["nmi"]["std"] == pytest.approx(0.1)
    assert math.isnan(summary["kmeans"]["acc"]["std"])


def test_summary_takes_the_later_of_two_equal_runs_and_refuses_a_mixture():
    assert results.summary([row(acc=0.1), row(acc=0.9)])["dance"]["acc"]["mean"] == 0.9
    with pytest.raises(InputError, match="several runs of one seed"):
        results.summary([row(), row() | {"data": "mnist"}])


def test_table_is_markdown():
    lines = results.table(results.summary([row(seed=0), row(seed=1, acc=0.7), row("kmeans")])).split("\n")
    assert lines[0].startswith("| method | seeds | ACC mean ± sd | ACC min |")
    assert lines[1] == "|" + "---|" * 8
    assert lines[2] == "| dance | 2 | 0.600 ± 0.141 | 0.500 | 0.700 | 0.400 ± 0.000 | 0.400 | 0.400 |"
    assert lines[3].startswith("| kmeans | 1 | 0.500 | 0.500 |")
