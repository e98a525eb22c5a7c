"""Everything that visavis offers, one line each: Python signatures and commands.

    python -m tests.purpose.surface > tests/purpose/reviewed_surface.txt

writes the reviewed list anew. Read the difference before committing it: no line may search for a
person, infer a trait, take faces of people who made no claim, or store a picture or an open
template (DESIGN section 1).
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from typing import TYPE_CHECKING

import typer

import visavis
from visavis.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

__all__ = ["surface"]

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # of a default that is a function
_SET = re.compile(r"\{([^{}]*)\}")  # a default whose order changes from run to run


def surface() -> list[str]:
    """Sorted lines, the same on every supported Python and in every run."""
    return sorted({_settled(line) for line in (*_python(), *_commands())})


def _settled(line: str) -> str:
    line = _ADDRESS.sub("", line)
    return _SET.sub(lambda found: f"{{{', '.join(sorted(found[1].split(', ')))}}}", line)


def _public_modules() -> Iterator[ModuleType]:
    yield visavis
    for module in pkgutil.walk_packages(visavis.__path__, "visavis."):
        if not any(part.startswith("_") for part in module.name.split(".")):
            yield importlib.import_module(module.name)


def _python() -> Iterator[str]:
    for module in _public_modules():
        for name in module.__all__:
            thing = getattr(module, name)
            path = f"{module.__name__}.{name}"
            if inspect.isclass(thing):
                yield from _class(path, thing)
            elif inspect.isfunction(thing):
                yield f"{path}{inspect.signature(thing)}"
            else:
                yield f"{path}: {type(thing).__name__}"


def _class(path: str, thing: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in thing.__bases__ if base is not object)
    yield f"{path}({bases})"
    for name, member in vars(thing).items():
        if name.startswith("_") and name != "__init__":
            continue
        function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if inspect.isfunction(function):
            yield f"{path}.{name}{inspect.signature(function)}"
        elif not isinstance(member, str):
            yield f"{path}.{name}"


def _commands() -> Iterator[str]:
    yield from _group("visavis", typer.main.get_command(app))


def _group(path: str, command: object) -> Iterator[str]:
    commands = getattr(command, "commands", None)
    if commands is None:
        options = sorted(
            option for parameter in getattr(command, "params", ()) for option in parameter.opts
        )
        yield f"$ {path} {' '.join(options)}".rstrip()
        return
    for name, inner in commands.items():
        yield from _group(f"{path} {name}", inner)


if __name__ == "__main__":
    print("\n".join(surface()))  # noqa: T201 - the point of this script
