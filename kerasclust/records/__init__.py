"""Records of several trainings: results files and shared autoencoders."""
