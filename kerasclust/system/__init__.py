"""Services of the machine: files, archives, JSON, locks, memory, signals, optional packages and versions."""
