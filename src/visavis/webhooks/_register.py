"""Where an institution's webhooks go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING

from visavis import records
from visavis._outgoing import require_url

from ._signature import render_key

if TYPE_CHECKING:
    from datetime import datetime

    from visavis.records import Endpoint, Store
    from visavis.sealing import ServerSecret

__all__ = ["RegisteredEndpoint", "register_endpoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredEndpoint:
    """An endpoint, and the key that its webhooks are signed with.

    Attributes:
        endpoint: what is kept.
        key: for whoever receives the webhooks, to check them with. The store does not hold it.
    """

    endpoint: Endpoint
    key: str = field(repr=False)


def register_endpoint(
    store: Store, secret: ServerSecret, *, institution: str, url: str, now: datetime
) -> RegisteredEndpoint:
    """Register where webhooks go, instead of the place before; the signing key is a new one.

    Args:
        store: where.
        secret: the server's, from which the key is derived.
        institution: whose webhooks.
        url: ``https://...``, or ``http://`` to this machine for trials.
        now: with a time zone.

    Raises:
        InputInvalid: the URL is none that is called.
        StoreConflict: the institution is unknown.
    """
    require_url(url)
    with store.transaction() as t:
        today = now.astimezone(UTC).date()
        endpoint = records.register_endpoint(t, institution, url=url, on=today)
    key = secret.webhook_key(institution, endpoint.endpoint_id)
    return RegisteredEndpoint(endpoint=endpoint, key=render_key(key))
