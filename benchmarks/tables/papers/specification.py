"""What a table is made of: rows, columns, autoencoders and what was published, without a line of what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kerasclust.errors import InputError

FLOAT32 = "float32"
PLAIN = "plain"  # the autoencoder that a row starts from unless it says otherwise


@dataclass(frozen=True)
class SharedAutoencoder:
    """An autoencoder that is trained once for a data set and a seed, and that all rows start from.

    Args:
        kind: its class in `kerasclust.models.autoencoders`.
        settings: of the class, beyond its defaults.
    """

    kind: str = "Autoencoder"
    settings: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A data set.

    Args:
        title: what the table calls it.
        data: name, as `kerasclust.datasets.load` takes it; a function (**options) -> `DataSet`; or None for a data set
            that only published figures are shown of.
        options: of the loader.
        grouping: which known groups count, where the data set has several: "mobility" of `irish_5g`.
        autoencoder: settings of the autoencoders for this data set, beyond the table's.
        settings: of all methods on this data set, beyond the row's.
        budget: settings that rows have on this data set in place of their own; rows without such a setting get none.
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
    """A method with its settings.

    Args:
        title: what the table calls it.
        method: name, as `kerasclust methods` lists it, or None for a method that only published figures are shown of.
        settings: of the method, beyond its defaults.
        autoencoder: name of the table's autoencoder that it starts from; None for a method that trains its own, or
            has none.
        not_on: titles of the columns that it is not run on, such as those it would take days for.
        seeds: how many, unless the user says otherwise; None for as many as the table says.
    """

    title: str
    method: str | None = None
    settings: Mapping = field(default_factory=dict)
    autoencoder: str | None = PLAIN
    not_on: tuple[str, ...] = ()
    seeds: int | None = None


@dataclass(frozen=True)
class Table:
    """A table of a paper: every row on every column, with several seeds.

    Args:
        name: what the command calls it.
        title: in a line, what it compares.
        source: where the published figures are from.
        columns: data sets.
        rows: methods, the cheapest informative ones first; or a function that returns them, called when TensorFlow
            is loaded.
        autoencoders: by the name that rows know them by.
        published: {(title of a row, title of a column): the figure as it was printed}, see `printed`.
        score: what the cells show: "nmi", "acc" or "ari", or the name of a measurement in the evidence of a run.
        digits: after the decimal point.
        also: further scores that the text shows, each with what was published of it, as `published`.
        ranges: whether the text shows the lowest and the highest score of a cell.
        seeds: how many, unless the user or a row says otherwise.
        axis: label of the horizontal axis of a table that is drawn as curves; None for dots.
        note: what a reader has to know to compare with the published figures.

    Raises:
        InputError: a figure was published of a row or a column that the table does not have, or a row starts from an
            autoencoder that it does not have.
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

    def __post_init__(self):
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
        """The rows, also where a function says which there are."""
        return self.rows() if callable(self.rows) else self.rows

    def all_scores(self) -> dict[str, Mapping[tuple[str, str], str]]:
        """{score: what was published of it}, the first one that which the table is about."""
        return {self.score: self.published, **self.also}

    @property
    def seeds_in_words(self) -> str:
        """How many seeds its rows have: "4", or "4 to 8"."""
        most = max((row.seeds or 0 for row in (() if callable(self.rows) else self.rows)), default=0)
        return f"{self.seeds} to {most}" if most > self.seeds else str(self.seeds)

    def find_columns(self, titles=()) -> tuple[Column, ...]:
        """The columns of these titles, in the table's order; without titles all of them.

        Raises:
            InputError: there is none of a title.
        """
        known = [column.title for column in self.columns]
        if unknown := [title for title in titles if title not in known]:
            raise InputError(f"Table {self.name} has no column {unknown[0]!r}, but {', '.join(known)}.")
        return tuple(column for column in self.columns if not titles or column.title in titles)


def printed(text: str) -> dict[tuple[str, str], str]:
    """Published figures from a table as a paper prints it.

    Args:
        text: a line of column titles and a line for each row, which starts with its title; cells between "|"; an empty
            cell where there is no figure.

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
