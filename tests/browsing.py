"""Chromium without a window, and TensorBoard to look at with it."""

import re
import shutil
import subprocess
import sys
from contextlib import contextmanager

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--no-sandbox",  # which containers do not allow; the pages are our own
    "--enable-unsafe-swiftshader",  # WebGL, for the projector, without a graphics card
)


class NoBrowser(Exception):
    """What is missing, and how to install it."""


@contextmanager
def chromium():
    """The system's Chromium, as a browser of playwright.

    Raises:
        NoBrowser: it is not there, or playwright is not.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise NoBrowser("needs playwright: pip install playwright") from error
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NoBrowser("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def tensorboard(logs):
    """TensorBoard on a free port of this machine, while it is needed; yields its address."""
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--port", "0", "--host", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            process.terminate()
