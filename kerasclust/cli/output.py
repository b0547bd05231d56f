"""Output that cannot be written, such as to a full disk."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click


@contextmanager
def giving_up_lost_output() -> Iterator[None]:
    """End the process with one message and status 1 if its output cannot be written.

    A closed pipe, whose reader wants no more, ends the process without a message: click does so.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # for characters that the terminal does not have
    try:
        yield
    except OSError as error:
        if not _printing_raised(error):
            raise
        with suppress(OSError):
            click.echo(f"Error: The output cannot be written ({error.strerror}).", err=True)
        for stream in (sys.stdout, sys.stderr):
            _discard_rest(stream)
        sys.exit(1)


def _printing_raised(error: OSError) -> bool:
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_code is click.echo.__code__


def _discard_rest(stream: TextIO | None) -> None:
    """Discard what a stream could not write.

    Python would otherwise complain about it at its end.
    """
    if stream is None:  # closed before the start
        return
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
