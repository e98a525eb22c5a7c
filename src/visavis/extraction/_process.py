"""The process that looks at pictures, for whoever started it: questions in, answers out."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visavis._garbage import spare_what_is_loaded
from visavis._stages import listening
from visavis.errors import Error
from visavis.extraction._chain import LocalChain
from visavis.extraction._confine import shut_in
from visavis.extraction._message import Message, receive, send
from visavis.extraction._tasks import answer, error_message
from visavis.extraction._warm import warm
from visavis.face import Extractor
from visavis.models import Provider
from visavis.sealing import forbid_core_dumps

if TYPE_CHECKING:
    from visavis._stages import Stage

__all__: list[str] = []

_DEEPEST = 12  # frames of an exception


def main() -> None:
    """Load the models, say so, and answer until nobody asks any more."""
    # A terminal's or a supervisor's signal goes to the whole group. Whoever started this ends it.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    forbid_core_dumps()
    connection = socket.socket(fileno=int(sys.argv[1]))
    with contextlib.suppress(ConnectionError), connection:
        _serve(connection)


def _serve(connection: socket.socket) -> None:
    set_up = receive(connection)
    if set_up is None:
        return
    # Of our own side, before any picture: what comes later is never unpickled.
    pack, provider, home, cache, nice = pickle.loads(set_up.parts[0])  # noqa: S301
    os.nice(nice)
    chain: LocalChain | None = None

    def load(_: Message) -> Message:
        nonlocal chain
        extractor = Extractor.load(pack, provider=provider, home=home, cache=cache)
        chain = LocalChain.of(extractor, pack)
        warm(chain)
        # CUDA opens its devices and compiles when it is first used.
        return Message({"shut_in": provider is Provider.CPU and shut_in()})

    send(connection, _done(load, set_up))
    if chain is None:
        return
    loaded = chain
    spare_what_is_loaded()
    while (asked := receive(connection)) is not None:
        send(connection, _done(lambda asked: answer(loaded, asked), asked))


def _done(work: Any, asked: Message) -> Message:  # noqa: ANN401
    stages: list[tuple[Stage, int, int]] = []
    with listening(lambda *told: stages.append(told)):
        try:
            answered: Message = work(asked)
        except Error as error:
            answered = error_message(error)
        except Exception as error:  # noqa: BLE001 - a mistake of ours: its places, not its words
            answered = Message({"failed": [type(error).__name__, *_places(error)]})
    return Message({**answered.head, "stages": stages}, answered.parts)


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


if __name__ == "__main__":
    main()
