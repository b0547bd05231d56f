"""Names for types, for annotations."""

import os
from collections.abc import Callable
from typing import Any, TypeAlias

FilePath: TypeAlias = str | os.PathLike[str]
Report: TypeAlias = Callable[[str], object]  # called with a line of text
Record: TypeAlias = dict[str, Any]  # a row of a results file, or a part of it
Settings: TypeAlias = dict[str, Any]
