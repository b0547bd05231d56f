"""Lines of text for terminals."""

from collections.abc import Iterable, Sequence

from kerasclust.system.neutral import neutral_line


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows of texts as lines with aligned columns.

    Columns of numbers are aligned to the right. Characters that steer terminals are escaped.

    Args:
        rows: rows of equal length, starting with the header.

    Example:
        >>> aligned([("cluster", "samples"), ("0", "12"), ("1", "1,007")])
        ['cluster  samples', '      0       12', '      1    1,007']
    """
    rows = [[neutral_line(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numeric = [all(text[:1].isdigit() for text in column[1:]) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
