"""Log of a service, which clients cannot fill.

The same message comes once a minute, and has no control characters.
"""

import logging
import time

from kerasclust.system.neutral import neutral_line

EVERY_SECONDS = 60.0
MOST_KINDS = 100  # of messages that are counted; there are fewer in the code
LOGGERS = ("uvicorn.error", "asyncio")


class OnceAMinute(logging.Filter):
    """Filter that lets a message pass once a minute.

    The message has the number of its repetitions since the last one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True if a record is to be shown."""
        error = record.exc_info[0] if record.exc_info else None
        kind = (str(record.msg).split("\n")[0], getattr(error, "__name__", ""))
        now = time.monotonic()
        if kind not in self._last and len(self._last) >= MOST_KINDS:
            self._last.clear()
        since, repeated = self._last.get(kind, (-EVERY_SECONDS, 0))
        if now - since < EVERY_SECONDS:
            self._last[kind] = (since, repeated + 1)
            return False
        self._last[kind] = (now, 0)
        again = f" ({repeated:,} times more since the last message)" if repeated else ""
        record.msg = _neutral(record.getMessage().rstrip("\n")) + again
        record.args = ()
        if record.exc_info:
            record.exc_text = _neutral(logging.Formatter().formatException(record.exc_info))
        return True


def _neutral(text: str) -> str:
    return "\n".join(map(neutral_line, text.split("\n")))


def bound_log() -> None:
    """Bound the messages of the server and of the event loop."""
    once = OnceAMinute()
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.filters = [found for found in logger.filters if not isinstance(found, OnceAMinute)]
        logger.addFilter(once)
