"""Rendering in a process without TensorFlow.

After `import tensorflow, mitsuba`, Python ends with "free(): invalid pointer".
"""

import io
import os
import signal
import subprocess
import sys

import numpy as np

from kerasclust.errors import InputError
from kerasclust.system.optional import require, require_installed
from kerasclust.types import Array

BAD_INPUT = 2  # exit status: standard output holds the message of an InputError


def render_apart(shapes: list[str], direction: Array, intensity: Array, progress: bool) -> Array:
    """Call `kerasclust.datasets.objects_scene.render` in another process.

    Raises:
        InputError: The renderer is not installed, or fails.
    """
    require_installed("mitsuba")
    request = io.BytesIO()
    np.savez(request, shapes=np.array(shapes), direction=direction, intensity=intensity, progress=progress)
    answer = subprocess.run(
        [sys.executable, "-m", __name__],
        input=request.getvalue(),
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # to find the same packages
        check=False,
    )
    if answer.returncode == BAD_INPUT:
        raise InputError(answer.stdout.decode())
    if answer.returncode:
        raise InputError(f"The renderer failed with exit status {answer.returncode}: see its own message above.")
    images: Array = np.load(io.BytesIO(answer.stdout), allow_pickle=False)
    return images


def main() -> None:
    """Read a request from standard input, render, and write the images to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends both processes, this process without a traceback
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answer:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # keeps messages of the renderer out of the answer
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
