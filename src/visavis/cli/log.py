"""``visavis log``: the institution's transparency log, for whoever checks it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from visavis import verifier
from visavis.cli._output import ERROR, checkpoint_content, error_content, errors, print_json
from visavis.cli._store import copy_folder, snapshot_of_any_age
from visavis.cli._vault import Home, Institution, Json, Keys, Store, opened, settings
from visavis.errors import InputInvalid, LogTampered
from visavis.transparency import Checkpoint

if TYPE_CHECKING:
    from visavis.records import Snapshot
    from visavis.transparency import LogEntry, LogReport

__all__ = ["app", "check", "checkpoint", "copy", "prove", "show"]

app = typer.Typer(name="log", no_args_is_help=True, help="The transparency log.")

_MAX_NOTE = 1 << 20  # bytes read of a checkpoint's file: a note has some hundred


@app.callback()
def _log() -> None:
    """The transparency log."""


@app.command()
def show(
    *,
    start: Annotated[
        int | None, typer.Option(min=0, help="The first leaf; by default the last ones are shown.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="How many leaves.")] = 20,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Show leaves with what they say, where that may still be known. Needs no key ring."""
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        with snapshot_of_any_age(chosen) as s:
            entries, size, waiting = _read(s, chosen.institution, start=start, count=count)
    if as_json:
        print_json({"size": size, "waiting": waiting, "leaves": [_leaf(one) for one in entries]})
        return
    for one in entries:
        event = "-" if one.opening is None else one.opening.event.decode()
        typer.echo(f"{one.index:>8} {one.leaf.hex()} {event}")
    typer.echo(f"{size} leaves, {waiting} more wait for the next checkpoint")


@app.command()
def checkpoint(
    *,
    out: Annotated[Path | None, typer.Option(help="Write the note to this file, too.")] = None,
    store: Store = None,
    keys: Keys = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Give waiting leaves their places, sign a checkpoint, and print it.

    Keep it where nobody who can change the store can change it: `visavis log check` finds a
    rewritten log only by a checkpoint from elsewhere.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, keys=keys, home=home, institution=institution)
        with opened(chosen) as vault:
            note = verifier.sign_log(vault)
            with vault.store.snapshot() as s:
                key = verifier.log_key(s, chosen.institution)
        if out is not None:
            try:
                out.write_bytes(note)
            except OSError as error:
                raise InputInvalid(f"the note cannot be written: {error.strerror}") from None
    signed = Checkpoint.open(note, verifier=key)
    if as_json:
        print_json({"note": note.decode(), "key": key.render(), **checkpoint_content(signed)})
    else:
        typer.echo(note.decode(), nl=False)


@app.command()
def copy(
    *,
    to: Annotated[
        Path | None, typer.Option(help="The copy's folder; by default the one of log.copies.")
    ] = None,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Copy the log up to its last checkpoint, and check the whole copy. Needs no key ring.

    Goes on where the copy ends. A restored store is told from it what happened since its backup:
    keep it where nobody who can change the store can change it.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        folder = copy_folder(chosen, to)
        from visavis.records import open_store  # noqa: PLC0415 - slow to import

        with open_store(chosen.store) as kept:
            copied = verifier.copy_log(kept, chosen.institution, to=folder)
    if as_json:
        print_json({"folder": str(folder), "size": copied.size, "told": copied.told})
        return
    typer.echo(f"{folder}: {copied.size} leaves, {copied.told} of them with what they say")


@app.command()
def prove(
    *,
    leaf: Annotated[str | None, typer.Option(help="Prove that this leaf is in the log.")] = None,
    since: Annotated[
        Path | None, typer.Option("--checkpoint", help="Prove that the log goes on from this one.")
    ] = None,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Prove a leaf's place, or that nothing changed since a checkpoint. Needs no key ring.

    The proof is of RFC 6962, against the last checkpoint, which is printed with it.
    """
    with errors(as_json=as_json, inputs={"": str(since)}):
        chosen = settings(store=store, home=home, institution=institution)
        if (leaf is None) == (since is None):
            raise InputInvalid("give --leaf or --checkpoint")
        with snapshot_of_any_age(chosen) as s:
            if since is not None:
                old = _read_note(since)
                proof = verifier.prove_consistency(s, chosen.institution, old=old)
            else:
                wanted = _from_hexadecimal(leaf or "")
                proof = verifier.prove_inclusion(s, chosen.institution, leaf=wanted)
    if as_json:
        print_json(
            {
                "index": proof.index,
                "hashes": [one.hex() for one in proof.hashes],
                "note": proof.checkpoint.decode(),
            }
        )
        return
    if proof.index is not None:
        typer.echo(f"index {proof.index}")
    for one in proof.hashes:
        typer.echo(base64.b64encode(one).decode())
    typer.echo()
    typer.echo(proof.checkpoint.decode(), nl=False)


@app.command()
def check(
    *,
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="One that was kept elsewhere; may be given repeatedly."),
    ] = None,
    store: Store = None,
    home: Home = None,
    institution: Institution = None,
    as_json: Json = False,
) -> None:
    """Check the whole log, and say what such a check cannot see. Needs no key ring, no network.

    Finds edited, dropped and reordered leaves, and with a checkpoint from elsewhere a log that was
    rewritten and signed again.

    Exit status: 0 nothing is wrong, 2 something is (log.tampered) or an error.
    """
    with errors(as_json=as_json):
        chosen = settings(store=store, home=home, institution=institution)
        external = [_read_note(path) for path in checkpoints or ()]
        with snapshot_of_any_age(chosen) as s:
            report = verifier.audit_log(s, chosen.institution, external=external)
    error = None if report.intact else LogTampered(report.problems[0])
    if as_json:
        print_json(_report(report) | (error_content(error) if error else {}))
    else:
        for problem in report.problems:
            typer.echo(f"WRONG: {problem}")
        state = "intact" if report.intact else "NOT intact"
        typer.echo(f"{report.size} leaves, {report.opened} of them opened: {state}")
        for limit in report.limits:
            typer.echo(f"not shown by this check: {limit}")
    if error:
        raise typer.Exit(ERROR)


def _read(
    s: Snapshot, institution: str, *, start: int | None, count: int
) -> tuple[list[LogEntry], int, int]:
    from visavis.records import count_waiting, log_size, read_log  # noqa: PLC0415 - slow to import

    verifier.log_key(s, institution)  # an unknown institution is an error, not an empty log
    size = log_size(s, institution)
    first = max(0, size - count) if start is None else start
    entries = list(read_log(s, institution, start=first, end=first + count))
    return entries, size, count_waiting(s, institution)


def _leaf(entry: LogEntry) -> dict[str, object]:
    event = None if entry.opening is None else json.loads(entry.opening.event)
    return {"index": entry.index, "leaf": entry.leaf.hex(), "event": event}


def _report(report: LogReport) -> dict[str, object]:
    return {
        "intact": report.intact,
        "size": report.size,
        "root": report.root.hex(),
        "opened": report.opened,
        "problems": list(report.problems),
        "limits": list(report.limits),
    }


def _read_note(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_NOTE + 1)
    except OSError as error:
        raise InputInvalid(f"the checkpoint cannot be read: {error.strerror}") from None


def _from_hexadecimal(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise InputInvalid("a leaf is 64 hexadecimal digits") from None
