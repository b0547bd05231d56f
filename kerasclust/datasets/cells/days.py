"""Days of the simulation: kinds of days and public holidays."""

import numpy as np
from pandas.tseries.holiday import AbstractHolidayCalendar, EasterMonday, Holiday
from pandas.tseries.offsets import Day, Easter

from kerasclust.types import Array

START = np.datetime64("2024-04-22", "D")  # a Monday; the first six weeks have four public holidays
ORDINARY, EVE, SATURDAY, SUNDAY = range(4)  # kinds of days; a Friday is an eve, a holiday is a Sunday


class Holidays(AbstractHolidayCalendar):
    """Public holidays of Austria."""

    rules = [  # noqa: RUF012  the attribute is declared by pandas
        Holiday("New Year", month=1, day=1),
        Holiday("Epiphany", month=1, day=6),
        EasterMonday,
        Holiday("Labor Day", month=5, day=1),
        *(
            Holiday(name, month=1, day=1, offset=[Easter(), Day(after)])
            for name, after in (("Ascension", 39), ("Whit Monday", 50), ("Corpus Christi", 60))
        ),
        Holiday("Assumption", month=8, day=15),
        Holiday("National Day", month=10, day=26),
        Holiday("All Saints", month=11, day=1),
        Holiday("Immaculate Conception", month=12, day=8),
        Holiday("Christmas", month=12, day=25),
        Holiday("St. Stephen", month=12, day=26),
    ]


def find_holidays(n_days: int) -> Array:
    """Return whether each day since `START` is a public holiday, (n_days,).

    Example:
        >>> (START + np.flatnonzero(find_holidays(42))).astype(str).tolist()
        ['2024-05-01', '2024-05-09', '2024-05-20', '2024-05-30']
    """
    days = START + np.arange(n_days)
    first, end = str(days[0]), str(days[-1])
    return np.isin(days, Holidays().holidays(first, end).to_numpy().astype("datetime64[D]"))


def kinds_of_days(holiday: Array) -> Array:
    """Return the kind of each day since `START`, (n_days,).

    Args:
        holiday: array (n_days,), whether each day is a public holiday.

    Example:
        >>> kinds_of_days(np.array([False] * 9 + [True] + [False] * 4)).tolist()
        [0, 0, 0, 0, 1, 2, 3, 0, 1, 3, 0, 1, 2, 3]
    """
    kinds = np.resize([ORDINARY] * 4 + [EVE, SATURDAY, SUNDAY], len(holiday))
    kinds[holiday] = SUNDAY
    kinds[:-1][(kinds[:-1] == ORDINARY) & holiday[1:]] = EVE
    return kinds
