"""The server's secret: private, and every use of it apart from every other."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from visavis.errors import KeyringCorrupt, KeyringExists, KeyringMissing, KeyringPermissions
from visavis.sealing import ServerSecret

if TYPE_CHECKING:
    from pathlib import Path

_ENDPOINT = uuid.UUID(int=1)


def test_golden_numbers() -> None:
    secret = ServerSecret(bytes(range(32)))
    assert secret.fingerprint(b"a", b"bc").hex() == (
        "b2115f5890716ba5d6f29e164f462f1718137cde7a22aad5d5f5da4e87c49b8b"
    )
    assert secret.webhook_key("default", _ENDPOINT).hex() == (
        "acc5e627deaf902e73c650b4082dcdb20cd78ef9d5434cdbac2aabc758995f9b"
    )


def test_uses_are_apart() -> None:
    secret = ServerSecret(bytes(range(32)))
    assert secret.fingerprint(b"ab", b"c") != secret.fingerprint(b"a", b"bc")
    keys = {
        secret.webhook_key("default", _ENDPOINT),
        secret.webhook_key("other", _ENDPOINT),
        secret.webhook_key("default", uuid.UUID(int=2)),
        secret.fingerprint(),
    }
    assert len(keys) == 4
    assert repr(secret) == "ServerSecret(...)"


def test_the_file(tmp_path: Path) -> None:
    path = tmp_path / "server.key"
    with pytest.raises(KeyringMissing):
        ServerSecret.read(path)
    made = ServerSecret.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert ServerSecret.read(path) == made
    with pytest.raises(KeyringExists):
        ServerSecret.create(path)
    content = path.read_bytes()
    for damaged in (b"", content[:-2], content + b"\n", content[1:], content.replace(b" ", b"")):
        path.write_bytes(damaged)
        with pytest.raises(KeyringCorrupt):
            ServerSecret.read(path)
    path.chmod(0o604)
    with pytest.raises(KeyringPermissions):
        ServerSecret.read(path)
