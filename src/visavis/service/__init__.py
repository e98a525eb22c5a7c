"""The HTTP service: what a bank or an airline installs."""

from visavis.service._app import create_app
from visavis.service._callers import Caller, Scope
from visavis.service._service import Service
from visavis.service._vaults import Vaults

__all__ = ["Caller", "Scope", "Service", "Vaults", "create_app"]
