"""Parts of a table: rows, columns, shared autoencoders and published figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kerasclust.errors import InputError

FLOAT32 = "float32"
PLAIN = "plain"  # default autoencoder of a row


@dataclass(frozen=True)
class SharedAutoencoder:
    """Autoencoder that is trained once for a data set and a seed; rows start from it.

    Args:
        kind: name of its class in `kerasclust.models.autoencoders`.
        settings: settings of the class other than its defaults.
    """

    kind: str = "Autoencoder"
    settings: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """Column of a table: a data set.

    Args:
        title: name in the table.
        data: name, as `kerasclust.datasets.load` takes it; a function (**options) -> `DataSet`; or None for a data set
            with published figures alone.
        options: options of the loader.
        grouping: known groups to score by, if the data set has several: "mobility" of `irish_5g`.
        autoencoder: further settings of the autoencoders on this data set.
        settings: further settings of all methods on this data set.
        budget: settings that replace those of the rows on this data set; rows without such a setting stay without it.
        at: place on the horizontal axis, in a table that is drawn as curves.
        precision: Keras dtype policy of the models.
    """

    title: str
    data: str | Callable | None = None
    options: Mapping = field(default_factory=dict)
    grouping: str | None = None
    autoencoder: Mapping = field(default_factory=dict)
    settings: Mapping = field(default_factory=dict)
    budget: Mapping = field(default_factory=dict)
    at: float | None = None
    precision: str = FLOAT32


@dataclass(frozen=True)
class Row:
    """Row of a table: a method with its settings.

    Args:
        title: name in the table.
        method: name, as `kerasclust methods` lists it, or None for a method with published figures alone.
        settings: settings of the method other than its defaults.
        autoencoder: name of the table's autoencoder to start from; None for a method that trains its own autoencoder
            or has none.
        not_on: titles of the columns without runs of this row, for example because a run would take days.
        seeds: number of seeds, unless the user gives another; None for that of the table.
    """

    title: str
    method: str | None = None
    settings: Mapping = field(default_factory=dict)
    autoencoder: str | None = PLAIN
    not_on: tuple[str, ...] = ()
    seeds: int | None = None


@dataclass(frozen=True)
class Table:
    """Table of a paper: every row on every column, with several seeds.

    Args:
        name: name for the command.
        title: comparison that the table makes, in a line.
        source: origin of the published figures.
        columns: data sets.
        rows: methods, cheap and informative ones first; or a function that returns them, called after TensorFlow is
            loaded.
        autoencoders: {name that rows refer to: `SharedAutoencoder`}.
        published: {(title of a row, title of a column): the figure as printed}, see `printed`.
        score: score in the cells: "nmi", "acc" or "ari", or the name of a measurement in the evidence of a run.
        digits: digits after the decimal point.
        also: {further score in the text: published figures of it}, as `published`.
        ranges: whether the text shows the lowest and the highest score of a cell.
        seeds: number of seeds, unless the user or a row gives another.
        axis: label of the horizontal axis of a table that is drawn as curves; None for dots.
        note: differences that matter for a comparison with the published figures.

    Raises:
        InputError: a published figure, an autoencoder or a column is unknown to the table, or titles are not unique.
    """

    name: str
    title: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] | Callable[[], tuple[Row, ...]]
    autoencoders: Mapping[str, SharedAutoencoder] = field(default_factory=dict)
    published: Mapping[tuple[str, str], str] = field(default_factory=dict)
    score: str = "nmi"
    digits: int = 3
    also: Mapping[str, Mapping[tuple[str, str], str]] = field(default_factory=dict)
    ranges: bool = False
    seeds: int = 5
    axis: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if callable(self.rows):
            return
        rows, columns = {row.title for row in self.rows}, {column.title for column in self.columns}
        figures = {cell for published in (self.published, *self.also.values()) for cell in published}
        lost = [f"published {cell}" for cell in sorted(figures) if cell[0] not in rows or cell[1] not in columns]
        known = {None, *self.autoencoders}
        lost += [f"autoencoder {row.autoencoder!r}" for row in self.rows if row.method and row.autoencoder not in known]
        lost += [f"not_on {title!r}" for row in self.rows for title in row.not_on if title not in columns]
        if lost or len(rows) < len(self.rows) or len(columns) < len(self.columns):
            raise InputError(f"Table {self.name}: titles have to be unique, and all of these known: {lost}.")

    def all_rows(self) -> tuple[Row, ...]:
        """Return the rows; a function in their place is called."""
        return self.rows() if callable(self.rows) else self.rows

    def all_scores(self) -> dict[str, Mapping[tuple[str, str], str]]:
        """Return {score: published figures}, the main score first."""
        return {self.score: self.published, **self.also}

    @property
    def seeds_in_words(self) -> str:
        """Number of seeds in words: "4", or "4 to 8" if it differs between rows."""
        most = max((row.seeds or 0 for row in (() if callable(self.rows) else self.rows)), default=0)
        return f"{self.seeds} to {most}" if most > self.seeds else str(self.seeds)

    def find_columns(self, titles: Sequence[str] = ()) -> tuple[Column, ...]:
        """Return the columns of these titles in the order of the table; without titles all columns.

        Raises:
            InputError: the table has no column of a title.
        """
        known = [column.title for column in self.columns]
        if unknown := [title for title in titles if title not in known]:
            raise InputError(f"Table {self.name} has no column {unknown[0]!r}, but {', '.join(known)}.")
        return tuple(column for column in self.columns if not titles or column.title in titles)


def printed(text: str) -> dict[tuple[str, str], str]:
    """Parse published figures from a table as a paper prints it.

    Args:
        text: a line of column titles and a line for each row, which starts with its title. "|" separates the cells; a
            cell without a figure is empty.

    Returns:
        {(title of the row, title of the column): figure}.

    Example:
        >>> printed('''
        ...          | MNIST-Test  | OBJECTS
        ... k-means  | 0.50 ± 0.00 |
        ... DEC      | 0.75        | 0.99
        ... ''')
        {('k-means', 'MNIST-Test'): '0.50 ± 0.00', ('DEC', 'MNIST-Test'): '0.75', ('DEC', 'OBJECTS'): '0.99'}
    """
    (_, *columns), *rows = ([cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines())
    return {
        (title, column): figure
        for title, *figures in rows
        if title
        for column, figure in zip(columns, figures, strict=True)
        if figure
    }
