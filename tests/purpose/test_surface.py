"""The line we do not cross, held by tests: what is not on the reviewed list may not be offered."""

from __future__ import annotations

import re
from pathlib import Path

from tests.purpose.surface import surface

_REVIEWED = Path(__file__).with_name("reviewed_surface.txt")
_SOURCE = Path(__file__).parents[2] / "src" / "visavis"

# Names of things that visavis never has. Texts may speak of them; names of code may not.
_FORBIDDEN = re.compile(
    r"^\s*(?:def|class|async def)\s+\w*"
    r"(?:identify|search|gallery|watch_?list|cluster|nearest|top_?k|rank_(?:people|person|face|reference|match)|dedup|"
    r"age_of|gender|ethnic|emotion|(?<!t)race)\w*",
    re.IGNORECASE | re.MULTILINE,
)


def test_nothing_is_offered_that_was_not_reviewed() -> None:
    reviewed = _REVIEWED.read_text().splitlines()
    found = surface()
    added = [line for line in found if line not in reviewed]
    gone = [line for line in reviewed if line not in found]
    assert not added, "new: review it against DESIGN section 1, then list it (see surface.py)"
    assert not gone, "no longer there: take it off the list"


def test_no_function_or_class_is_named_for_what_is_never_built() -> None:
    named = {
        str(path.relative_to(_SOURCE)): found.group(0).strip()
        for path in _SOURCE.rglob("*.py")
        for found in _FORBIDDEN.finditer(path.read_text())
    }
    assert not named


def test_these_checks_can_fail() -> None:
    assert _FORBIDDEN.search("def search_gallery(face):")
    assert _FORBIDDEN.search("    class GenderEstimator:")
    assert _FORBIDDEN.search("def race_of(face):")
    assert not _FORBIDDEN.search("class Traces:")
    assert "visavis.Verifier.search(self)" not in surface()
    assert any(line.startswith("visavis.Verifier.compare(") for line in surface())
