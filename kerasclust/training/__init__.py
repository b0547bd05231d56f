"""Training of a model: phases, several runs, backups on disk, and the choice of the best run."""
