"""What must not be anywhere, looked for everywhere; and what a whole table must be like.

Each ``check_...`` raises an AssertionError. ``test_canaries.py`` runs them on a vault as it is, and
on vaults whose sealing was broken on purpose, where they have to fail.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tests.sealing.world import key_ring, new_table
from visavis.errors import SealingRefused
from visavis.records import find_record
from visavis.records._schema import records
from visavis.sealing import Claim, Sealed, _record, unseal
from visavis.sealing._derive import Scope
from visavis.sealing._layer import open_layer
from visavis.verifier._reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from tests.verifier.people import Holder
    from visavis.records import StoredRecord
    from visavis.sealing import KeyRing
    from visavis.verifier import Vault

_PREFIX = 3  # bytes by which most places are passed over at once


def forms(secret: bytes) -> Iterator[bytes]:
    """As it is, and as programs usually write bytes."""
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")[:-1]
    yield base64.b32encode(secret).rstrip(b"=").lower()[:-1]


def claim_forms(claim: Claim) -> Iterator[bytes]:
    yield claim.reveal().encode()
    yield claim.reveal().split("_")[1][:-1].encode()
    yield from forms(claim._secret)


def vector_forms(holder: Holder) -> Iterator[bytes]:
    """Sixteen bytes, four numbers, out of every sixty-four."""
    vector = Reference(holder.person.vector, 1).encode()[6:]
    for start in range(0, len(vector), 64):
        yield from forms(vector[start : start + 16])


def locator_forms(claim: Claim) -> Iterator[bytes]:
    """The locator stands in the row; as text it stands nowhere, such as in a log."""
    yield from list(forms(claim.locator(institution="default")))[1:]


def row_key_forms(vault: Vault, claim: Claim) -> Iterator[bytes]:
    """Every key by which the claim's record is opened."""
    record = stored(vault, claim)
    binding, wrap = record.binding, record.sealed.wrap
    scope = Scope(binding.institution, binding.locator, binding.enrolment_id)
    kek = vault.key_ring.find(binding.institution, wrap[1:17])
    outer = _record._keys(kek, wrap[17:49], kek.outer_info)
    inner = _record._open_outer(wrap, scope, kek)
    inner_keys = _record._keys(claim, inner[:32], scope.inner_info)
    data_key = open_layer(inner[32:], keys=inner_keys, associated=scope.inner_data)
    for key in (kek._secret, outer[:32], inner_keys[:32], data_key):
        yield from forms(key)


def canaries(vault: Vault, holders: Iterable[Holder]) -> list[bytes]:
    """All of them, for the store and whatever is beside it."""
    return [
        one
        for holder in holders
        for some in (
            claim_forms(holder.claim),
            vector_forms(holder),
            locator_forms(holder.claim),
            row_key_forms(vault, holder.claim),
        )
        for one in some
    ]


