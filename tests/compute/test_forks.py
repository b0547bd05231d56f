import multiprocessing
import subprocess
import sys

import pytest

from kerasclust.compute import forks
from kerasclust.errors import InputError

FORKED = """
import multiprocessing, sys
import numpy as np
from kerasclust.models import {method}

x = np.random.default_rng(2).normal(size=(40, 3))
x[::2] += 9
model = {method}(2, random_state=0{settings})
model.fit(x, verbose=0)


def answered(work):
    try:
        return {{"predict": model.predict_clusters, "fit": model.fit, "new": lambda x: {method}(2)}}[work](x)
    except ValueError as error:
        return str(error)


pool = multiprocessing.get_context("fork").Pool(1)
said = [pool.apply_async(answered, (work,)).get(60) for work in ("predict", "fit", "new")]
assert all("multiprocessing.get_context('spawn')" in text for text in said), said
for method in (model.predict, model.encode):  # pickled with the model
    try:
        pool.apply_async(method, (x,)).get(60)
    except ValueError as error:
        assert "multiprocessing.get_context('spawn')" in str(error)
    else:
        raise AssertionError
assert len(model.predict_clusters(x)) == 40
pool.terminate()
"""


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork")
@pytest.mark.parametrize(("method", "settings"), [("KMeans", ""), ("IDEC", ", pretrain_epochs=1, epochs=1")])
def test_a_forked_process_gets_an_error_and_its_parent_goes_on(method, settings):
    code = FORKED.format(method=method, settings=settings)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_process_that_came_first_is_the_home(monkeypatch):
    monkeypatch.setattr(forks, "_home", [])
    forks.check_not_forked()
    forks.check_not_forked()
    monkeypatch.setattr("os.getpid", lambda: 1)
    with pytest.raises(InputError, match="spawn"):
        forks.check_not_forked()


def test_a_spawned_process_answers(tmp_path):
    (tmp_path / "work.py").write_text(
        "import sys\n"
        "def labels(path, x):\n"
        "    import kerasclust\n"
        "    return kerasclust.load_model(path).predict_clusters(x).tolist()\n"
    )
    code = f"""
import multiprocessing, sys
sys.path.insert(0, {str(tmp_path)!r})
import numpy as np
from work import labels

if __name__ == "__main__":
    from kerasclust.models import KMeans
    x = np.eye(3)[np.arange(30) % 3] * 5.0
    model = KMeans(3, random_state=0)
    model.fit(x, verbose=0)
    model.save({str(tmp_path / "m.keras")!r})
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        expected = model.predict_clusters(x).tolist()
        assert pool.apply(labels, ({str(tmp_path / "m.keras")!r}, x)) == expected
        assert pool.apply(model.predict_clusters, (x,)).tolist() == expected
"""
    (tmp_path / "main.py").write_text(code)
    done = subprocess.run([sys.executable, tmp_path / "main.py"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
