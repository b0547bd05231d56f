"""Run directories: the results of one training, and their later use."""

from kerasclust.runs.directory import FILES, RunDirectory, new_directory, writing_run
from kerasclust.runs.labels import rename_labels, write_labels

__all__ = ["FILES", "RunDirectory", "new_directory", "rename_labels", "write_labels", "writing_run"]
