"""Progress of long work on standard error: a moving bar for people, one line a phase for files and pipes."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from tqdm import tqdm


def progress_of(
    title: str,
    unit: str,
    *,
    items: Sequence[Any] | None = None,
    total: int | None = None,
    done: int = 0,
    shown: bool = True,
) -> "tqdm[Any] | ProgressLine":
    """Return the progress of a piece of work.

    On a terminal and in a notebook it is a bar of tqdm. Elsewhere, such as in a log file, it is one line when the work
    ends: title, steps, seconds and the last values.

    Args:
        title: name of the work.
        unit: noun for one step.
        items: items to iterate over, each a step.
        total: number of steps; by default that of the items.
        done: steps that were done before.
        shown: False shows nothing.
    """
    total = len(items) if total is None and items is not None else total
    if not shown or not _moves():
        return ProgressLine(title, unit, items, total, done, shown)
    from tqdm.auto import tqdm

    return tqdm(items, desc=f"{title:<24}", unit=unit, total=total, initial=done, file=sys.stderr)


class ProgressLine:
    """Progress that prints one line at its end.

    Args:
        title: name of the work.
        unit: noun for one step.
        items: items to iterate over.
        total: number of steps, or None.
        done: steps that were done before.
        shown: whether to print the line.
    """

    def __init__(
        self,
        title: str,
        unit: str,
        items: Sequence[Any] | None = None,
        total: float | None = None,
        done: float = 0,
        shown: bool = True,
    ) -> None:
        self.title, self.unit, self.items, self.total, self.n = title, unit, items, total, done
        self.shown, self.values, self.started = shown, "", time.perf_counter()

    def update(self, n: float = 1) -> None:
        """Count finished steps."""
        self.n += n

    def set_postfix(self, ordered_dict: Mapping[str, object] | None = None, refresh: bool = True) -> None:
        """Keep values for the line."""
        self.values = ", ".join(f"{name} {value}" for name, value in (ordered_dict or {}).items())

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """Keep a text for the line."""
        self.values = s

    @property
    def line(self) -> str:
        """Title, steps, seconds and values.

        Example:
            >>> line = ProgressLine("refine", "epoch", total=3)
            >>> line.update()
            >>> line.line.replace(line.seconds, "0.1 s")
            'refine: 1 of 3 epochs, 0.1 s'
        """
        whole = self.total is None or self.n >= self.total
        count = f"{self.n:,}" if whole else f"{self.n:,} of {self.total:,}"
        plural = "" if (self.n if whole else self.total) == 1 else "s"
        values = f", {self.values}" if self.values else ""
        return f"{self.title.strip()}: {count} {self.unit.strip()}{plural}, {self.seconds}{values}"

    @property
    def seconds(self) -> str:
        """Time since the start, as text."""
        return f"{time.perf_counter() - self.started:.1f} s"

    def close(self) -> None:
        """Print the line, once."""
        if self.shown:
            print(self.line, file=sys.stderr, flush=True)
        self.shown = False

    def __iter__(self) -> Iterator[Any]:
        """Go through the items, and count each as a step."""
        for item in self.items or ():
            yield item
            self.update()
        self.close()

    def __enter__(self) -> Self:
        """Return the progress."""
        return self

    def __exit__(self, *error: object) -> None:
        """Print the line."""
        self.close()


def _moves() -> bool:
    """Return whether standard error shows a line that changes: it is a terminal or the output of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return "IPKernelApp" in getattr(shell, "config", ()) or (sys.stderr is not None and sys.stderr.isatty())
