"""Programs that run in their own process."""

import os
import subprocess
from collections.abc import Sequence

from kerasclust.errors import InputError


def output_of(command: Sequence[str], **environment: str) -> str:
    """Run a command and return its standard output.

    Args:
        command: program and arguments.
        **environment: environment variables in addition to those of this process.

    Raises:
        InputError: the command fails; the message has its last line on standard error.
    """
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise InputError(f"{' '.join(command)} ended with {done.returncode}: {said[-1] if said else 'it said nothing'}")
    return done.stdout
