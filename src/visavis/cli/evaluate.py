"""``visavis evaluate``: how far comparison scores can be trusted."""

from __future__ import annotations

import typer

from visavis.cli import evaluate_pad, evaluate_plan, evaluate_scores

__all__ = ["app"]

app = typer.Typer(
    name="evaluate",
    no_args_is_help=True,
    help="How far comparison scores can be trusted: error rates with their uncertainty.",
)
app.command("scores")(evaluate_scores.scores)
app.command("plan")(evaluate_plan.plan)
app.command("pad")(evaluate_pad.pad)
