"""Forked processes, in which TensorFlow would wait forever."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from kerasclust.errors import InputError

MESSAGE = (
    "This process was forked from a process that uses TensorFlow, and TensorFlow would wait here forever. Start "
    "processes by the method 'spawn', such as by multiprocessing.get_context('spawn')."
)
_home: list[int] = []  # number of the process whose threads TensorFlow uses


def check_not_forked() -> None:
    """Check that this process was not forked from one that has made a model.

    TensorFlow leaves its computations to threads, and a forked process does not have the threads of its parent.

    Raises:
        InputError: it was.

    Example:
        >>> check_not_forked()
    """
    if not _home:
        _home.append(os.getpid())
    if os.getpid() != _home[0]:
        raise InputError(MESSAGE)


def unpickled(make: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Return what `make(*arguments)` makes of a pickled model, or a `ForkedModel` in a forked process.

    A pool of processes waits forever for a worker that cannot unpickle its task, so the error has to come later.
    """
    try:
        check_not_forked()
    except InputError:
        return ForkedModel()
    return make(*arguments)


class ForkedModel:
    """Model in a forked process: calling any of its methods raises the error that says what to do."""

    def __getattr__(self, name: str) -> Callable[..., NoReturn]:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(_refuse, name)


def _refuse(*given: Any, **more: Any) -> NoReturn:
    raise InputError(MESSAGE)
