"""Log of a service that clients cannot fill: the same message comes once a minute, without control characters."""

import logging
import re
import time

EVERY_SECONDS = 60.0
MOST_KINDS = 100  # of messages that are counted; there are fewer in the code
LOGGERS = ("uvicorn.error", "asyncio")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return a text with control characters escaped, except for ends of lines.

    Example:
        >>> printable("a\x1b[2Jb\x9b")
        'a\\x1b[2Jb\\x9b'
    """
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class OnceAMinute(logging.Filter):
    """Filter that lets a message pass once a minute, with the number of its repetitions since then."""

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
        record.msg = printable(record.getMessage().rstrip("\n")) + again
        record.args = ()
        if record.exc_info:
            record.exc_text = printable(logging.Formatter().formatException(record.exc_info))
        return True


def bound_log() -> None:
    """Bound the messages of the server and of the event loop."""
    once = OnceAMinute()
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.filters = [found for found in logger.filters if not isinstance(found, OnceAMinute)]
        logger.addFilter(once)
