"""How log lines look: plain for people, one JSON object a line for machines. Nothing of Django's is needed here."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

JSON, PLAIN = "json", "plain"
FORMS = (PLAIN, JSON)
# What every record has; whatever else it carries was given with `extra` and is told.
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request_id", "taskName"}
_NOT_TOLD = frozenset({"request", "server_time"})  # objects that Django attaches for its own handlers


class JsonFormatter(logging.Formatter):
    """time (UTC), level, logger, message, request_id, what was given with `extra`, and the traceback as `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        for name, value in vars(record).items():
            if name not in _OF_EVERY_RECORD and name not in _NOT_TOLD:
                told[name] = value
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


# Line ends would begin lines that look like other records, and escapes would move the cursor of who reads them.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(10, 32), *range(127, 160))}


class PlainFormatter(logging.Formatter):
    """A line for people. What strangers sent cannot reach beyond it."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id}]: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_CONTROLS)
        return super().formatMessage(record)


def configuration(form: str, level: str) -> dict[str, Any]:
    """The value of LOGGING. form: one of FORMS. level: of what is logged, as in "INFO"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "cms.operations.request_id.RequestIdFilter"}},
        "formatters": {
            PLAIN: {"()": "cms.operations.logs.PlainFormatter"},
            JSON: {"()": "cms.operations.logs.JsonFormatter"},
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django_tasks": {"level": "WARNING"},
            # Django's own handlers would print in their own form, and a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            # LOG_REQUESTS asks for these, whatever the level of the rest.
            "communique.requests": {"level": "INFO"},
        },
    }
