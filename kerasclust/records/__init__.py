"""Results files and shared autoencoders of several trainings."""
