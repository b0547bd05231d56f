"""Measurements that need a process of their own."""

import os
import subprocess

from kerasclust.errors import InputError


def output_of(command, **environment):
    """What a command prints.

    Args:
        command: the program and its arguments.
        **environment: variables that it sees beside those of this process.

    Returns:
        Its standard output, as text.

    Raises:
        InputError: it fails; the message has the end of what it said.
    """
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise InputError(f"{' '.join(command)} ended with {done.returncode}: {said[-1] if said else 'it said nothing'}")
    return done.stdout
