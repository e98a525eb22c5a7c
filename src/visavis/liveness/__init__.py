"""Liveness: is a living person in front of the camera now, and is it one all along?

A session is bound to its enrolment or comparison, then gets a nonce, and the nonce decides which
colours the screen shows and which way the head is to turn. What the camera saw is tested for these
very colours, for a solid head that turned these very ways, and for having been one face throughout.

This is physics, not a certificate: it raises the cost of a photograph, a screen and a recording.
It does not stop three-dimensional masks, faces that a computer renders while it watches the
challenge, or what is put in the place of the camera. ``docs/liveness.md`` has the numbers, all of
them simulated.
"""

from visavis.liveness._assess import Frames, assess, choose_frames, session_frames
from visavis.liveness._challenge import NONCE_BYTES, Challenge, Colour, Mode, Turn
from visavis.liveness._continuity import ContinuityMeasure, measure_continuity
from visavis.liveness._light import LightMeasure, Signal, measure_light, signal_of
from visavis.liveness._liveness import Liveness, Measures, Reason
from visavis.liveness._observation import Observation, observe
from visavis.liveness._pad import PadPack, Vote
from visavis.liveness._parallax import parallax
from visavis.liveness._reflection import Reflection
from visavis.liveness._session import LIFETIME, Session, SessionState
from visavis.liveness._turn import TurnMeasure, facing_points, measure_turns, parallaxes

__all__ = [
    "LIFETIME",
    "NONCE_BYTES",
    "Challenge",
    "Colour",
    "ContinuityMeasure",
    "Frames",
    "LightMeasure",
    "Liveness",
    "Measures",
    "Mode",
    "Observation",
    "PadPack",
    "Reason",
    "Reflection",
    "Session",
    "SessionState",
    "Signal",
    "Turn",
    "TurnMeasure",
    "Vote",
    "assess",
    "choose_frames",
    "facing_points",
    "measure_continuity",
    "measure_light",
    "measure_turns",
    "observe",
    "parallax",
    "parallaxes",
    "session_frames",
    "signal_of",
]
