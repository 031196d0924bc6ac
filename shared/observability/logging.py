"""One JSON line per fact on standard output, each with the correlation id of what caused it."""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

QUIET = ("aiokafka", "asyncio", "httpx", "httpcore", "uvicorn.access")


def as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """One line; a value that JSON does not know becomes its text."""
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's logging of this process to `stream` as JSON lines."""
    out = stream or sys.stdout
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _naming(service),
    ]
    structlog.configure(
        processors=[*before, structlog.processors.format_exc_info, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _standard_library(before, level, out)


def logger(**bound: Any) -> FilteringBoundLogger:
    """A logger that carries these keys; `event_id`, `stream`, `version` and `correlation_id` are the usual ones."""
    made: FilteringBoundLogger = structlog.get_logger(**bound)
    return made


def _naming(service: str) -> Any:
    def name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return name


def _standard_library(before: list[Any], level: str, out: TextIO) -> None:
    """Libraries that log by `logging` come out in the same shape."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                as_json,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
