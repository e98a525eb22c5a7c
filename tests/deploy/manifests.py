"""The files of deploy/ and compose.yaml, read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from tests.settings_page import fields

ROOT = Path(__file__).parents[2]
_BASE = ROOT / "deploy" / "kustomize"

VARIABLES = {"VISAVIS_" + name.upper().replace(".", "__") for name, _ in fields()}
"""Every setting's variable."""


def base() -> dict[str, dict[str, Any]]:
    """The base's objects by their kind, of which each is there once."""
    kustomization = yaml.safe_load((_BASE / "kustomization.yaml").read_text())
    found = {}
    for name in kustomization["resources"]:
        (content,) = yaml.safe_load_all((_BASE / name).read_text())
        assert name == f"{content['kind'].lower()}.yaml"
        found[content["kind"]] = content
    on_disk = {path.name for path in _BASE.glob("*.yaml")} - {"kustomization.yaml"}
    assert on_disk == set(kustomization["resources"])
    return found | {"Kustomization": kustomization}


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return content


def containerfile() -> list[tuple[str, str]]:
    """Its instructions, comments and continuations undone."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    split = (line.partition(" ") for line in lines if line)
    return [(instruction, " ".join(rest.split())) for instruction, _, rest in split]


def environment() -> dict[str, str]:
    """What the last stage of the image sets."""
    instructions = containerfile()
    last = max(at for at, (name, _) in enumerate(instructions) if name == "FROM")
    (text,) = [rest for name, rest in instructions[last:] if name == "ENV"]
    return dict(pair.split("=", 1) for pair in text.split())
