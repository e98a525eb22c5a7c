"""Telling an institution what happened to an enrolment: signed, repeated until it was heard.

What is told is written by `visavis.records.append_leaf`, with the change itself. docs/webhooks.md.
"""

from ._deliver import LONGEST_WAIT, MAX_TRIES, Delivered, Send, deliver, post_with
from ._register import RegisteredEndpoint, register_endpoint
from ._signature import SIGNATURE_HEADER, TOLERANCE, check_signature, sign

__all__ = [
    "LONGEST_WAIT",
    "MAX_TRIES",
    "SIGNATURE_HEADER",
    "TOLERANCE",
    "Delivered",
    "RegisteredEndpoint",
    "Send",
    "check_signature",
    "deliver",
    "post_with",
    "register_endpoint",
    "sign",
]
