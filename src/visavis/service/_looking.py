"""The verifier of a service: its pictures are looked at in processes of their own."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import structlog

from visavis.extraction import ChainElsewhere, Processes
from visavis.models import Provider, find_pack
from visavis.service._process import usable_cores
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visavis.settings import ServiceSettings, Settings

__all__ = ["at_once", "verifier_of"]

_NICE: Final = 10
"""Requests are refused by the event loop's thread, which needs little but now."""


def at_once(chosen: ServiceSettings) -> int:
    """How many pictures are looked at at the same time."""
    return chosen.processes or usable_cores()


@contextmanager
def verifier_of(settings: Settings) -> Iterator[Verifier]:
    """A verifier with the pack that was chosen, until it is left.

    Raises:
        Error: ``model.*``, ``process.failed``.
    """
    chosen = settings.service
    with Processes(
        find_pack(settings.pack, home=settings.home),
        count=at_once(chosen),
        provider=Provider(settings.provider),
        home=settings.home,
        nice=_NICE,
    ) as processes:
        shut_in = processes.shut_in
        level = logging.INFO if shut_in else logging.WARNING
        structlog.get_logger().log(level, "processes", number=processes.count, shut_in=shut_in)
        yield Verifier(ChainElsewhere.of(processes))
