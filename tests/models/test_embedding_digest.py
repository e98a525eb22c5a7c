"""What a stored reference is bound to: everything that makes an embedding, and no threshold."""

from __future__ import annotations

from dataclasses import replace

from visavis.models import embedding_digest, find_pack, pack_digest

PACK = find_pack("dlib")
DIGEST = embedding_digest(PACK)


def test_thresholds_and_other_detectors_do_not_change_it() -> None:
    for other in (
        replace(PACK, cells=()),
        replace(PACK, detectors=PACK.detectors[:1]),
        replace(PACK, title="another"),
    ):
        assert embedding_digest(other) == DIGEST
    assert pack_digest(replace(PACK, cells=())) != pack_digest(PACK)


def test_what_makes_an_embedding_changes_it() -> None:
    embedder = PACK.embedder
    others = (
        replace(PACK, detectors=PACK.detectors[::-1]),
        replace(PACK, embedder=replace(embedder, flip_at_enrolment=False)),
        replace(PACK, embedder=replace(embedder, crops_at_enrolment=3)),
        replace(PACK, embedder=replace(embedder, file=replace(embedder.file, sha256="0" * 64))),
    )
    assert len({DIGEST, *map(embedding_digest, others)}) == 5


def test_it_is_not_the_packs() -> None:
    assert len(DIGEST) == 64
    assert pack_digest(PACK) != DIGEST
