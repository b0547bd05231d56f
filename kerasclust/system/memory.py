"""Memory and processor cores available to this process."""

import os

from kerasclust.errors import InputError

MEMORY = "KERASCLUST_MEMORY_GB"


def memory() -> float:
    """Return the bytes of memory that this process may use.

    The environment variable `KERASCLUST_MEMORY_GB` sets the number; by default it is the memory of the machine.

    Raises:
        InputError: The variable is not a positive number.
    """
    if given := os.environ.get(MEMORY):
        try:
            gigabytes = float(given)
        except ValueError:
            gigabytes = 0.0
        if not gigabytes > 0.0:
            raise InputError(f"{MEMORY}={given}: expected a number of gigabytes, such as {MEMORY}=8.")
        return gigabytes * 1e9
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return float("inf")  # Windows has no such call


def usable_cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
