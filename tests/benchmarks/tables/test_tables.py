"""A table is run once, whatever interrupts it, and rendered beside what was published."""

import csv
import io

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.command import main
from benchmarks.tables import table_runs
from benchmarks.tables.fits import fit_and_keep
from benchmarks.tables.papers import TABLES, Column, Row, SharedAutoencoder, Table, printed
from benchmarks.tables.planned import planned_runs
from benchmarks.tables.rendering import render_text
from benchmarks.tables.table_runs import run_table
from kerasclust.data.dataset import DataSet
from kerasclust.errors import InputError
from kerasclust.metrics import external_scores
from kerasclust.models import IDEC
from kerasclust.models.autoencoders import Autoencoder
from kerasclust.models.representation import RepresentationModel
from kerasclust.records import results
from kerasclust.records.shared_autoencoders import SharedAutoencoders

QUICK = {"epochs": 2, "n_tries": 2, "batch_size": 64}
TINY = {"units": (8,), "latent_dim": 2, "batch_size": 64, "pretrain_epochs": 2}


def three_blobs(shift=0.0):
    random = np.random.default_rng(0)
    y = np.arange(120) % 3
    x = 6.0 * np.eye(3, 6)[y] + random.normal(size=(120, 6)) + shift
    return DataSet("three_blobs", x.astype("float32"), y)


def table_of(name="tiny", rows=None, **more):
    rows = rows or (
        Row("DEC", "dec", QUICK, not_on=("far",)),
        Row("IDEC, γ = 1", "idec", QUICK | {"gamma": 1.0}, not_on=("far",)),
        Row("not written yet", "quantum"),
        Row("JULE"),
    )
    settings = {
        "source": "nowhere",
        "columns": (Column("near", three_blobs, {"shift": 1.0}), Column("far", three_blobs), Column("elsewhere")),
        "autoencoders": {"plain": SharedAutoencoder(settings=TINY)},
        "published": printed("""
              | near        | elsewhere
        DEC   | 0.75 ± 0.01 |
        JULE  | 0.92        | 0.5*
        """),
    }
    return Table(name, "A tiny table", rows=rows, **settings | more)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    out, said = tmp_path_factory.mktemp("tables"), []
    left_out = run_table(table_of(), out, [0, 1], report=said.append)
    return out, said, left_out


def csv_rows(path):
    return {(line["method"], line["data"]): line for line in csv.DictReader(io.StringIO(path.read_text()))}


def test_a_run_is_what_fit_finds_from_the_shared_autoencoder(ran):
    rows = results.find(ran[0] / "results.jsonl", experiment="tables")
    assert [(row["seed"], row["method"]) for row in rows] == [(0, "dec"), (0, "idec"), (1, "dec"), (1, "idec")]
    x, y = three_blobs(1.0).x, three_blobs(1.0).y
    autoencoder = Autoencoder(**TINY, random_state=0)
    autoencoder.fit(x, verbose=0)
    model = IDEC(3, autoencoder=autoencoder, gamma=1.0, **QUICK, random_state=0)
    model.fit(x, verbose=0)
    assert rows[1]["scores"] == pytest.approx(external_scores(y, model.predict_clusters(x)))
    assert (
        rows[1]["all_settings"].items() >= {"gamma": 1.0, "n_clusters": 3, "latent_dim": 2, "tolerance": 0.001}.items()
    )


def test_an_autoencoder_is_trained_once_for_a_data_set_and_a_seed_and_stays_as_it_is(ran):
    out = ran[0]
    trained = results.find(out / "results.jsonl", experiment="autoencoders")
    files = sorted((out / "autoencoders").iterdir())
    assert len(trained) == len(files) == 2
    before = {file: file.read_bytes() for file in files}
    said = []
    rows = (Row("IDEC, γ = 2", "idec", QUICK | {"gamma": 2.0}, not_on=("far",)),)
    run_table(table_of("more", rows, published={}), out, [0], report=said.append)
    assert any("IDEC, γ = 2: NMI" in line for line in said)
    assert {file: file.read_bytes() for file in (out / "autoencoders").iterdir()} == before
    assert len(results.find(out / "results.jsonl", experiment="autoencoders")) == 2
    assert not any("reconstruction" in line for line in said)
    fresh = Autoencoder(**TINY, random_state=0)
    x = three_blobs(1.0).x
    fresh.fit(x, verbose=0)
    key = next(planned_runs(table_of(), [0])).autoencoder_key
    kept = keras.models.load_model(SharedAutoencoders(out / "autoencoders", out / "results.jsonl").path(key))
    np.testing.assert_allclose(kept.encode(x), fresh.encode(x), atol=1e-5)


