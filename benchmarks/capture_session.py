"""Whole capture sessions in Chromium: how quickly the page guides, and how soon it has a decision.

Somebody rendered (``liveness_simulation``) enrols and confirms payments before a camera that
follows the page, as in ``tests/capture/test_browser.py``. Browser, service, store and this program
share the machine. What is timed is what the page sees: a frame counts when its advice is back.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from benchmarks._evidence import write
from benchmarks._machine import faces_folder
from tests.capture.browser import browser, play
from tests.capture.camera import film
from tests.extractor import extractor_of
from tests.service.desk import opened, settings_in
from visavis.liveness import Mode
from visavis.service import prepare_process
from visavis.verifier import Verifier

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.service.desk import Desk

_PEOPLE = (2, 11)  # rows of the Face Research Lab London Set
_PAYMENTS = 2  # of each
_TRIES = 3
_NONCE = bytes(range(32))
_WORDING = "I agree that my face confirms my payments."

# Milliseconds at which each answer came, and the result was shown.
_WATCH = """
window.seen = [];
const Plain = WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) =>
      seen.push([JSON.parse(data).type, performance.now()]));
  }
};
addEventListener("DOMContentLoaded", () => {
  const heading = document.getElementById("result-heading");
  new MutationObserver(() => seen.push(["result", performance.now()]))
    .observe(heading, { childList: true });
  document.getElementById("before-form")
    .addEventListener("submit", () => seen.push(["start", performance.now()]));
});
"""


def main() -> None:
    """Measures, prints and writes ``docs/evidence/capture_session.json``."""
    prepare_process()
    verifier = Verifier.default()
    sessions: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        with opened(settings, verifier, nonce=lambda: _NONCE) as desk, browser() as chromium:
            for number in _PEOPLE:
                for _ in range(_TRIES):  # a liveness test may refuse somebody genuine
                    enrolment = _session(
                        chromium, desk, number, kind="enrolment", scope="enrol", wording=_WORDING
                    )
                    sessions.append(enrolment)
                    if enrolment["outcome"] == "passed":
                        break
                else:
                    continue
                known = {name: enrolment[name] for name in ("enrolment_id", "claim")}
                sessions += [
                    _session(chromium, desk, number, kind="verification", scope="verify", **known)
                    for _ in range(_PAYMENTS)
                ]
    for session in sessions:
        del session["claim"], session["enrolment_id"]
        print(session)
    measured = ("guidance_frames_per_s", "challenge_frames_per_s", "decision_s", "whole_s")
    summary = {
        name: {
            "median": round(statistics.median(one[name] for one in sessions), 2),
            "worst": (min if "frames" in name else max)(one[name] for one in sessions),
        }
        for name in measured
    }
    print(summary)
    write("capture_session", {"n": len(sessions), **summary, "sessions": sessions})


def _session(
    chromium: Browser, desk: Desk, number: int, *, kind: str, scope: str, **fields: object
) -> dict[str, Any]:
    """One session, from the link to its result."""
    opening = {"kind": kind, "purpose": "payment", **fields}
    made = desk.ask("POST", "/v1/sessions", scope=scope, json=opening).json()
    subject = f"{kind}:{fields.get('enrolment_id', made['session_id'])}"
    page = chromium.new_context(locale="en-GB").new_page()
    page.add_init_script(_WATCH)
    extractor = extractor_of(desk.service.verifier)  # the camera is fitted to it
    shown = film(
        faces_folder(), number, extractor, nonce=_NONCE, subject=subject, mode=Mode.LIGHT_AND_TURNS
    )
    play(page, shown)
    page.goto(made["link"])
    if kind == "enrolment":
        page.get_by_label("I agree").check()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#result-heading")).not_to_be_empty(timeout=90_000)
    claim = page.locator("#claim-text").inner_text() if kind == "enrolment" else None
    timed = _timed(page)
    page.context.close()
    known = desk.ask("GET", f"/v1/sessions/{made['session_id']}", scope=scope).json()
    return {
        "kind": kind,
        "outcome": known["outcome"],
        "code": known["code"],
        **timed,
        "claim": claim,
        "enrolment_id": known["enrolment_id"],
    }


def _timed(page: Page) -> dict[str, float]:
    seen = [(what, at / 1000) for what, at in page.evaluate("seen")]
    first_step = next(at for what, at in seen if what == "step")
    last_step = max(at for what, at in seen if what == "step")
    frames = [at for what, at in seen if what == "frame"]
    result = next(at for what, at in seen if what == "result")
    guiding = [at for at in frames if at <= first_step]
    challenged = [at for at in frames if first_step < at <= last_step]
    return {
        "guidance_frames_per_s": _rate(guiding),
        "challenge_frames_per_s": _rate(challenged),
        "decision_s": round(result - frames[-1], 2),
        "whole_s": round(result - next(at for what, at in seen if what == "start"), 2),
    }


def _rate(times: list[float]) -> float:
    return round((len(times) - 1) / (times[-1] - times[0]), 1)


if __name__ == "__main__":
    main()
