"""System checks of how the site is run: what is odd but legal, with a hint."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.compatibility, deploy=True)
def processes_add_up(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One process may well tell of itself alone; several would take turns at it."""
    if settings.METRICS and not settings.METRICS_FOLDER and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return [
            Warning(
                "METRICS is on without METRICS_FOLDER: each process tells of itself alone.",
                hint="Set it to an empty folder, as deploy/communique.env does, or run one process.",
                id="cms.W005",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def metrics_are_for_somebody(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """On one machine behind a proxy of that machine, every request comes from here."""
    if settings.METRICS and not settings.BEHIND_PROXY and not settings.METRICS_TOKEN:
        return [
            Warning(
                "Whoever asks from METRICS_ALLOW reads the metrics, and no proxy is said to stand before the site.",
                hint="Set BEHIND_PROXY=on if there is one, and see that it sets X-Forwarded-For; or set METRICS_TOKEN.",
                id="cms.W006",
            )
        ]
    return []
