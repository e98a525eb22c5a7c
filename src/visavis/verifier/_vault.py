"""A vault: the store and the key ring of one institution."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from visavis.errors import KeyringUnwritable
from visavis.records import add_institution, add_key, create_store, open_store
from visavis.sealing import FileKeyRing, check_institution
from visavis.transparency import SignerKey
from visavis.verifier._beside import (
    make_missing_keys,
    read_receipt_issuer,
    read_server_secret,
)
from visavis.verifier._decoy import Decoy
from visavis.verifier._log_key import log_key_path, read_log_key, write_log_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import TracebackType

    from visavis.receipts import ReceiptIssuer
    from visavis.records import Store
    from visavis.sealing import KeyRing, ServerSecret

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
        self.decoy = Decoy(key_ring, institution)

    @classmethod
    def create(cls, store: str, *, keys: Path) -> Self:
        """Make a new store and a new key ring, with the institution ``default``.

        Args:
            store: ``sqlite:///path`` or ``postgresql://user@host/database``.
            keys: the key ring's file, to be made. Losing it loses every enrolment. The keys that
                sign the log and receipts, and the server's secret, come to lie beside it.

        Raises:
            StoreExists, KeyringExists: something is there already; nothing is overwritten.
            Error: ``store.*``, ``keyring.*``: it cannot be made. Keys just made are removed.
        """
        log_key = log_key_path(keys, DEFAULT_INSTITUTION)
        signer = SignerKey.generate(f"visavis/{DEFAULT_INSTITUTION}")
        with contextlib.ExitStack() as undo:
            _make_folder(keys.parent)
            key_ring = FileKeyRing.create(keys)
            undo.callback(keys.unlink, missing_ok=True)
            write_log_key(log_key, signer)
            undo.callback(log_key.unlink, missing_ok=True)
            for path in make_missing_keys(keys):
                undo.callback(path.unlink, missing_ok=True)
            kek = key_ring.add_institution(DEFAULT_INSTITUTION)
            made = create_store(store)
            with _closed_on_error(made):
                vault = cls(
                    store=made,
                    key_ring=key_ring,
                    signer=signer,
                    receipts=read_receipt_issuer(keys, DEFAULT_INSTITUTION),
                    secret=read_server_secret(keys),
                )
                today = vault.clock().date()
                with made.transaction() as t:
                    add_institution(t, DEFAULT_INSTITUTION, log_key=signer.verifier, on=today)
                    add_key(t, kek, on=today)
            undo.pop_all()
        return vault

    @classmethod
    def open(
        cls,
        store: str,
        *,
        keys: Path,
        institution: str = DEFAULT_INSTITUTION,
        key_ring: KeyRing | None = None,
    ) -> Self:
        """Open a store and a key ring.

        Args:
            store: as for `create`.
            keys: the key ring's file. The keys that sign the log and receipts lie beside it.
            institution: whose vault.
            key_ring: one that is kept elsewhere, instead of the file.

        Raises:
            Error: ``store.*``, ``keyring.*``: one of them is not there, or not fit.
        """
        ring = key_ring or FileKeyRing(keys)
        signer = read_log_key(log_key_path(keys, check_institution(institution)))
        receipts = read_receipt_issuer(keys, institution)
        secret = read_server_secret(keys)
        opened = open_store(store)
        with _closed_on_error(opened):
            return cls(
                store=opened,
                key_ring=ring,
                institution=institution,
                signer=signer,
                receipts=receipts,
                secret=secret,
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


@contextlib.contextmanager
def _closed_on_error(store: Store) -> Iterator[None]:
    try:
        yield
    except BaseException:
        store.close()
        raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyringUnwritable(f"its folder cannot be made: {error.strerror}") from None
