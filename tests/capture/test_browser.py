"""The page in a real browser: what a person sees, and what nobody else may."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image as PillowImage
from playwright.sync_api import expect

from tests.capture.browser import browser, fake_camera, play, write_y4m
from tests.capture.camera import film
from tests.capture.conftest import NONCE
from tests.capture.test_stream import WORDING, open_session
from tests.extractor import extractor_of
from visavis.liveness import Mode

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

    from tests.service.desk import Desk
    from visavis.verifier import Verifier

SHOTS = Path(os.environ.get("VISAVIS_SCREENSHOTS", "out/screenshots"))


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def watch(page: Page, desk: Desk) -> list[str]:
    """What should not happen: requests elsewhere, refusals of the policy, errors of the page."""
    seen: list[str] = []
    own = str(desk.client.base_url).rstrip("/")

    def asked(request: Request) -> None:
        if not re.match(rf"({re.escape(own)}|blob:{re.escape(own)}|data:)", request.url):
            seen.append(f"request to {request.url}")

    page.on("request", asked)
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    page.on(
        "console",
        lambda said: seen.append(said.text) if "Content Security Policy" in said.text else None,
    )
    return seen


def accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def open_page(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.locator('[data-step="loading"]')).to_be_hidden()


def still(astronaut: Path, *, people: int = 1) -> bytes:
    """A photograph of 640 x 480 with so many faces side by side."""
    with PillowImage.open(astronaut) as opened:
        portrait = opened.convert("RGB").crop((100, 0, 350, 250))
    canvas = PillowImage.new("RGB", (640, 480), (120, 130, 140))
    side = 400 if people == 1 else 300
    for place in range(people):
        left = (640 - side * people) // 2 + side * place
        canvas.paste(portrait.resize((side, side)), (left, 40))
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=92)
    return out.getvalue()


def enrolment_link(desk: Desk) -> dict[str, Any]:
    return open_session(desk, scope="enrol", kind="enrolment", purpose="payment", wording=WORDING)


def enrol(chromium: Browser, desk: Desk, faces: Path, verifier: Verifier) -> tuple[Page, str, str]:
    """From the link to the claim: the page, the claim, the enrolment's id."""
    opened = enrolment_link(desk)
    page = chromium.new_context(locale="en-GB").new_page()
    wrong = watch(page, desk)
    subject = f"enrolment:{opened['session_id']}"
    extractor = extractor_of(verifier)
    play(page, film(faces, 2, extractor, nonce=NONCE, subject=subject, mode=Mode.LIGHT_AND_TURNS))
    open_page(page, opened["link"])
    assert "#" not in page.url
    expect(page.get_by_role("heading", name="Enrol your face")).to_be_focused()
    accessible(page)
    shot(page, "1-before")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick the box")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#advice")).not_to_be_empty(timeout=20_000)
    shot(page, "2-camera")
    expect(page.locator("body")).to_have_class("lit", timeout=30_000)
    expect(page.locator("#arrow")).to_be_visible(timeout=20_000)
    shot(page, "4-turn")
    expect(page.locator("#result-heading")).not_to_be_empty(timeout=40_000)
    assert wrong == []
    if page.locator("#result-heading").inner_text() != "You are enrolled":
        return page, "", ""
    claim = page.locator("#claim-text").inner_text()
    assert claim.startswith("vis1_")
    accessible(page)
    shot(page, "5-claim")
    assert page.evaluate("localStorage.length") == 0
    page.get_by_label("Keep it in this browser").check()
    assert page.evaluate("localStorage.getItem('visavis.claim')") == claim
    known = desk.ask("GET", f"/v1/sessions/{opened['session_id']}", scope="enrol").json()
    return page, claim, known["enrolment_id"]


