"""The service's client, for programs that call it: a till, a check-in desk, a shop.

    from visavis.client import Client

    with Client("https://visavis.bank.example", key=key) as client:
        verified = client.verify(enrolment_id=..., claim=claim, probes=[photograph],
                                 purpose="payment", transaction=payment, nonce=nonce)

A problem is raised as the error that the library itself has for it, `visavis.errors`.
"""

from ._async import AsyncClient
from ._results import (
    Consent,
    ConsistencyProof,
    Enrolled,
    EnrolmentState,
    InclusionProof,
    LogEntry,
    Verified,
)
from ._retries import Retries
from ._sync import Client

__all__ = [
    "AsyncClient",
    "Client",
    "Consent",
    "ConsistencyProof",
    "Enrolled",
    "EnrolmentState",
    "InclusionProof",
    "LogEntry",
    "Retries",
    "Verified",
]
