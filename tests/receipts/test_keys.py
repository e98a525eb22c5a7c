"""The file of receipt keys: private, rotated with overlap, read strictly."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.receipts.desk import NOW, Desk
from visavis.errors import (
    KeyringCorrupt,
    KeyringExists,
    KeyringMissing,
    KeyringPermissions,
    ReceiptKeyUnknown,
)
from visavis.receipts import FileReceiptKeys

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_is_private_and_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "receipts.json"
    keys = FileReceiptKeys.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert repr(keys) == "FileReceiptKeys(...)"
    assert '"d"' not in json.dumps(keys.jwks())
    with pytest.raises(KeyringExists):
        FileReceiptKeys.create(path)
    path.chmod(0o644)
    with pytest.raises(KeyringPermissions):
        FileReceiptKeys(path)
    with pytest.raises(KeyringMissing):
        FileReceiptKeys(tmp_path / "absent.json")


def test_rotation_overlaps(desk: Desk) -> None:
    before, (current, following) = desk.issue(), desk.keys.listed()
    published = desk.keys.jwks()
    assert (current.state, following.state) == ("current", "next")
    desk.keys.rotate(now=NOW)
    previous, now_current, _ = desk.keys.listed()
    assert (previous.kid, previous.state, previous.retired) == (current.kid, "previous", NOW)
    assert now_current.kid == following.kid
    desk.check(before)
    desk.check(desk.issue(), keys=published)  # a copy from before knows the next one
    assert "d" not in desk.keys._fresh().keys[0].jwk  # nothing can be signed with it any more


def test_previous_keys_are_published_for_a_day(desk: Desk) -> None:
    before = desk.issue()
    desk.keys.rotate(now=NOW)
    desk.keys.rotate(now=NOW + timedelta(hours=23))
    assert [key.state for key in desk.keys.listed()] == ["previous", "previous", "current", "next"]
    desk.check(before)
    desk.keys.rotate(now=NOW + timedelta(hours=25))
    assert len(desk.keys.listed()) == 4
    with pytest.raises(ReceiptKeyUnknown):
        desk.check(before)


def test_another_process_rotates(tmp_path: Path, desk: Desk) -> None:
    FileReceiptKeys(tmp_path / "receipts.json").rotate(now=NOW)
    desk.keys._fresh_until = 0.0  # a second later
    desk.check(desk.issue())
    assert len(desk.keys.listed()) == 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content.pop("format"),
        lambda content: content.update(format="visavis-receipt-keys-2"),
        lambda content: content.update(keys=content["keys"][:1]),
        lambda content: content.update(keys=[]),
        lambda content: content.update(keys="none"),
        lambda content: content["keys"][0]["key"].pop("d"),
        lambda content: content["keys"][0]["key"].update(x="AAAA"),
        lambda content: content["keys"][1].update(created="yesterday"),
        lambda content: content["keys"][1].pop("retired"),
        lambda content: content["keys"].insert(0, content["keys"][0]),
        lambda content: content["keys"][0]["key"].update(crv="P-384"),
        lambda content: content["keys"][0]["key"].update(use="enc"),
        lambda content: content["keys"][0]["key"].update(d=content["keys"][1]["key"]["d"]),
        lambda content: content["keys"][0].update(key={"kty": "oct", "k": "AAAA"}),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "receipts.json"
    FileReceiptKeys.create(path)
    content = json.loads(path.read_text())
    secret = content["keys"][1]["key"]["d"]
    assert callable(damage)
    damage(content)
    path.write_text(json.dumps(content))
    with pytest.raises(KeyringCorrupt) as caught:
        FileReceiptKeys(path)
    assert secret not in str(caught.value)