def test_what_this_version_cannot_do_is_said_once_and_the_rest_is_run(ran):
    _, said, left_out = ran
    (sentence,) = left_out
    assert "not written yet" in sentence
    assert "'quantum'" in sentence
    assert said.count(sentence) == 1


def test_data_that_cannot_be_loaded_costs_its_column_only(tmp_path):
    table = table_of(rows=(Row("DEC", "dec", QUICK),), published={}, columns=(Column("lost", "no_such_data"),))
    (sentence,) = run_table(table, tmp_path, [0], report=lambda line: None)
    assert sentence.startswith("lost is left out: There is no data set 'no_such_data'")
    assert sentence in (tmp_path / "tiny.md").read_text()


def test_rendered_files_hold_the_numbers_beside_the_published_ones(ran):
    out = ran[0]
    rows = results.find(out / "results.jsonl", experiment="tables", method="dec")
    values = [row["scores"]["nmi"] for row in rows]
    mean, deviation = np.mean(values), np.std(values, ddof=1)
    lines = (out / "tiny.md").read_text().splitlines()
    assert "|  | near | near, published | far | elsewhere, published |" in lines
    dec = next(line for line in lines if line.startswith("| DEC"))
    assert dec.startswith(f"| DEC | {mean:.3f} ± {deviation:.3f} (2) | 0.75 ± 0.01 | ")
    assert "| JULE |  | 0.92 |  | 0.5* |" in lines
    assert any("not written yet is left out" in line for line in lines)
    cells = csv_rows(out / "tiny.csv")
    assert float(cells["DEC", "near"]["mean"]) == pytest.approx(mean, rel=1e-5)
    half = 12.7062 * deviation / np.sqrt(2)  # Student's t, one degree of freedom
    assert float(cells["DEC", "near"]["high"]) == pytest.approx(mean + half, rel=1e-4, abs=1e-6)
    assert cells["JULE", "elsewhere"]["published"] == "0.5*"
    assert (out / "tiny.png").read_bytes().startswith(b"\x89PNG")


