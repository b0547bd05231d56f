"""Measurements that need a process of their own."""

import subprocess

from kerasclust.errors import InputError


def output_of(command):
    """What a command prints.

    Args:
        command: the program and its arguments.

    Returns:
        Its standard output, as text.

    Raises:
        InputError: it fails; the message has the end of what it said.
    """
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise InputError(f"{' '.join(command)} ended with {done.returncode}: {said[-1] if said else 'it said nothing'}")
    return done.stdout
