"""Files as data sets, by the intake of `kerasclust.data`."""

from kerasclust.data.reading import SUFFIXES, from_file
from kerasclust.data.tables.files import is_table

__all__ = ["SUFFIXES", "from_file", "is_table"]
