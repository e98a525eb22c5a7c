"""Every statement of the threat model names the test that shows it, or says that it is a limit."""

from __future__ import annotations

import ast
import re
from pathlib import Path

_REPOSITORY = Path(__file__).parents[1]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _page() -> str:
    return (_REPOSITORY / "docs" / "threat-model.md").read_text()


def _statements() -> list[tuple[str, str]]:
    """The rows of the actors' tables: what is stated, and what shows it."""
    rows = re.findall(r"^\| (can[^|]*|could[^|]*) \| ([^|]*) \|$", _page(), re.MULTILINE)
    return [(said, shown) for said, shown in rows if said != "can or cannot"]


def test_every_named_test_exists() -> None:
    named = _TEST.findall(_page())
    assert len(named) > 40
    for path, name in named:
        tree = ast.parse((_REPOSITORY / path).read_text())
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in defined, f"{path}::{name}"
        assert name.startswith("test_")


def test_every_statement_is_shown_or_said_to_be_a_limit() -> None:
    statements = _statements()
    assert len(statements) > 30
    for said, shown in statements:
        if shown == "limit":
            assert not said.startswith("cannot"), said
        else:
            assert _TEST.fullmatch(shown.split(", ")[0]), said


def test_every_actor_has_statements() -> None:
    sections = re.split(r"^### ", _page(), flags=re.MULTILINE)[1:]
    assert len(sections) == 9
    for section in sections:
        assert "| cannot " in section, section.splitlines()[0]
