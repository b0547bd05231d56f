"""Defaults that several folders share; the one place outside its file that names a method."""

DEFAULT_METHOD = "dance"  # where the user names no method
AUTO = "auto"  # in place of a number of clusters or of a method: chosen without labels
TIME_BUDGET = 120.0  # seconds of that choice: enough for the runs that rank first, on one of two busy cores
