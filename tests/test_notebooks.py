"""The notebooks are as they were run, from top to bottom, and run today."""

import importlib.util
from pathlib import Path

import nbformat
import pytest

import kerasclust

FOLDER = Path(kerasclust.__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
QUICK = ("own_loss_or_network",)  # stands for the others in `make test`


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """Each notebook as it is kept."""
    return nbformat.read(request.param, as_version=4)


def test_it_asks_a_question(notebook):
    title = notebook.cells[0].source.partition("\n")[0]
    assert title.startswith("# ") and "?" in title


def test_it_was_run_from_top_to_bottom_without_an_error(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {output.get("name", output.output_type) for cell in code for output in cell.outputs}
    assert kinds <= {"stdout", "execute_result", "display_data"}


def test_it_is_small():
    assert sum(path.stat().st_size for path in NOTEBOOKS) < 1.5e6


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.stem, marks=[] if p.stem in QUICK else [pytest.mark.full]) for p in NOTEBOOKS]
)
def test_it_runs(path, tmp_path):
    specification = importlib.util.spec_from_file_location("execute", FOLDER / "execute.py")
    execute = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(execute)
    notebook = execute.executed(path, tmp_path)
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")
