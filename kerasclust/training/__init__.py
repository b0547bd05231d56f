"""How a model is fitted: phase by phase, run by run, kept on disk, and the best run chosen."""
