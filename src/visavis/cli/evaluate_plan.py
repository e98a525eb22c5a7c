"""``visavis evaluate plan``: how many people and comparisons a test needs."""

from __future__ import annotations

from typing import Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.errors import InputInvalid
from visavis.evaluation import established, parse_rate, person_pairs
from visavis.evaluation import plan as plan_for

__all__ = ["plan"]


def plan(
    *,
    fmr: Annotated[list[str], typer.Option(help="A false match rate, such as 1e-4; repeatable.")],
    people: Annotated[
        int | None,
        typer.Option(help="So many people take part, all compared: would the FMR be established?"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how many people and comparisons it takes to measure a false match rate.

    Exit status: 0 done, 2 error.
    """
    with errors(as_json=as_json):
        if people is not None and people < 2:  # noqa: PLR2004 - one person forms no pair
            raise InputInvalid("a test takes at least two people")
        content = [_content(rate, people) for rate in fmr]
    if as_json:
        print_json({"plans": content})
        return
    for needed in content:
        typer.echo(
            f"FMR {needed['fmr']}: {needed['people']:,} people, all compared with each other "
            f"({needed['pairs_of_people']:,} pairs), establish it.\n"
            f"  If comparisons were independent: {needed['rule_of_3']:,} without a false match "
            "show that it is not larger (rule of 3, 95 %);\n"
            f"  {needed['rule_of_30']:,} give it to within 30 % (rule of 30, 90 %)."
        )
        if people is not None:
            state = "established" if needed["established"] else "provisional"
            typer.echo(f"  With {people:,} people: {state}.")


def _content(fmr: str, people: int | None) -> dict[str, object]:
    needed = plan_for(fmr)
    content: dict[str, object] = {
        "fmr": needed.fmr,
        "people": needed.people,
        "pairs_of_people": needed.pairs,
        "rule_of_3": needed.rule_of_3,
        "rule_of_30": needed.rule_of_30,
    }
    if people is not None:
        content["established"] = established(parse_rate(fmr), pairs=person_pairs(people))
    return content
