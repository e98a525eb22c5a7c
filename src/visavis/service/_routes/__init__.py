"""The routes, one file for each thing that there is an address of."""

from visavis.service._routes import (
    comparisons,
    consents,
    enrolments,
    log,
    operations,
    verifications,
)

__all__ = ["ROUTERS"]

ROUTERS = (
    enrolments.router,
    verifications.router,
    consents.router,
    comparisons.router,
    log.router,
    operations.router,
)
