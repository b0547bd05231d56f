"""Every module can be the first one that is imported: a user starts with whichever they need."""

import subprocess
import sys

import pytest

EACH_FIRST = """
import importlib, pkgutil, sys
import keras
import kerasclust

modules = pkgutil.walk_packages(kerasclust.__path__, "kerasclust.")
names = [module.name for module in modules if EVERY or module.ispkg or module.name.count(".") == 1]
for name in names:
    for loaded in [loaded for loaded in sys.modules if loaded.split(".")[0] == "kerasclust"]:
        del sys.modules[loaded]
    if not name.endswith("__main__"):
        importlib.import_module(name)
assert len(names) > (100 if EVERY else 30)
"""


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.full)])
def test_any_module_can_be_imported_first(every):
    done = subprocess.run([sys.executable, "-c", f"EVERY = {every}\n{EACH_FIRST}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