def files(folder: Path, *, but: Sequence[str] = ()) -> dict[str, bytes]:
    """Every file under a folder, except the key ring's, which has to hold keys."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in but
    }


def found(wanted: Iterable[bytes], places: Mapping[str, bytes]) -> dict[str, int]:
    """How many of the wanted stand in each place; places without any are left out."""
    patterns = sorted(set(wanted))
    counts = {name: _count(patterns, content) for name, content in places.items()}
    return {name: count for name, count in counts.items() if count}


def _count(patterns: Sequence[bytes], content: bytes) -> int:
    """How many of the patterns are in the content, in one pass for all of them."""
    by_prefix: dict[int, list[bytes]] = {}
    for pattern in patterns:
        by_prefix.setdefault(int.from_bytes(pattern[:_PREFIX], "big"), []).append(pattern)
    begins = np.zeros(1 << 8 * _PREFIX, dtype=np.bool_)
    begins[list(by_prefix)] = True
    there: set[bytes] = set()
    step = 1 << 24
    for start in range(0, len(content), step):
        part = np.frombuffer(content, np.uint8)[start : start + step + _PREFIX - 1]
        wide = part.astype(np.uint32)
        prefixes = (wide[:-2] << 16) | (wide[1:-1] << 8) | wide[2:]
        for at in np.flatnonzero(begins[prefixes]):
            for pattern in by_prefix[int(prefixes[at])]:
                if content.startswith(pattern, start + int(at)):
                    there.add(pattern)
    return len(there)


def check_nothing_is_kept(vault: Vault, holders: Sequence[Holder], folder: Path) -> None:
    """No claim, no vector and no key is in the store, its journals, or whatever lies beside it."""
    places = files(folder, but=("keyring.json",))
    assert found(canaries(vault, holders), places) == {}


def check_nothing_repeats(vault: Vault, holders: Sequence[Holder]) -> None:
    """Salts, nonces, commitments and ciphertexts are new in every row."""
    with vault.store.snapshot() as s:
        rows = s.connection.execute(sa.select(records.c.wrap, records.c.body)).all()
    assert len(rows) == len(holders) > 1
    parts = {
        "outer salt": [row.wrap[17:49] for row in rows],
        "outer commitment": [row.wrap[49:81] for row in rows],
        "outer nonce": [row.wrap[81:93] for row in rows],
        "outer ciphertext": [row.wrap[93:] for row in rows],
        "body commitment": [row.body[1:33] for row in rows],
        "body nonce": [row.body[33:45] for row in rows],
        "body ciphertext": [row.body[45:] for row in rows],
    }
    for name, values in parts.items():
        assert len(set(values)) == len(rows), f"{name} repeats"


def check_rows_are_bound(vault: Vault, holders: Sequence[Holder]) -> None:
    """No record opens with another row's model digest, consent, wrap or body; each does as it is.

    All of these are refused alike, and none of them changes anything.
    """
    opened = []
    for holder, other in zip(holders, [*holders[1:], holders[0]], strict=True):
        mine, theirs = stored(vault, holder.claim), stored(vault, other.claim)
        assert _opens(mine, holder.claim, vault.key_ring), "a record does not open as it is"
        changed = {
            "model digest": _bound(mine, model_digest=bytes(32)),
            "consent": _bound(mine, consent_id=theirs.binding.consent_id),
            "enrolment": _bound(mine, enrolment_id=theirs.binding.enrolment_id),
            "institution": _bound(mine, institution="other"),
            "locator": _bound(mine, locator=theirs.binding.locator),
            "wrap": replace(mine, sealed=Sealed(theirs.sealed.wrap, mine.sealed.body)),
            "body": replace(mine, sealed=Sealed(mine.sealed.wrap, theirs.sealed.body)),
            "cut": replace(mine, sealed=Sealed(mine.sealed.wrap, mine.sealed.body[:-1])),
            "row": theirs,
        }
        opened += [
            name for name, record in changed.items() if _opens(record, holder.claim, vault.key_ring)
        ]
    assert opened == []


def check_two_of_three_open_nothing(vault: Vault, holders: Sequence[Holder]) -> None:
    """Store and key ring; store and claims; key ring and claims: not one record opens."""
    stranger = Claim.generate(institution="default")
    foreign = key_ring(new_table("default"))
    opened = 0
    for holder, other in zip(holders, [*holders[1:], holders[0]], strict=True):
        record = stored(vault, holder.claim)
        current = foreign.current("default").kek_id
        # As a thief would: the right id, another key behind it.
        pretended = record.sealed.wrap[:1] + current + record.sealed.wrap[17:]
        renamed = replace(record, sealed=replace(record.sealed, wrap=pretended))
        made_up = replace(record, sealed=Sealed(record.sealed.wrap, bytes(len(record.sealed.body))))
        opened += _opens(record, stranger, vault.key_ring)
        opened += _opens(record, other.claim, vault.key_ring)
        opened += _opens(record, holder.claim, foreign)
        opened += _opens(renamed, holder.claim, foreign)
        opened += _opens(made_up, holder.claim, vault.key_ring)
    assert opened == 0


def stored(vault: Vault, claim: Claim) -> StoredRecord:
    with vault.store.snapshot() as s:
        record = find_record(s, "default", claim.locator(institution="default"))
    assert record is not None
    return record


def _bound(record: StoredRecord, **values: bytes | str | UUID) -> StoredRecord:
    return replace(record, binding=replace(record.binding, **values))  # type: ignore[arg-type]


def _opens(record: StoredRecord, claim: Claim, ring: KeyRing) -> bool:
    try:
        unseal(record.sealed, claim=claim, key_ring=ring, binding=record.binding)
    except SealingRefused:
        return False
    return True
