"""``visavis compare``: do these photographs show one person?"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis import hazmat
from visavis.cli._output import NON_MATCH, errors, point_content, print_json
from visavis.cli._photos import inputs, open_photos
from visavis.comparison import Outcome
from visavis.models import find_pack
from visavis.verifier import DEFAULT_FMR, Verifier

if TYPE_CHECKING:
    from visavis.comparison import Decision

__all__ = ["compare"]


def compare(
    *,
    reference: Annotated[list[Path], typer.Option(help="A photograph of the person in question.")],
    probe: Annotated[list[Path], typer.Option(help="A photograph of the person who is here.")],
    fmr: Annotated[str, typer.Option(help="The false match rate wanted.")] = DEFAULT_FMR,
    pack: Annotated[str, typer.Option(help="The model pack.")] = "dlib",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    home: Annotated[
        Path | None, typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder.")
    ] = None,
) -> None:
    """Compare photographs of one person with photographs of another or the same.

    Give --reference and --probe several times for several photographs: two or three different ones
    on each side err far less than one. Nothing is kept.

    Exit status: 0 match, 1 non-match, 2 error.
    """
    names = inputs(reference, "references") | inputs(probe, "probes")
    with errors(as_json=as_json, inputs=names):
        verifier = Verifier.of_pack(find_pack(pack, home=home), home=home)
        started = time.perf_counter()
        decision = verifier.compare(
            references=open_photos(reference, "references"),
            probes=open_photos(probe, "probes"),
            fmr=fmr,
        )
        elapsed_ms = (time.perf_counter() - started) * 1000
    if as_json:
        print_json(_content(decision, elapsed_ms))
    else:
        _print(decision, elapsed_ms)
    if decision.outcome is not Outcome.MATCH:
        raise typer.Exit(NON_MATCH)


def _content(decision: Decision, elapsed_ms: float) -> dict[str, object]:
    point = decision.operating_point
    return {
        "outcome": decision.outcome.value,
        "score": round(hazmat.comparison_score(decision), 6),
        "threshold": point.threshold,
        "operating_point": point_content(point),
        "established": point.established,
        "reference_samples": point.reference_samples,
        "probe_samples": point.probe_samples,
        "model": decision.model,
        "elapsed_ms": round(elapsed_ms, 1),
    }


def _print(decision: Decision, elapsed_ms: float) -> None:
    point = decision.operating_point
    score = hazmat.comparison_score(decision)
    state = "established" if point.established else "provisional"
    relation = ">=" if decision.outcome is Outcome.MATCH else "<"
    typer.echo(f"{decision.outcome.value}: score {score:.4f} {relation} {point.threshold:.4f}")
    typer.echo(
        f"FMR {point.fmr:e} ({state}, 95 % interval up to {point.fmr_interval[1]:.1e}) and "
        f"FNMR {point.fnmr:.3f}, on {point.people:,} people, {point.comparisons:,} comparisons of "
        f"{point.data_set}"
    )
    typer.echo(
        f"{point.reference_samples} reference and {point.probe_samples} probe samples, "
        f"{elapsed_ms:.0f} ms"
    )
