"""How fast methods train, against what the hardware needs at least."""
