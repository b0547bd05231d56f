"""Rendering in a process of its own: with TensorFlow in the same one, the renderer lets Python crash when it ends."""

import io
import os
import signal
import subprocess
import sys

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.optional import require, require_installed

BAD_INPUT = 2  # exit status: the answer is the message of an InputError


def render_apart(shapes: list[str], direction: np.ndarray, intensity: np.ndarray, progress: bool) -> np.ndarray:
    """What `kerasclust.datasets.objects_scene.render` returns, computed by another process.

    Seen with Mitsuba 3.9 and TensorFlow 2.21: after `import tensorflow, mitsuba` Python ends with "free(): invalid
    pointer".

    Raises:
        InputError: the renderer is not installed, or fails.
    """
    require_installed("mitsuba")
    request = io.BytesIO()
    np.savez(request, shapes=np.array(shapes), direction=direction, intensity=intensity, progress=progress)
    answer = subprocess.run(
        [sys.executable, "-m", __name__],
        input=request.getvalue(),
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # the same packages as here
        check=False,
    )
    if answer.returncode == BAD_INPUT:
        raise InputError(answer.stdout.decode())
    if answer.returncode:
        raise InputError(f"The renderer failed with exit status {answer.returncode}: see its own message above.")
    return np.load(io.BytesIO(answer.stdout), allow_pickle=False)


def main() -> None:
    """The other process: reads from standard input what to render and writes the images to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends both processes, and this one without a word
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answer:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the renderer prints is not part of the answer
        with np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False) as request:
            arguments = {name: request[name] for name in request.files}
        try:
            require("mitsuba")
        except InputError as error:
            answer.write(str(error).encode())
            sys.exit(BAD_INPUT)
        from kerasclust.datasets.objects_scene import render

        arguments |= {"shapes": arguments["shapes"].tolist(), "progress": bool(arguments["progress"])}
        images = io.BytesIO()
        np.save(images, render(**arguments))
        answer.write(images.getvalue())


if __name__ == "__main__":
    main()
