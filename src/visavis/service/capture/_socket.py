"""The capture socket: pictures in; advice, and the challenge's steps one by one, out."""

from __future__ import annotations

import asyncio
import contextlib
import math
import struct
from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from visavis._strict_json import parse_json
from visavis.advice import advice_for
from visavis.comparison import Evidence
from visavis.errors import Error, InputInvalid
from visavis.liveness import Colour, Mode
from visavis.liveness import Session as LivenessSession
from visavis.service.capture._attempt import begin_attempt
from visavis.service.capture._clock import PageClock
from visavis.service.capture._conclude import close_session, conclude, fail
from visavis.service.capture._origin import session_of
from visavis.service.capture._session import Kind, State
from visavis.verifier import COLOUR_SECONDS, LEAD_SECONDS, TURN_SECONDS, Sample, start_capture

if TYPE_CHECKING:
    from visavis.liveness import Turn
    from visavis.service._service import Service
    from visavis.service.capture._session import CaptureSession, Result
    from visavis.verifier import Capture, Look

__all__ = ["MOST_BYTES", "router"]

router = APIRouter()

MOST_BYTES: Final = 512 * 1024
"""Of one picture: a 640 x 480 JPEG of the page has 60 KiB."""

_TIME: Final = struct.Struct(">d")
_FIRST_WORD_SECONDS: Final = 10.0
_SILENCE_SECONDS: Final = 10.0
_POLICY_VIOLATION: Final = 1008
_ABANDONED: Final = "session.abandoned"
_NOT_LIVE: Final = "liveness.failed"


@router.websocket("/capture/stream")
async def stream(socket: WebSocket) -> None:
    """Guides the person, runs the challenge, and decides.

    Whoever loses the connection before the challenge may come back; after that, the session has
    failed.
    """
    service: Service = socket.app.state.service
    with contextlib.ExitStack() as stack:
        try:
            session = session_of(socket, service)
            stack.enter_context(session.alone())
        except Error:
            await socket.close(_POLICY_VIOLATION)
            return
        await _guarded(socket, service, session)


async def _guarded(socket: WebSocket, service: Service, session: CaptureSession) -> None:
    """Serve, and leave no session without an outcome once its challenge has begun."""
    await socket.accept()
    try:
        await _serve(socket, service, session)
    except WebSocketDisconnect:
        pass
    except Error as error:
        await _end(service, session, error.code)
        await _tell(socket, {"type": "failed", "code": error.code})
    finally:
        capture = session.capture
        if capture is not None and session.result is None and capture.session.nonce is not None:
            await _end(service, session, _ABANDONED)


async def _serve(socket: WebSocket, service: Service, session: CaptureSession) -> None:
    mode = await _first_word(socket)
    if session.kind is Kind.VERIFICATION and session.attempt is None:
        session.attempt = await service.records.run(
            lambda: begin_attempt(service, session, Evidence.LIVENESS)
        )
    opened = service.clock()
    capture = start_capture(
        service.verifier,
        LivenessSession(
            session_id=session.session_id,
            subject=session.subject,
            mode=mode,
            opened=opened if session.capture is None else session.capture.session.opened,
        ),
        enrolling=session.kind is Kind.ENROLMENT,
    )
    session.capture = capture
    ready = asyncio.Event()
    try:
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(_read(socket, service, capture, ready))
            await ready.wait()
            await _challenge(socket, service, capture)
            reader.cancel()
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    result = await service.faces.run(lambda: _decide(service, session, capture))
    session.result, session.state = result, State.FINISHED
    await _tell(socket, {"type": "finished"})


async def _first_word(socket: WebSocket) -> Mode:
    try:
        async with asyncio.timeout(_FIRST_WORD_SECONDS):
            word = parse_json(await socket.receive_text())
        flashing = word["flashing"]
    except (TimeoutError, ValueError, KeyError, TypeError):
        raise InputInvalid("the capture begins with a word about flashing light") from None
    return Mode.LIGHT_AND_TURNS if flashing is not False else Mode.TURNS_ONLY


async def _read(
    socket: WebSocket, service: Service, capture: Capture, ready: asyncio.Event
) -> None:
    """Look at one picture after the other."""
    clock, count = PageClock(), 0
    while True:
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                data = await socket.receive_bytes()
        except (TimeoutError, KeyError):
            raise InputInvalid("no picture came, or something else") from None
        arrived = service.clock()
        if not _TIME.size < len(data) <= MOST_BYTES:
            raise InputInvalid("a picture is too large, or none")
        (milliseconds,) = _TIME.unpack_from(data)
        if not math.isfinite(milliseconds) or abs(milliseconds) > 1e12:  # noqa: PLR2004 - 30 years
            raise InputInvalid("a picture's time is none")
        at = clock.time_of(milliseconds, arrived=arrived)
        picture = data[_TIME.size :]
        look = await service.faces.run(lambda: capture.look(picture, at=at))  # noqa: B023 - awaited
        count += 1
        await _tell(socket, _answer(look, count, challenged=capture.session.nonce is not None))
        if look.ready:
            ready.set()


async def _challenge(socket: WebSocket, service: Service, capture: Capture) -> None:
    """Reveal the steps, each in its time; the whole is never sent."""
    capture.begin(service.nonce(), now=service.clock())
    total = len(capture.session.challenge.steps)
    await _tell(socket, {"type": "step", "kind": "lead", "index": 0, "of": total})
    await asyncio.sleep(LEAD_SECONDS)
    index = 0
    while (step := capture.reveal(now=service.clock())) is not None:
        await _tell(socket, _step(step, index, total))
        await asyncio.sleep(COLOUR_SECONDS if isinstance(step, Colour) else TURN_SECONDS)
        index += 1


def _decide(service: Service, session: CaptureSession, capture: Capture) -> Result:
    judgement = capture.judge(now=service.clock())
    liveness = judgement.liveness
    structlog.get_logger().info(
        "liveness",
        session_id=str(session.session_id),
        passed=liveness.passed,
        reasons=[reason.value for reason in liveness.reasons],
        mode=liveness.mode.value,
    )
    if not liveness.passed:
        return fail(session, _NOT_LIVE)
    try:
        sample = Sample(judgement.probes)
        return conclude(service, session, [sample], liveness=liveness.mode.value)
    except Error as error:
        return fail(session, error.code)


async def _end(service: Service, session: CaptureSession, code: str) -> None:
    """A session that ends without an outcome has failed."""
    session.state = State.ABANDONED
    await close_session(service, session, code)


def _answer(look: Look, count: int, *, challenged: bool) -> dict[str, Any]:
    advice = None if look.problem is None else advice_for(look.problem)
    return {
        "type": "frame",
        "n": count,
        "advice": None if advice is None else advice.value,
        "face": look.box,
        "challenged": challenged,
    }


def _step(step: Colour | Turn, index: int, total: int) -> dict[str, Any]:
    if isinstance(step, Colour):
        red, green, blue = step.rgb
        said = {"kind": "colour", "colour": f"#{red:02x}{green:02x}{blue:02x}"}
    else:
        said = {"kind": "turn", "side": step.value}
    return {"type": "step", **said, "index": index, "of": total}


async def _tell(socket: WebSocket, message: dict[str, Any]) -> None:
    try:
        await socket.send_json(message)
    except (RuntimeError, WebSocketDisconnect):  # it is closed already
        raise WebSocketDisconnect(1006) from None
