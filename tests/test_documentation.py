"""What is offered is documented, and what is documented is offered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.purpose.surface import surface
from visavis.errors import Error

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOCS = Path(__file__).parents[1] / "docs"


def _errors(base: type[Error]) -> Iterator[type[Error]]:
    for error in base.__subclasses__():
        yield error
        yield from _errors(error)


def test_every_error_code_is_documented() -> None:
    listed = dict(re.findall(r"^\| `([a-z_.]+)` \| `(\w+)` \|", _errors_page(), re.MULTILINE))
    raised = {error.code: error.__name__ for error in _errors(Error) if _ours(error)}
    assert listed == raised


def _errors_page() -> str:
    return (_DOCS / "errors.md").read_text()


def _ours(error: type[Error]) -> bool:
    return error.__module__.startswith("visavis.")


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in _errors(Error) if _ours(error)]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", code) for code in codes)


def test_every_command_and_option_is_documented() -> None:
    page = (_DOCS / "commands.md").read_text()
    for line in surface():
        if not line.startswith("$ "):
            continue
        command, *options = re.split(r" (?=--)", line[2:])
        heading = f"## `{command.strip()}`"
        assert heading in page, command
        section = page.split(heading, 1)[1].split("\n## ", 1)[0]
        for option in options:
            if option not in ("--help", "--install-completion", "--show-completion"):
                assert f"`{option.split()[0]}`" in section, f"{command}: {option}"


def test_every_command_documented_exists() -> None:
    commands = {re.split(r" (?=--)", line[2:])[0].strip() for line in surface() if line[0] == "$"}
    documented = re.findall(
        r"^## `(visavis[^`]*)`", (_DOCS / "commands.md").read_text(), re.MULTILINE
    )
    assert sorted(documented) == sorted(commands)
