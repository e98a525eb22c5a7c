"""The demo institution: a small bank that uses the service as any other institution would.

It enrols, asks for payments to be confirmed, checks receipts and the log, and forgets; all of that
through the service's own routes and with a credential, in one process and on a throw-away store.
"""

from visavis.demo._start import run_demo

__all__ = ["run_demo"]
