"""A customer without a camera: enrol, pay, see the receipt and the log, be forgotten."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.capture.browser import browser, fake_camera, write_y4m
from tests.capture.test_browser import accessible, shot, still
from tests.demo.bank import started
from tests.pictures import jpeg, portrait

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def send_photograph(page: Page, picture: bytes) -> None:
    page.get_by_role("button", name=re.compile("photograph", re.IGNORECASE)).first.click()
    page.locator("#files").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    page.locator("#files-form button").click()


def enrol(page: Page, astronaut: Path) -> str:
    page.get_by_role("button", name="Enrol").click()
    expect(page.get_by_role("heading", name="Enrol your face")).to_be_visible()
    page.get_by_label("I agree").check()
    send_photograph(page, jpeg(portrait(astronaut, scale=1.6)))
    expect(page.locator("#result-heading")).to_have_text("You are enrolled", timeout=30_000)
    page.get_by_label("Keep it in this browser").check()
    claim: str = page.evaluate("localStorage.getItem('visavis.claim')")
    page.reload()  # the claim was shown once
    expect(page.locator("#result-heading")).to_have_text("You are enrolled")
    expect(page.locator("#result-text")).to_contain_text("shown once")
    page.locator("#return").click()
    expect(page.get_by_role("status")).to_contain_text("You are enrolled")
    return claim


def pay(page: Page, astronaut: Path) -> None:
    page.get_by_label("Amount").fill("7.30")
    page.get_by_role("button", name="Pay").click()
    expect(page.locator("#transaction")).to_contain_text("7.30")
    send_photograph(page, jpeg(portrait(astronaut), quality=80))
    expect(page.locator("#result-heading")).to_have_text("Confirmed: it is you", timeout=30_000)
    page.locator("#return").click()
    expect(page.get_by_role("heading", name="Paid", exact=True)).to_be_visible()


def withdraw_and_be_refused(page: Page, astronaut: Path, address: str) -> None:
    page.get_by_role("button", name="Withdraw my consent").click()
    expect(page.get_by_role("status")).to_contain_text("withdrawn")
    page.get_by_role("button", name="Pay").click()
    send_photograph(page, jpeg(portrait(astronaut), quality=80))
    expect(page.locator("#ended-heading")).to_be_visible(timeout=30_000)
    page.goto(address)
    page.get_by_role("button", name="Begin again").click()


def test_with_photographs(tmp_path: Path, astronaut: Path) -> None:
    with started(tmp_path) as demo, browser() as chromium:
        page = chromium.new_context(locale="en-GB").new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(demo.address)
        accessible(page)
        shot(page, "demo-1-before")
        claim = enrol(page, astronaut)
        assert claim not in page.content()
        pay(page, astronaut)
        shown = page.locator("main")
        for said in (
            "7.30 EUR to Harbour Books",
            "refused, receipt.transaction_wrong",
            "unattested",
            "none: photographs",
        ):
            expect(shown).to_contain_text(said)
        page.wait_for_timeout(1500)  # a round of upkeep
        page.reload()
        expect(page.locator(".proof")).to_contain_text("Proved: entry")
        expect(page.locator(".own")).to_have_count(1)
        accessible(page)
        shot(page, "demo-2-paid")
        withdraw_and_be_refused(page, astronaut, demo.address)
        page.get_by_role("button", name="Forget me").click()
        expect(page.get_by_role("status")).to_contain_text("forgotten")
        assert page.evaluate("localStorage.length") == 0
        expect(page.get_by_role("button", name="Enrol")).to_be_visible()
        assert [said for said in wrong if "403" not in said] == []
        log = (tmp_path / "log").read_text()
        assert claim not in log
        assert all(json.loads(line)["event"] for line in log.splitlines())


def test_a_photograph_before_the_camera_is_refused_in_words(
    tmp_path: Path, astronaut: Path
) -> None:
    shown = write_y4m(tmp_path / "film.y4m", [still(astronaut)] * 2)
    with started(tmp_path) as demo, browser(*fake_camera(shown)) as chromium:
        page = chromium.new_context(
            locale="de-DE",
            permissions=["camera"],
            viewport={"width": 740, "height": 360},  # a phone that lies on its side
            color_scheme="dark",
        ).new_page()
        page.goto(demo.address)
        page.get_by_role("button", name="Enrol").click()
        page.locator("#agreed").check()
        page.locator("#start").click()
        expect(page.locator("#arrow")).to_be_visible(timeout=40_000)
        expect(page.locator("#advice")).to_be_in_viewport(ratio=1)
        shot(page, "demo-3-turn-on-its-side")
        expect(page.locator("#result-heading")).not_to_be_empty(timeout=60_000)
        page.locator("#return").click()
        notice = page.get_by_role("status")
        expect(notice).to_contain_text("Sie wurden nicht registriert: Es war nicht zu erkennen")
        expect(notice).to_have_attribute("lang", "de")
        accessible(page)
        shot(page, "demo-4-refused")
