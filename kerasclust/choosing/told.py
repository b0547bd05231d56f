"""A choice as it is told to people: sentences, and a table with its explanation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """A choice in words.

    Args:
        title: noun phrase.
        sentences: the result.
        header: names of the columns of the table.
        rows: cells of the table, texts.
        explained: meaning of the columns.
        chosen: place of the chosen row; None if no row is chosen.
    """

    title: str
    sentences: Sequence[str]
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    explained: str
    chosen: int | None = None

    def markdown(self) -> str:
        """Return the sentences, the table and its explanation as Markdown.

        The first cell of the chosen row is bold.
        """
        lines = [f"| {' | '.join(self.header)} |", "|" + "---|" * len(self.header)]
        for place, (first, *others) in enumerate(self.rows):
            cells = [f"**{first}**" if place == self.chosen else first, *others]
            lines.append(f"| {' | '.join(cells)} |")
        return "\n\n".join([" ".join(self.sentences), "\n".join(lines), self.explained]) + "\n"

    def as_data(self) -> dict[str, Any]:
        """Return all of it for a JSON file."""
        return asdict(self)
