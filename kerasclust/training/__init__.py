"""Training of a model in phases and several runs, backups, and the choice of a run."""
