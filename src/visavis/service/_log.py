"""The service's own log: lines of JSON whose fields are on a list.

What is not on the list is not written, whoever logs it: no body, header, query, picture, claim or
credential has a field here. The log of what happened to enrolments is another one: the store's.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import TextIO

__all__ = ["FIELDS", "only_listed", "set_up_log"]

FIELDS = frozenset(
    {
        "code",  # of the problem that was answered
        "credential_id",  # a random id
        "error",  # the name of an exception's class
        "event",  # what happened: a word of the program's
        "institution",
        "level",
        "logger",
        "method",
        "number",  # how many
        "places",  # file, line and function of an exception
        "request_id",
        "route",  # as it stands in the program, without ids: /v1/enrolments/{enrolment_id}
        "seconds",
        "shut_in",  # whether processes that look at pictures are kept from everything else
        "setting",  # one that allowed something worth a line
        "status",
        "timestamp",
        "trace_id",  # where traces are on: random, or the caller's 32 hexadecimal digits
        "url",  # where the service listens
        "version",
    }
)


def only_listed(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: leaves out every field that is not on the list."""
    return {name: value for name, value in event.items() if name in FIELDS}


class _Foreign(logging.Handler):
    """Lines of other libraries: who wrote them and how serious, not what they say."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno,
            "library",
            logger=record.name,
            error=record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None,
            places=[f"{record.filename}:{record.lineno} {record.funcName}"],
        )


def set_up_log(stream: TextIO | None = None) -> None:
    """From now on, this process logs to ``stream`` (standard error) and nowhere else."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_listed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Foreign(logging.WARNING)]
