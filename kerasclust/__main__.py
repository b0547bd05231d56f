"""Command line entry point: `python -m kerasclust`."""

from kerasclust.cli import main

main(prog_name="kerasclust")
