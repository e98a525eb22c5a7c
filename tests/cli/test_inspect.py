from __future__ import annotations

import json
from pathlib import Path

from PIL import Image as PillowImage
from typer.testing import CliRunner

from visavis.cli import app

_VECTORS = Path(__file__).parents[1] / "vectors" / "dlib_20_0_1.json"


def test_dlibs_own_detector_is_one_option_away(astronaut: Path, tmp_path: Path) -> None:
    drawing = tmp_path / "drawing.png"
    arguments = ["inspect", str(astronaut), "--out", str(drawing), "--detector", "mmod", "--json"]
    result = CliRunner().invoke(app, arguments, env={"XDG_CACHE_HOME": str(tmp_path)})
    assert result.exit_code == 0, result.output
    content = json.loads(result.output)
    (face,) = json.loads(_VECTORS.read_text())["astronaut_mmod"]
    left, top, right, bottom = face["box"]
    assert content["box"] == [left, top, right + 1, bottom + 1]  # to the last pixels' far side
    assert content["quarter_turns"] == 0
    with PillowImage.open(drawing) as picture:
        assert picture.format == "PNG"
