"""On which days a press office publishes: little at weekends and in summer, more from year to year."""

from __future__ import annotations

from bisect import bisect
from datetime import date, timedelta
from itertools import accumulate

YEARS = 15
WEEKDAYS = (1.0, 1.25, 1.25, 1.15, 0.95, 0.2, 0.12)
MONTHS = (0.55, 0.9, 1.1, 1.1, 1.2, 1.1, 0.7, 0.55, 1.1, 1.25, 1.2, 0.95)


class Days:
    """The days of an archive up to a day, that one included, by how much of it lies before them."""

    def __init__(self, last: date) -> None:
        self.first = last - timedelta(days=round(YEARS * 365.25))
        n = (last - self.first).days + 1
        weights = (self._weight(self.first + timedelta(days=i), i / n) for i in range(n))
        self.sums = list(accumulate(weights))

    @staticmethod
    def _weight(day: date, passed: float) -> float:
        return WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * (0.6 + 0.8 * passed)

    def at(self, fraction: float) -> date:
        """The day up to which this much (0 to 1) of an archive is published."""
        n = min(bisect(self.sums, fraction * self.sums[-1]), len(self.sums) - 1)
        return self.first + timedelta(days=n)