def pay(
    page: Page, claim: str, enrolment_id: str, *, desk: Desk, faces: Path, verifier: Verifier
) -> dict[str, Any]:
    """From the link to the receipt, in the browser that kept the claim."""
    opened = open_session(
        desk,
        scope="verify",
        kind="verification",
        purpose="payment",
        enrolment_id=enrolment_id,
        transaction={"amount": "12.50 EUR", "payee": "Harbour Books"},
    )
    page = page.context.new_page()
    subject = f"verification:{enrolment_id}"
    extractor = extractor_of(verifier)
    play(page, film(faces, 2, extractor, nonce=NONCE, subject=subject, mode=Mode.LIGHT_AND_TURNS))
    open_page(page, opened["link"])
    expect(page.get_by_label("Your claim")).to_have_value(claim)
    expect(page.locator("#transaction")).to_contain_text("Harbour Books")
    shot(page, "6-pay")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("body")).to_have_class("lit", timeout=30_000)
    page.wait_for_timeout(1300)
    shot(page, "3-light")
    expect(page.locator("#result-heading")).not_to_be_empty(timeout=60_000)
    shot(page, "7-paid")
    known = desk.ask("GET", f"/v1/sessions/{opened['session_id']}", scope="verify").json()
    return dict(known)


def test_from_consent_to_receipt(desk: Desk, faces: Path, verifier: Verifier) -> None:
    with browser() as chromium:
        # On a machine that cannot take ten pictures a second, a session fails; so may a person try
        # again, and a failed verification counts.
        for _ in range(4):
            page, claim, enrolment_id = enrol(chromium, desk, faces, verifier)
            if claim:
                break
        assert claim
        for _ in range(4):
            known = pay(page, claim, enrolment_id, desk=desk, faces=faces, verifier=verifier)
            if known["outcome"] == "passed":
                break
    assert known["outcome"] == "passed"
    assert known["receipt"].count(".") == 2
    gone = desk.ask("DELETE", f"/v1/enrolments/{known['enrolment_id']}", scope="forget")
    assert gone.status_code == 204


def test_a_camera_that_is_denied(desk: Desk) -> None:
    with browser() as chromium:
        page = chromium.new_context(locale="de-DE").new_page()
        opened = open_session(
            desk, scope="compare", kind="comparison", purpose="opening_an_account"
        )
        open_page(page, opened["link"])
        page.get_by_role("button", name="Beginnen").click()
        expect(page.locator("#denied-heading")).to_be_visible(timeout=20_000)
        accessible(page)
        shot(page, "denied")


def test_a_forwarded_link_is_refused(desk: Desk) -> None:
    with browser() as chromium:
        opened = enrolment_link(desk)
        first = chromium.new_context(locale="en-GB").new_page()
        open_page(first, opened["link"])
        first.reload()
        expect(first.get_by_role("heading", name="Enrol your face")).to_be_visible()
        second = chromium.new_context(locale="en-GB").new_page()
        open_page(second, opened["link"])
        expect(second.locator("#ended-text")).to_contain_text("opened already")
        accessible(second)
        shot(second, "forwarded")


@pytest.mark.parametrize(
    ("people", "said"), [(2, "Only one person"), (0, "Show your face")], ids=["two", "nobody"]
)
def test_advice(desk: Desk, astronaut: Path, tmp_path: Path, people: int, said: str) -> None:
    shown = write_y4m(tmp_path / "film.y4m", [still(astronaut, people=people)] * 2)
    with browser(*fake_camera(shown)) as chromium:
        page = chromium.new_context(locale="en-GB", permissions=["camera"]).new_page()
        opened = open_session(
            desk, scope="compare", kind="comparison", purpose="opening_an_account"
        )
        open_page(page, opened["link"])
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#advice")).to_contain_text(re.compile(said), timeout=20_000)
        accessible(page)
        shot(page, f"advice-{people}")


def test_a_photograph_is_not_alive(desk: Desk, astronaut: Path, tmp_path: Path) -> None:
    shown = write_y4m(tmp_path / "film.y4m", [still(astronaut)] * 2)
    with browser(*fake_camera(shown)) as chromium:
        page = chromium.new_context(
            locale="en-GB",
            permissions=["camera"],
            viewport={"width": 390, "height": 844},
            color_scheme="dark",
        ).new_page()
        opened = enrolment_link(desk)
        open_page(page, opened["link"])
        shot(page, "phone-before")
        page.get_by_label("I agree").check()
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#oval")).to_have_class("ready", timeout=20_000)
        expect(page.locator("#arrow")).to_be_visible(timeout=40_000)
        shot(page, "phone-turn")
        expect(page.locator("#result-heading")).to_have_text(
            "The enrolment did not succeed", timeout=40_000
        )
        accessible(page)
        shot(page, "phone-failed")
    known = desk.ask("GET", f"/v1/sessions/{opened['session_id']}", scope="enrol").json()
    assert known["code"] == "liveness.failed"
    assert known["enrolment_id"] is None
