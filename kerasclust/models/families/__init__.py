"""Base classes: one for each kind of method."""
