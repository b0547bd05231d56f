"""Lines of text for terminals."""


def aligned(rows) -> list[str]:
    """Rows of texts as lines with aligned columns; texts that are numbers are set to the right.

    Example:
        >>> aligned([("cluster", "samples"), ("0", "12"), ("1", "1,007")])
        ['cluster  samples', '      0       12', '      1    1,007']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    numeric = [all(text[:1].isdigit() for text in column[1:]) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in rows
    ]
