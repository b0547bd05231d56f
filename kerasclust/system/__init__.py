"""Services of the machine, such as files, locks, memory and signals."""
