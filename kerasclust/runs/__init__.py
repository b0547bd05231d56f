"""Run directories: what one training leaves behind, and what is done with it later."""

from kerasclust.runs.directory import FILES, RunDirectory, new_directory, writing_run
from kerasclust.runs.labels import rename_labels, write_labels

__all__ = ["FILES", "RunDirectory", "new_directory", "rename_labels", "write_labels", "writing_run"]
