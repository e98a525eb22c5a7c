"""/v1/log: the institution's transparency log, for auditors and witnesses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from visavis.credentials import Principal, Scope
from visavis.errors import InputInvalid
from visavis.records import last_checkpoint, read_log
from visavis.service._answers import ConsistencyProof, Entry, InclusionProof, LogEntries
from visavis.service._dependencies import Serving, allowed
from visavis.verifier import prove_extension, prove_inclusion

__all__ = ["router"]

router = APIRouter(prefix="/v1/log", tags=["log"])

_MOST = 1000  # leaves in one answer: 32 bytes each, and 100 in JSON
_LARGEST = 2**62  # of a log's size; a database's integer holds it

Auditor = Annotated[Principal, Depends(allowed(Scope.AUDIT))]


@router.get(
    "/checkpoint",
    summary="The last checkpoint",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def checkpoint(service: Serving, caller: Auditor) -> Response:
    """A signed note (C2SP tlog-checkpoint). Keep it where this service cannot change it."""

    def work() -> bytes:
        with service.vaults.store.snapshot() as s:
            note = last_checkpoint(s, caller.institution)
        if note is None:
            raise InputInvalid("there is no checkpoint yet")
        return note

    return Response(await service.records.run(work), media_type="text/plain")


@router.get("/entries", summary="Leaves of the log")
async def entries(
    service: Serving,
    caller: Auditor,
    start: Annotated[int, Query(ge=0, le=_LARGEST, description="The first one's place.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST, description="How many at most.")] = _MOST,
) -> LogEntries:
    """Each a hash of 32 random bytes and an event: nobody can read who is meant."""

    def work() -> LogEntries:
        with service.vaults.store.snapshot() as s:
            found = [
                Entry(index=entry.index, leaf=entry.leaf.hex())
                for entry in read_log(s, caller.institution, start=start, end=start + limit)
            ]
        return LogEntries(entries=found, next=start + limit if len(found) == limit else None)

    return await service.records.run(work)


@router.get("/proof", summary="That a leaf is in the log, or that the log only grew")
async def proof(
    service: Serving,
    caller: Auditor,
    leaf: Annotated[
        str | None,
        Query(pattern="^[0-9a-f]{64}$", description="A receipt's leaf: is it in the log?"),
    ] = None,
    since: Annotated[
        int | None,
        Query(ge=0, le=_LARGEST, description="An older checkpoint's size: did it only grow?"),
    ] = None,
) -> InclusionProof | ConsistencyProof:
    """Hashes as in RFC 9162, against the last checkpoint. Give one of the two."""
    if (leaf is None) == (since is None):
        raise InputInvalid("a proof is of a leaf, or since a size")

    def work() -> InclusionProof | ConsistencyProof:
        with service.vaults.store.snapshot() as s:
            if leaf is not None:
                found = prove_inclusion(s, caller.institution, leaf=bytes.fromhex(leaf))
                return InclusionProof(
                    index=found.index or 0,
                    proof=[one.hex() for one in found.hashes],
                    checkpoint=found.checkpoint.decode(),
                )
            grown = prove_extension(s, caller.institution, since=since or 0)
        return ConsistencyProof(
            since=since or 0,
            proof=[one.hex() for one in grown.hashes],
            checkpoint=grown.checkpoint.decode(),
        )

    return await service.records.run(work)
