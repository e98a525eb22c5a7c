"""The HTTP service: what a bank or an airline installs."""

from visavis.service._app import create_app
from visavis.service._log import set_up_log
from visavis.service._looking import verifier_of
from visavis.service._process import prepare_process
from visavis.service._server import bind, require_apart, serve
from visavis.service._service import Service
from visavis.service._vaults import Vaults

__all__ = [
    "Service",
    "Vaults",
    "bind",
    "create_app",
    "prepare_process",
    "require_apart",
    "serve",
    "set_up_log",
    "verifier_of",
]
