"""``visavis inspect``: what visavis sees in a photograph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visavis.cli._drawing import draw
from visavis.cli._output import errors, print_json
from visavis.cli._quality import quality_content, quality_lines
from visavis.errors import InputInvalid
from visavis.face import Extractor
from visavis.imaging import Image
from visavis.models import DetectorKind, find_pack
from visavis.quality import assess

__all__ = ["inspect"]


def inspect(
    *,
    photo: Annotated[Path, typer.Argument(help="A photograph of one person.")],
    out: Annotated[Path, typer.Option(help="Where to write the drawing, a PNG file.")],
    pack: Annotated[str, typer.Option(help="The model pack.")] = "dlib",
    detector: Annotated[
        DetectorKind | None, typer.Option(help="One of the pack's detectors.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of the advice, as in BCP 47.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    home: Annotated[
        Path | None, typer.Option(envvar="VISAVIS_HOME", help="visavis's data folder.")
    ] = None,
) -> None:
    """Draw the face in a photograph, and say what the photograph is worth.

    Box, landmarks and chip are drawn; the components of quality are printed, and advice where the
    photograph would be refused.
    """
    with errors(as_json=as_json, inputs={"": str(photo)}):
        image = Image.open(photo)
        extractor = Extractor.load(find_pack(pack, home=home), detector=detector, home=home)
        face = extractor.find(image)
        quality = assess(face)
        try:
            draw(face).save(out, format="PNG")
        except OSError as error:
            raise InputInvalid(f"the drawing cannot be written: {error.strerror}") from None
    box = face.detection
    content = {
        "box": [round(side, 1) for side in (box.left, box.top, box.right, box.bottom)],
        "detection_score": round(box.score, 4),
        "landmarks": face.landmarks.round(1).tolist(),
        "eye_distance": round(face.eye_distance, 1),
        "quarter_turns": face.quarter_turns,
        "picture": str(out),
        **quality_content(face, quality, language=language),
    }
    if as_json:
        print_json(content)
        return
    typer.echo(f"one face, {face.eye_distance:.0f} pixels between the eyes; drawn in {out}")
    if face.quarter_turns:
        typer.echo(f"the photograph was turned by {face.quarter_turns * 90} degrees first")
    typer.echo("\n".join(quality_lines(face, quality, language=language)))
