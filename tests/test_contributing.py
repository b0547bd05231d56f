"""What CONTRIBUTING.md says about a new method is true: its example is one, as soon as its file is there."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner

import kerasclust
from kerasclust.cli import main
from kerasclust.models import catalog, registry
from kerasclust.models import methods as package

GUIDE = Path(__file__).parents[1] / "CONTRIBUTING.md"
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
TITLES = re.findall(r"^## A new (.*)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The example's file, where files of methods are looked for."""
    code = BLOCKS[0]
    (tmp_path / "methods").mkdir()
    (tmp_path / "methods" / "fuzzynet.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / "methods")])
    yield
    registry._METHODS.pop("fuzzynet", None)
    sys.modules.pop("kerasclust.models.methods.fuzzynet", None)


def test_one_file_makes_a_method_for_the_command_the_report_and_the_export(example, blobs, tmp_path):
    np.savez(tmp_path / "blobs.npz", x=blobs[0], y=blobs[1])
    listed = CliRunner().invoke(main, ["methods", "--json"])
    assert "fuzzynet" in {row["method"] for row in json.loads(listed.stdout)["methods"]}
    out = tmp_path / "run"
    command = ["fit", str(tmp_path / "blobs.npz"), "--method", "fuzzynet", "--clusters", "3", "--out", str(out)]
    result = CliRunner().invoke(main, [*command, "--epochs", "5", "--pretrain-epochs", "60", "--seed", "0", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["scores"]["acc"] > 0.95
    assert (out / "report.html").exists()
    served = tf.saved_model.load(str(out / "saved_model")).signatures["labels"]
    labels = [line.split(",")[1] for line in (out / "labels.csv").read_text().splitlines()[1:]]
    found = next(iter(served(tf.constant(blobs[0], tf.float32)).values())).numpy()
    np.testing.assert_array_equal(found, np.array(labels, int))


def test_its_loss_is_the_equation_it_cites(example, blobs):
    model = catalog.methods()["fuzzynet"](3, units=(8,), latent_dim=2, random_state=0)
    model.build((None, blobs[0].shape[1]))
    z = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
    distance = ((z[:, None] - np.asarray(model.assignment.centers)[None]) ** 2).sum(axis=2)
    expected = (np.asarray(model.soft_assignment(z)) ** 2 * distance).sum(axis=1).mean()
    assert float(model.clustering_loss(None, z)) == pytest.approx(expected, rel=1e-5)


def test_it_is_an_estimator_of_scikit_learn(example, blobs):
    found = kerasclust.DeepClustering(method="fuzzynet", n_clusters=3, pretrain_epochs=2, epochs=1, random_state=0)
    assert set(found.fit_predict(blobs[0])) <= {0, 1, 2}


def test_the_folders_that_it_names_are_there():
    named = re.findall(r"^\| (`[^|]*`) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    folders = {folder.strip("`/") for cell in named for folder in cell.split(", ")}
    package = Path(kerasclust.__file__).parent
    assert all((package / folder).is_dir() for folder in folders)
    there = {path.parent.name for path in package.glob("*/__init__.py")}
    assert there <= {folder.split("/")[0] for folder in folders}


@pytest.mark.parametrize(("title", "code"), zip(TITLES[1:], BLOCKS[1:], strict=True), ids=TITLES[1:])
def test_every_other_example_runs(title, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, f"the example of a new {title}", "exec"), {"__name__": "example"})
