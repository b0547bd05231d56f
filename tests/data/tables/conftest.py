"""Tables as files, read with all warnings."""

import warnings

import pandas as pd
import pytest

from kerasclust.data import from_file, from_frame


@pytest.fixture
def csv(tmp_path):
    """Reads a text or a DataFrame by way of a CSV file."""

    def read(table, written="utf-8", **options):
        path = tmp_path / "kpi.csv"
        text = table if isinstance(table, (str, bytes)) else table.to_csv(index=False)
        path.write_bytes(text if isinstance(text, bytes) else text.encode(written))
        return quietly(from_file, path, **options)

    return read


@pytest.fixture
def frame():
    """Reads columns as a DataFrame."""

    def read(columns, **options):
        return quietly(from_frame, pd.DataFrame(columns), **options)

    return read


def quietly(reader, *arguments, **options):
    """What a reader returns, without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return reader(*arguments, **options)
