"""Every module can be the first one that is imported: a user starts with whichever they need."""

import subprocess
import sys

EACH_FIRST = """
import importlib, pkgutil, sys
import keras
import kerasclust

names = [module.name for module in pkgutil.walk_packages(kerasclust.__path__, "kerasclust.")]
for name in names:
    for loaded in [loaded for loaded in sys.modules if loaded.split(".")[0] == "kerasclust"]:
        del sys.modules[loaded]
    if not name.endswith("__main__"):
        importlib.import_module(name)
assert len(names) > 100
"""


def test_any_module_can_be_imported_first():
    done = subprocess.run([sys.executable, "-c", EACH_FIRST], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
