"""Reading a gettext catalogue, a PO file, as translators' tools write it.

The files are read as they are: nothing has to be compiled, and there is no second file to fall out
of step. Of the format (gettext manual, "The Format of PO Files") we use comments and pairs of
``msgid`` and ``msgstr``, each a row of quoted strings; plural forms and contexts are refused.
"""

from __future__ import annotations

import ast
import re

from visavis.errors import InputInvalid

__all__ = ["read_catalogue"]

_LINE = re.compile(r'(?:(msgid|msgstr) )?("(?:[^"\\]|\\["\\nt])*")')


def read_catalogue(text: str) -> dict[str, str]:
    """Reads the pairs of a catalogue, without its header.

    Raises:
        InputInvalid: a line is none of ours, a ``msgid`` is doubled or has no words.
    """
    pairs: list[tuple[str, str]] = []
    last = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        read = _LINE.fullmatch(line.strip())
        keyword = read and (read[1] or last)
        if read is None or not keyword or (read[1] == "msgstr" and last != "msgid"):
            raise InputInvalid(f"line {number} of the catalogue cannot be read")
        if read[1] == "msgid":
            pairs.append(("", ""))
        said: str = ast.literal_eval(read[2])
        key, words = pairs[-1]
        pairs[-1] = (key + said, words) if keyword == "msgid" else (key, words + said)
        last = keyword
    catalogue = dict(pairs)
    if len(catalogue) != len(pairs) or not all(catalogue.values()):
        raise InputInvalid("the catalogue has a key twice, or one without words")
    catalogue.pop("", None)
    return catalogue