def test_an_interrupted_table_goes_on_where_it_stopped(ran, tmp_path, monkeypatch):
    lines = (ran[0] / "results.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "results.jsonl").write_text("".join(lines[:2]) + lines[2][:30])  # an autoencoder, DEC, half of IDEC
    made = []

    def fit(self, x, **options):
        made.append(type(self).__name__)
        if len(made) == 3:  # the autoencoder, whose file is not there, IDEC, the next autoencoder
            raise KeyboardInterrupt
        return original(self, x, **options)

    original = RepresentationModel.fit
    monkeypatch.setattr(RepresentationModel, "fit", fit)
    with pytest.raises(KeyboardInterrupt):
        run_table(table_of(), tmp_path, [0, 1], report=lambda line: None)
    done = len(results.find(tmp_path / "results.jsonl", experiment="tables"))
    assert "(1)" in (tmp_path / "tiny.md").read_text()
    monkeypatch.setattr(RepresentationModel, "fit", original)
    said = []
    run_table(table_of(), tmp_path, [0, 1], report=said.append)
    assert done == 2
    assert len([line for line in said if "NMI" in line]) == 2
    again, whole = (
        {results.identity(row): row["scores"] for row in results.find(folder / "results.jsonl", experiment="tables")}
        for folder in (tmp_path, ran[0])
    )
    assert again == {key: pytest.approx(whole[key]) for key in again}
    assert len(again) == 4


def test_a_column_can_have_a_budget_of_its_own():
    rows = (Row("k-means", "kmeans", {"n_tries": 1}, autoencoder=None), Row("DEC", "dec", QUICK))
    table = table_of(rows=rows, published={}, columns=(Column("near", three_blobs, budget={"epochs": 1}),))
    assert [run.settings for run in planned_runs(table, [0])] == [{"n_tries": 1}, QUICK | {"epochs": 1}]


@pytest.mark.full
def test_a_column_can_have_a_precision_of_its_own(tmp_path, monkeypatch):
    columns = (Column("single", three_blobs), Column("half", three_blobs, precision="mixed_bfloat16"))
    table = table_of(rows=(Row("DEC", "dec", QUICK),), published={}, columns=columns)
    used = []

    def fit(path, key, model, *arguments, **more):
        row = fit_and_keep(path, key, model, *arguments, **more)
        used.append((key["settings"].get("precision"), model.encoder.layers[1].compute_dtype))
        return row

    monkeypatch.setattr(table_runs, "fit_and_keep", fit)
    run_table(table, tmp_path, [0], report=lambda text: None)
    assert used == [(None, "float32"), ("mixed_bfloat16", "bfloat16")]
    assert keras.config.dtype_policy().name == "float32"
    assert len(results.find(tmp_path / "results.jsonl", experiment="autoencoders")) == 2


def test_only_the_columns_that_are_named_are_run(tmp_path):
    table = table_of(rows=(Row("DEC", "dec", QUICK),), published={})
    run_table(table, tmp_path, [0], report=lambda text: None, columns=["far"])
    assert [row["settings"]["data"] for row in results.find(tmp_path / "results.jsonl", experiment="tables")] == [{}]
    with pytest.raises(InputError, match="no column 'fat', but near, far, elsewhere"):
        run_table(table, tmp_path, [0], columns=["near", "fat"])


def test_the_command_lists_runs_and_renders(ran, monkeypatch, tmp_path):
    monkeypatch.setitem(TABLES, "tiny", table_of())
    listed = CliRunner().invoke(main, ["experiment"])
    assert all(name in listed.output for name in TABLES)
    rendered = CliRunner().invoke(main, ["experiment", "tiny", "--render-only", "--out", str(ran[0])])
    assert rendered.exit_code == 0, rendered.output
    assert (ran[0] / "tiny.md").read_text().strip() in rendered.output
    (tmp_path / "results.jsonl").write_text((ran[0] / "results.jsonl").read_text())
    command = ["experiment", "tiny", "--seeds", "1", "--out", str(tmp_path)]
    again = CliRunner().invoke(main, command)
    assert "tiny: 2 of 4 runs to make" in again.output  # those of the method that does not exist
    assert ": NMI" not in again.output
    fresh = CliRunner().invoke(main, [*command, "--fresh"])
    assert fresh.exit_code == 0, fresh.output
    assert len(results.find(tmp_path / "results.jsonl", experiment="tables", seed=0, method="dec")) == 1
    assert "DEC: NMI" in fresh.output
    replaced = results.read(tmp_path / "replaced.jsonl")
    assert sorted(row["method"] for row in replaced) == ["Autoencoder", "dec", "idec"]
    wrong = CliRunner().invoke(main, ["experiment", "acedec_table"])
    assert wrong.exit_code == 2
    assert "did you mean 'acedec_table" in wrong.stderr


def test_a_table_that_contradicts_itself_is_refused():
    with pytest.raises(InputError, match="JULIE"):
        table_of(published={("JULIE", "near"): "0.1"})
    with pytest.raises(InputError, match="stacked"):
        table_of(rows=(Row("DEC", "dec", autoencoder="stacked"),), published={})


@pytest.mark.parametrize("name", [name for name in TABLES if name != "all_methods"])
def test_no_two_cells_of_a_table_are_the_same_run(name):
    keys = [results.identity(run.key) for run in planned_runs(TABLES[name], range(2))]
    assert len(set(keys)) == len(keys) > 0


def test_tables_share_what_they_have_in_common():
    def keys(name):
        return {results.identity(run.key) for run in planned_runs(TABLES[name], [0])}

    assert len(keys("acedec_table2") - keys("acedec_table1") - keys("acedec_table1_augmented")) == 0
    assert len(keys("acedec_table3") - keys("acedec_table1")) == 0
    assert len(keys("acedec_fig1a") & keys("acedec_table1")) == 4


def test_a_row_may_have_more_seeds_than_its_table():
    rows = (Row("few", "kmeans", autoencoder=None), Row("many", "kmeans", autoencoder=None, seeds=3))
    columns = (Column("near", three_blobs),)
    table = table_of(rows=rows, columns=columns, published={}, seeds=1)
    runs = [(run.seed, run.row.title) for run in planned_runs(table)]
    assert runs == [(0, "few"), (0, "many"), (1, "many"), (2, "many")]
    assert [run.seed for run in planned_runs(table, [5])] == [5, 5]


def test_the_text_has_the_range_and_further_scores_where_the_table_asks_for_them(ran):
    out = ran[0]
    table = table_of(ranges=True, also={"ari": printed("\n| near\nDEC | 0.70\n")})
    rows = results.find(out / "results.jsonl", experiment="tables", method="dec")
    render_text(table, out)
    lines = (out / "tiny.md").read_text().splitlines()
    cells = list(csv.DictReader(io.StringIO((out / "tiny.csv").read_text())))
    for score, published in (("nmi", "0.75 ± 0.01"), ("ari", "0.70")):
        low, high = sorted(row["scores"][score] for row in rows)
        assert any(line.startswith("| DEC") and f"(2), {low:.3f} to {high:.3f} | {published}" in line for line in lines)
        (cell,) = (line for line in cells if (line["method"], line["data"], line["score"]) == ("DEC", "near", score))
        assert (float(cell["min"]), float(cell["max"])) == pytest.approx((low, high), rel=1e-5)
    render_text(table_of(), out)
