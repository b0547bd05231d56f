"""Clock of the machine, as far as files depend on it."""

from datetime import datetime

from kerasclust.errors import InputError

YEARS = range(1980, 2108)  # of a date in a zip archive, as .keras files are


def check_clock() -> None:
    """Check that a .keras file can hold the date of today.

    Raises:
        InputError: The clock is before 1980, as on boards without a battery, or after 2107.
    """
    now = datetime.now()  # local, as in zip archives
    if now.year not in YEARS:
        raise InputError(
            f"The clock of this machine says {now:%Y-%m-%d}, and model files can only hold dates from {YEARS[0]} to "
            f"{YEARS[-1]}: set the clock."
        )
