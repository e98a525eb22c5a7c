"""A vault: the store and the key ring of one institution."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from visavis.errors import InstitutionUnknown, KeyringMismatch, LogCopyForeign
from visavis.records import closed_on_error, list_institutions, list_keys, open_store
from visavis.sealing import FileKeyRing, check_institution
from visavis.verifier._beside import read_receipt_issuer, read_server_secret
from visavis.verifier._copy import begin_copy, require_current
from visavis.verifier._create import create_parts
from visavis.verifier._decoy import Decoy
from visavis.verifier._log_key import log_key_path, read_log_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from visavis.receipts import ReceiptIssuer
    from visavis.records import Store
    from visavis.sealing import KeyRing, ServerSecret
    from visavis.transparency import SignerKey

__all__ = ["DEFAULT_INSTITUTION", "Vault"]

DEFAULT_INSTITUTION = "default"


def _now() -> datetime:
    return datetime.now(UTC)


class Vault:
    """What an institution keeps of enrolments, and the keys to it. It may be shared by threads.

    It opens nothing by itself: that takes the holder's claim, too.

    Attributes:
        store: the records.
        key_ring: the keys.
        institution: whose vault it is.
        signer: the key that signs the log's checkpoints, where it is kept here.
        clock: what time it is, with a time zone.
        receipts: signs receipts, where there are keys for that.
        secret: the server's, where there is one.
        copies: the folder of the logs' copies, one an institution; None where none are kept.
        decoy: what is opened for claims without a record.
    """

    def __init__(
        self,
        *,
        store: Store,
        key_ring: KeyRing,
        institution: str = DEFAULT_INSTITUTION,
        signer: SignerKey | None = None,
        clock: Callable[[], datetime] | None = None,
        receipts: ReceiptIssuer | None = None,
        secret: ServerSecret | None = None,
        copies: Path | None = None,
    ) -> None:
        """Put a vault together.

        Raises:
            KeyringUnknown: the key ring has no such institution.
        """
        self.store = store
        self.key_ring = key_ring
        self.institution = institution
        self.signer = signer
        self.clock = clock or _now
        self.receipts = receipts
        self.secret = secret
        self.copies = copies
        self.decoy = Decoy(key_ring, institution)

    @classmethod
    def create(cls, store: str, *, keys: Path, copies: Path | None = None) -> Self:
        """Make a new store and a new key ring, with the institution ``default``.

        Args:
            store: ``sqlite:///path`` or ``postgresql://user@host/database``.
            keys: the key ring's file, to be made. Losing it loses every enrolment. The keys that
                sign the log and receipts, and the server's secret, come to lie beside it.
            copies: where copies of the logs are to be kept; the first one is begun.

        Raises:
            StoreExists, KeyringExists: something is there already; nothing is overwritten.
            LogCopyForeign: there are copies of another store's logs.
            Error: ``store.*``, ``keyring.*``: it cannot be made. Keys just made are removed. What
                was killed in the middle is taken up again by the same call.
        """
        if copies is not None and os.path.lexists(copies / DEFAULT_INSTITUTION):
            raise LogCopyForeign("another store's copies are there; begin them in another folder")
        parts = create_parts(store, keys=keys, institution=DEFAULT_INSTITUTION)
        with closed_on_error(parts.store):
            if copies is not None:
                begin_copy(parts.signer.verifier, to=copies / DEFAULT_INSTITUTION)
            return cls(
                store=parts.store,
                key_ring=parts.key_ring,
                signer=parts.signer,
                receipts=read_receipt_issuer(keys, DEFAULT_INSTITUTION),
                secret=read_server_secret(keys),
                copies=copies,
            )

    @classmethod
    def open(
        cls,
        store: str,
        *,
        keys: Path,
        institution: str = DEFAULT_INSTITUTION,
        key_ring: KeyRing | None = None,
        copies: Path | None = None,
    ) -> Self:
        """Open a store and a key ring.

        Args:
            store: as for `create`.
            keys: the key ring's file. The keys that sign the log and receipts lie beside it.
            institution: whose vault.
            key_ring: one that is kept elsewhere, instead of the file.
            copies: the folder of the logs' copies, where they are kept.

        Raises:
            InstitutionUnknown: the store has no such institution.
            KeyringMismatch: key ring or log key are not those of this store.
            StoreRestored: it is older than a log's copy; `replay` first.
            StoreDiverged: a log contradicts its copy.
            LogCopyMissing, LogCopyForeign, LogCopyDamaged: a copy is not there or not fit.
            Error: ``store.*``, ``keyring.*``: one of them is not there, or not fit.
        """
        ring = key_ring or FileKeyRing(keys)
        signer = read_log_key(log_key_path(keys, check_institution(institution)))
        receipts = read_receipt_issuer(keys, institution)
        secret = read_server_secret(keys)
        opened = open_store(store)
        with closed_on_error(opened):
            _require_own_keys(opened, ring, institution=institution, signer=signer)
            require_current(opened, copies)
            return cls(
                store=opened,
                key_ring=ring,
                institution=institution,
                signer=signer,
                receipts=receipts,
                secret=secret,
                copies=copies,
            )

    def of(self, institution: str, *, keys: Path) -> Vault:
        """The vault of another institution in this store and key ring; close one of the two.

        Args:
            institution: whose.
            keys: as for `open`.

        Raises:
            KeyringUnknown: the key ring has no such institution.
            Error: ``keyring.*``: the keys beside it are not fit.
        """
        return Vault(
            store=self.store,
            key_ring=self.key_ring,
            institution=institution,
            signer=read_log_key(log_key_path(keys, check_institution(institution))),
            clock=self.clock,
            receipts=read_receipt_issuer(keys, institution),
            secret=read_server_secret(keys),
            copies=self.copies,
        )

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Vault({self.institution!r})"


def _require_own_keys(
    store: Store, key_ring: KeyRing, *, institution: str, signer: SignerKey | None
) -> None:
    with store.snapshot() as s:
        found = [one for one in list_institutions(s) if one.institution == institution]
        listed = {key.kek_id for key in list_keys(s, institution)}
    if not found:
        raise InstitutionUnknown("the store has no such institution")
    if not listed <= {epoch.kek_id for epoch in key_ring.epochs(institution)}:
        raise KeyringMismatch("the key ring lacks keys that this store's records are sealed with")
    if signer is not None and signer.verifier != found[0].log_key:
        raise KeyringMismatch("the log's key is not the one that this store's log is signed with")
