"""How many enrolments of sent pictures an institution may make in a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from visavis.errors import RateExceeded
from visavis.records import count_upload

if TYPE_CHECKING:
    from visavis.verifier import Vault

__all__ = ["require_upload"]

_USE = "enrolment"


def require_upload(vault: Vault, *, limit: int) -> None:
    """Count one.

    Raises:
        RateExceeded: there were so many today (UTC).
    """
    now = vault.clock().astimezone(UTC)
    with vault.store.transaction() as t:
        counted = count_upload(t, vault.institution, use=_USE, on=now.date(), limit=limit)
    if not counted:
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
        raise RateExceeded(
            f"at most {limit} enrolments a day may be made of pictures that are sent",
            retry_after=midnight - now,
        )
