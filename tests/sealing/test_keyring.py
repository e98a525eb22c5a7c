"""Key tables and the environment: what every key ring has in common."""

from __future__ import annotations

import base64
import contextlib
import copy
import json
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sealing.world import key_ring, new_table
from visavis.errors import (
    InputInvalid,
    KeyringCorrupt,
    KeyringEpochCurrent,
    KeyringEpochDestroyed,
    KeyringMissing,
    KeyringUnknown,
)
from visavis.sealing import EnvironmentKeyRing, Kek
from visavis.sealing._keytable import KeyTable


def test_epochs() -> None:
    table = new_table("bank-a", "bank-b")
    first = table.current("bank-a")
    table = table.with_epoch("bank-a")
    second = table.current("bank-a")
    assert (first.epoch, second.epoch, table.current("bank-b").epoch) == (1, 2, 1)
    assert table.find("bank-a", first.kek_id) == first
    assert table.find("bank-a", second.kek_id) == second

    table = table.without_key("bank-a", epoch=1)
    with pytest.raises(KeyringEpochDestroyed):
        table.find("bank-a", first.kek_id)
    ring = key_ring(table)
    assert ring.institutions() == ("bank-a", "bank-b")
    old, new = ring.epochs("bank-a")
    assert old.destroyed is not None
    assert datetime.now(UTC) - old.destroyed < timedelta(minutes=1)
    assert (old.number, old.kek_id) == (1, first.kek_id)
    assert (new.number, new.kek_id, new.destroyed) == (2, second.kek_id, None)
    assert ring.current("bank-a") == second


def test_a_key_belongs_to_one_institution() -> None:
    table = new_table("bank-a", "bank-b")
    with pytest.raises(KeyringUnknown):
        table.find("bank-b", table.current("bank-a").kek_id)


def test_what_is_not_there() -> None:
    ring = key_ring(new_table())
    for use in (
        lambda: ring.current("other"),
        lambda: ring.epochs("other"),
        lambda: ring.find("other", bytes(16)),
        lambda: ring.find("default", bytes(16)),
        lambda: new_table().with_epoch("other"),
        lambda: new_table().without_key("default", epoch=2),
        lambda: new_table().without_key("default", epoch=0),
        lambda: new_table().without_key("default", epoch=-1),
    ):
        with pytest.raises(KeyringUnknown):
            use()


def test_the_current_epoch_is_not_destroyed_and_none_twice() -> None:
    table = new_table()
    with pytest.raises(KeyringEpochCurrent):
        table.without_key("default", epoch=1)
    table = table.with_epoch("default").without_key("default", epoch=1)
    with pytest.raises(KeyringEpochDestroyed):
        table.without_key("default", epoch=1)


def test_an_institution_is_added_once() -> None:
    with pytest.raises(InputInvalid):
        new_table("default").with_institution("default")


def test_a_destroyed_key_is_gone_from_the_document() -> None:
    table = new_table()
    key = table.current("default").reveal()
    assert key in table.render().decode()
    assert key not in table.with_epoch("default").without_key("default", epoch=1).render().decode()


def test_the_document_comes_back_as_it_was() -> None:
    table = new_table("bank-a", "bank-b").with_epoch("bank-b").without_key("bank-b", epoch=1)
    assert KeyTable.parse(table.render()) == table


def damaged(*path: str | int, value: object) -> bytes:
    """A good document in which the value at the path is another, or absent (...)."""
    table = new_table().with_epoch("default").without_key("default", epoch=1)
    document: Any = json.loads(table.render())
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document).encode()


ENTRY = ("institutions", "default", 1)
OTHER_KEY = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"format":"visavis-keyring-1","institutions":{},"institutions":{}}',
        damaged("format", value="visavis-keyring-2"),
        damaged("format", value=...),
        damaged("extra", value=1),
        damaged("institutions", value=[]),
        damaged("institutions", "default", value=[]),
        damaged("institutions", "Default", value=[]),
        damaged("institutions", "default", value={}),
        damaged("institutions", "default", 0, "key", value=OTHER_KEY),
        damaged("institutions", "default", 0, "destroyed", value=None),
        damaged(*ENTRY, value=None),
        damaged(*ENTRY, "epoch", value=3),
        damaged(*ENTRY, "id", value="00" * 16),
        damaged(*ENTRY, "id", value="00" * 15),
        damaged(*ENTRY, "id", value="zz" * 16),
        damaged(*ENTRY, "id", value=...),
        damaged(*ENTRY, "created", value="yesterday"),
        damaged(*ENTRY, "created", value="2026-11-22T00:00:00"),
        damaged(*ENTRY, "created", value="2026-11-22T00:00:00+01:00"),
        damaged(*ENTRY, "created", value=0),
        damaged(*ENTRY, "destroyed", value="2026-11-22T00:00:00+00:00"),
        damaged(*ENTRY, "key", value=OTHER_KEY),
        damaged(*ENTRY, "key", value=OTHER_KEY[:-4]),
        damaged(*ENTRY, "key", value="?"),
        damaged(*ENTRY, "key", value=7),
        damaged(*ENTRY, "key", value=None),
        damaged(*ENTRY, "extra", value=None),
    ],
)
def test_damaged_documents(document: bytes) -> None:
    with pytest.raises(KeyringCorrupt) as caught:
        KeyTable.parse(document)
    assert caught.value.__cause__ is None
    assert OTHER_KEY not in str(caught.value)


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(
        lambda content: json.dumps(
            {"format": "visavis-keyring-1", "institutions": content}
        ).encode()
    )
)
def test_any_other_document_is_refused_or_empty(document: bytes) -> None:
    with contextlib.suppress(KeyringCorrupt):
        assert KeyTable.parse(document) == KeyTable({})


def test_the_environment() -> None:
    document = new_table().render().decode()
    ring = EnvironmentKeyRing({"VISAVIS_KEYRING": document})
    assert ring.current("default") == KeyTable.parse(document.encode()).current("default")
    assert EnvironmentKeyRing({"KEYS": document}, variable="KEYS").institutions() == ("default",)
    for absent in ({}, {"VISAVIS_KEYRING": ""}):
        with pytest.raises(KeyringMissing):
            EnvironmentKeyRing(absent)
    with pytest.raises(KeyringCorrupt):
        EnvironmentKeyRing({"VISAVIS_KEYRING": "\udcff"})


def test_a_kek_is_named_by_its_content() -> None:
    one = Kek(bytes(32), institution="default", epoch=1)
    assert one.kek_id.hex() == "1ba89543b7b3ce96204d7002edaeb8c6"
    assert Kek(bytes(32), institution="default", epoch=2).kek_id != one.kek_id
    assert Kek(bytes(32), institution="other", epoch=1).kek_id != one.kek_id
    assert Kek(bytes(31) + b"\1", institution="default", epoch=1).kek_id != one.kek_id
    with pytest.raises(InputInvalid):
        Kek(bytes(31), institution="default", epoch=1)


def test_a_key_is_not_shown() -> None:
    kek = Kek.generate(institution="default", epoch=1)
    assert repr(kek) == str(kek) == "Kek(institution='default', epoch=1)"
    for attempt in (lambda: pickle.dumps(kek), lambda: copy.deepcopy(kek), lambda: hash(kek)):
        with pytest.raises(TypeError):
            attempt()
    shown = repr(new_table()) + repr(key_ring(new_table()))
    assert "Kek(institution='default', epoch=1)" in shown
    assert "_secret" not in shown
