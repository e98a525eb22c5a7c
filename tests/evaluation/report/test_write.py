"""The three files: what they say, and what they never do."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.evaluation.report.examples import full, page, plain
from visavis.errors import InputInvalid
from visavis.evaluation.report import write_report
from visavis.evaluation.report._html import report_html
from visavis.evaluation.report._json import report_json
from visavis.evaluation.report._wording import percent, power_of_ten, rate_in_words

if TYPE_CHECKING:
    from pathlib import Path

    from visavis.evaluation import Estimate

VOID = {"meta", "br", "path", "use", "rect"}


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(params=[plain, full], ids=["plain", "full"])
def html(request: pytest.FixtureRequest) -> str:
    return page(request.param)


def test_the_page_is_whole_and_asks_for_nothing(html: str) -> None:
    found = Page(html)
    assert not found.open
    assert not {"script", "link", "img", "iframe", "object", "base", "form", "a"} & set(found.tags)
    assert "http:" not in html
    assert "https:" not in html
    assert "@import" not in html
    assert "data:" not in html
    for name, value in found.attributes:
        assert not name.startswith("on")
        if name in {"href", "src", "xlink:href"}:
            assert value.startswith("#")
        if "url(" in value:
            assert value.count("url(") == value.count("url(#")
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes


def test_ids_are_unique_and_found(html: str) -> None:
    attributes = Page(html).attributes
    ids = [value for name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    meant = {value[1:] for name, value in attributes if name == "href"}
    assert meant
    assert meant <= set(ids)


def test_colours_are_the_pages(html: str) -> None:
    body = html.partition("</style>")[2]
    assert "var(--genuine)" in body
    assert "#0" not in body.replace('href="#', "").replace("url(#", "")
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_the_same_report_is_the_same_bytes() -> None:
    assert report_html(full()) == page(full)
    assert report_json(full()) == report_json(full())


def test_what_the_page_says_of_unknown_people() -> None:
    text = Page(page(plain)).text
    assert "A <title>" in text
    assert "Simulated & more" in text
    assert "independence assumed: too narrow" in text
    assert text.count("provisional") >= len(plain().points)
    assert "\N{BLACK CIRCLE} established" not in text
    assert "visavis evaluate scores <a> & b" in text


def test_what_the_page_says_of_people_groups_and_failures() -> None:
    report = full()
    text = Page(page(full)).text
    assert "1 in 10 \N{BLACK CIRCLE} established" in text
    assert "1 in 100 \N{BLACK CIRCLE} established" in text
    for point in report.points:
        assert percent(point.fnmr.value).replace("\N{NO-BREAK SPACE}", " ") in text
    for word in ("<b>young", "old $x_1$", "A note.", "face.none", "7, 9", "0.667", "GARBE"):
        assert word in text, word
    for rule in report.groups[0].result.rule:
        assert rule.sentence in text


def check(content: dict[str, Any], estimate: Estimate) -> None:
    for name in ("value", "low", "high"):
        number = getattr(estimate, name)
        assert content[name] == (number if np.isfinite(number) else str(number))
    assert content["method"] == estimate.method
    assert content["label"] == estimate.label


@pytest.mark.parametrize("make", [plain, full])
def test_the_json_holds_every_estimate(make: Any) -> None:  # noqa: ANN401 - a function
    report = make()
    content = json.loads(report_json(report), parse_constant=pytest.fail)
    for point, told in zip(report.points, content["fnmr_at_fmr"], strict=True):
        assert told["fmr"] == point.at.asked
        assert told["established"] is point.at.established
        check(told["fnmr"], point.fnmr)
        check(told["threshold"], point.at.threshold)
        check(told["fmr_of_sample"], point.at.fmr)
        assert set(told["false_match_in_attempts"]) == {"5", "10", "100"}
    for rate, told in zip(report.eer, content["eer"], strict=True):
        assert told["definition"] == rate.method
        check(told, rate.estimate)
    assert content["people"] == report.people
    assert sum(content["histograms"]["genuine"]) == content["genuine"] == report.genuine
    assert len(content["groups"]) == len(report.groups)


def test_the_table_holds_the_curve_and_its_band(tmp_path: Path) -> None:
    report = full()
    write_report(report, tmp_path / "new" / "folder")
    with (tmp_path / "new" / "folder" / "det.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    np.testing.assert_array_equal(columns["threshold"], report.det.threshold)
    np.testing.assert_array_equal(columns["fmr"], report.det.fmr)
    np.testing.assert_array_equal(columns["fnmr"], report.det.fnmr)
    assert np.all(columns["fnmr_low"] <= columns["fnmr"])
    assert np.all(columns["fnmr"] <= columns["fnmr_high"])
    assert np.any(columns["fnmr_high"] < 0.5)
    assert columns["threshold"][-1] == np.inf


def test_a_report_replaces_an_older_one_or_nothing(tmp_path: Path) -> None:
    write_report(plain(), tmp_path)
    write_report(full(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "det.csv",
        "report.html",
        "report.json",
    ]
    assert json.loads((tmp_path / "report.json").read_text())["title"] == "Of people"
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(InputInvalid, match="cannot be written"):
        write_report(plain(), file)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0"), (1.0, "100"), (0.12345, "12.3"), (0.0001, "0.01"), (5.56e-6, "0.000556"),
     (0.99999, "100"), (0.9994, "99.94"), (1e-6, "0.0001")],
)  # fmt: skip
def test_percent(share: float, told: str) -> None:
    assert percent(share) == f"{told}\N{NO-BREAK SPACE}%"


def test_other_numbers() -> None:
    assert percent(1e-9) == "1.00e-09"
    assert power_of_ten(1e-6) == "10\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT SIX}"
    assert rate_in_words("1e-4") == rate_in_words("0.0001") == "1 in 10,000"
    assert rate_in_words("3e-4") == "3e-4"
