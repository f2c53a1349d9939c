"""What waits for the worker, and how long: tasks that are due, and tasks that somebody began and never ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Min, Q, When
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ..models import clock

OVERDUE = timedelta(minutes=10)
STUCK = timedelta(hours=1)  # the longest task, the renditions of a picture, takes minutes


@dataclass(frozen=True)
class Queue:
    """due: how many tasks could be done now. waiting: how long the oldest of them could. running, stuck: how many."""

    due: int
    waiting: timedelta
    running: int
    stuck: int

    @property
    def is_overdue(self) -> bool:
        return self.waiting > OVERDUE or self.stuck > 0


def queue(now: datetime | None = None) -> Queue:
    """The tasks as they are (two queries). now: default the clock's."""
    now = now or clock.now()
    # A task for any time stands for the end of all days.
    since = Case(When(run_after__lte=now, then=F("run_after")), default=F("enqueued_at"))
    ready = DBTaskResult.objects.ready().aggregate(due=Count("pk"), oldest=Min(since))
    is_stuck = Q(started_at__lt=now - STUCK)
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    begun = running.aggregate(running=Count("pk"), stuck=Count("pk", filter=is_stuck))
    waiting = now - ready["oldest"] if ready["oldest"] else timedelta(0)
    return Queue(ready["due"], max(waiting, timedelta(0)), begun["running"], begun["stuck"])
