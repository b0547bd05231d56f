"""The machine: files, archives, JSON, locks, memory, signals, optional packages, versions."""
