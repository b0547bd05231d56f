"""Methods, each in its own file."""
