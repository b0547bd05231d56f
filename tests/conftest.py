"""Shared by all tests: quiet TensorFlow, small data with known groups."""

import os
import signal

# Tests of signals start processes, which inherit what is ignored: SIGINT in the background, SIGHUP under nohup.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
if "PYTEST_XDIST_WORKER" in os.environ:  # one of several processes, which have a core each
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from browsing import NoBrowser, chromium


@pytest.fixture(scope="session")
def blobs():
    """Three well separated groups: x (300, 6) float32, y (300,)."""
    random = np.random.default_rng(0)
    y = np.arange(300) % 3
    centers = 6.0 * np.eye(3, 6)
    return (centers[y] + random.normal(size=(300, 6))).astype("float32"), y


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium; tests are skipped where there is none.

    Its event loop runs in this thread, where later modules could start none.
    """
    try:
        with chromium() as browser:
            yield browser
    except NoBrowser as missing:
        pytest.skip(str(missing))
