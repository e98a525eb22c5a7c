"""The command line: thin, one file a command, nothing here that the library does not do."""

import typer

from visavis.cli import (
    compare,
    consent,
    credentials,
    demo,
    doctor,
    enrol,
    enrolments,
    evaluate,
    forget,
    init,
    inspect,
    institutions,
    keys,
    log,
    models,
    purge,
    re_enrol,
    receipt,
    renew,
    serve,
    status,
    store,
    verify,
    webhooks,
)
from visavis.cli._version import print_version
from visavis.sealing import forbid_core_dumps

__all__ = ["app", "main"]

app = typer.Typer(
    name="visavis",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print local variables, which may be pictures or claims
    help="Face verification that cannot become surveillance: is this the person who enrolled?",
)
app.callback()(print_version)
app.command("compare")(compare.compare)
app.command("inspect")(inspect.inspect)
app.command("doctor")(doctor.doctor)
app.command("init")(init.init)
app.command("enrol")(enrol.enrol)
app.command("verify")(verify.verify)
app.command("renew")(renew.renew)
app.command("re-enrol")(re_enrol.re_enrol)
app.command("forget")(forget.forget)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("purge")(purge.purge)
app.command("status")(status.status)
app.add_typer(consent.app)
app.add_typer(enrolments.app)
app.add_typer(evaluate.app)
app.add_typer(institutions.app)
app.add_typer(keys.app)
app.add_typer(log.app)
app.add_typer(store.app)
app.add_typer(receipt.app)
app.add_typer(credentials.app)
app.add_typer(webhooks.app)
app.add_typer(models.app)


def main() -> None:
    """Runs the command line."""
    forbid_core_dumps()
    app()
