"""``visavis evaluate pad``: how often real attacks got past presentation attack detection."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis.cli._output import errors, print_json
from visavis.evaluation import pad_report
from visavis.evaluation.files import read_presentations

if TYPE_CHECKING:
    from visavis.evaluation import PadReport, UnitRate

__all__ = ["pad"]


def pad(
    *,
    directory: Annotated[Path, typer.Argument(help="A folder with presentations.csv.")],
    confidence: Annotated[float, typer.Option(help="Of the one-sided upper bounds.")] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Report APCER, BPCER and IAPAR (ISO/IEC 30107-3) of presentations that were really made.

    Bounds count instruments and persons, never frames. Simulated attacks have no place here.

    Exit status: 0 done, 2 error.
    """
    with errors(as_json=as_json):
        report = pad_report(read_presentations(directory), confidence=confidence)
    if as_json:
        print_json(_content(report))
    else:
        _print(report)


def _content(report: PadReport) -> dict[str, object]:
    content: dict[str, object] = asdict(report)
    for name, worst in (("apcer", report.worst_apcer), ("iapar", report.worst_iapar)):
        content[f"worst_{name}"] = worst.species if worst else None
    return content


def _print(report: PadReport) -> None:
    for result in report.species:
        typer.echo(
            f"{result.species}: APCER {_rate(result.apcer, 'instruments')}; "
            f"IAPAR {_rate(result.iapar, 'instruments')}; "
            f"{result.no_response:,} of {result.presentations:,} without a response"
        )
    if worst := report.worst_apcer:
        typer.echo(f"highest APCER: {worst.species}, {_rate(worst.apcer, 'instruments')}")
    if worst := report.worst_iapar:
        typer.echo(f"highest IAPAR: {worst.species}, {_rate(worst.iapar, 'instruments')}")
    typer.echo(
        f"bona fide: BPCER {_rate(report.bpcer, 'persons')}; "
        f"{report.no_response:,} without a response"
    )


def _rate(rate: UnitRate | None, units: str) -> str:
    if rate is None:
        return "not measured"
    return (
        f"{rate.value:.4g} ({rate.errors:,} of {rate.presentations:,} presentations; "
        f"{rate.unit_errors:,} of {rate.units:,} {units}, at most {rate.upper:.4g} with "
        f"{100 * rate.confidence:.4g} % confidence)"
    )
