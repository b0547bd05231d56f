"""`python -m kerasclust`: the command."""

from kerasclust.cli import main

main(prog_name="kerasclust")
