"""Execution of the notebooks with their outputs: `make notebooks`, or this file with names of notebooks.

Standard error is left out, because TensorFlow's messages differ between machines.
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

HERE = Path(__file__).parent


def executed(path, folder):
    """Execute the notebook of a file in a folder and return it.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=1200, record_timing=False, resources={"metadata": {"path": folder}}).execute()
    return notebook


def tidy(notebook):
    """Remove the parts that differ between machines."""
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
            CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, 0)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]) if sys.argv[1:] else sorted(HERE.glob("*.ipynb")):
        with tempfile.TemporaryDirectory() as folder:
            notebook = executed(path, folder)
        tidy(notebook)
        nbformat.write(notebook, path)
        print(path, f"{path.stat().st_size / 1e3:.0f} kB")
