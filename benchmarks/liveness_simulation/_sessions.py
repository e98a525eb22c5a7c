"""Sessions as frames: somebody genuine, and every simulated attack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from benchmarks.liveness_simulation._camera import Camera, display
from benchmarks.liveness_simulation._scene import (
    HEIGHT,
    WIDTH,
    Lit,
    Room,
    Sheet,
    head_albedo,
    moved,
    sheet_albedo,
)
from benchmarks.liveness_simulation._script import Script, Sway, screen_light
from benchmarks.liveness_simulation._surface import Pose, bent, flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.liveness_simulation._person import Person
    from benchmarks.liveness_simulation._scene import Albedo

__all__ = [
    "Asked",
    "Played",
    "Take",
    "cut_out",
    "genuine",
    "print_held",
    "print_swapped",
    "replayed",
]

_TAKEN: Final = 2
"""Frames that the camera takes for each one that is sent: video is coded at 20 to 22 a second."""

_STILL: Final = 8
"""Frames of somebody who faces the camera that share one trace; the picture is shifted."""

_TURNED: Final = np.radians(2.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge in the simulator's own terms.

    Attributes:
        colours: sRGB of each.
        turns: +1 where the nose is to go to the picture's right, -1 for the left.
    """

    colours: tuple[tuple[int, int, int], ...]
    turns: tuple[int, ...]


class Played(Enum):
    """What another screen shows.

    ``RECORDING`` is a genuine session recorded under another challenge. ``MORPH`` is a head that a
    computer made of the front view: turned as asked, but lit as the other challenge would light it,
    strongly, and its surroundings not at all. ``PREPARED`` is a film of the person in even light,
    without colours, who turns as asked.
    """

    RECORDING = "recording"
    MORPH = "morph"
    PREPARED = "prepared"


class _Show(Protocol):
    def __call__(self, pose: Pose, frame: int, /) -> Albedo: ...


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """A session before the camera.

    Attributes:
        asked: what the screen shows and asks for.
        script: its course, with the frames that are taken.
        light: the light that reaches the camera from frame `first` to before `last`.
        camera: that takes it.
        taken: frames for each one that is sent.
    """

    asked: Asked
    script: Script
    light: Callable[[int, int], Iterator[NDArray[np.float32]]]
    camera: Camera
    taken: int = _TAKEN

    def frames(self, first: float, last: float) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """Arrival times and frames that are sent between two times, in seconds."""
        sent = self.script.frames[:: self.taken]
        start, end = (int(place) for place in np.searchsorted(sent, [first, last]))
        lights = self.light(self.taken * start, self.taken * (end - 1) + 1)
        for number, light in enumerate(lights):
            frame = self.camera.take(light)
            if number % self.taken == 0:
                yield float(sent[start + number // self.taken]), self.camera.send(frame)


def genuine(
    person: Person, asked: Asked, rng: np.random.Generator, *, ratio: float | None = None
) -> Take:
    """Somebody who is there and does as asked."""
    script = _drawn(rng, colours=len(asked.colours), turns=asked.turns)
    return _take(asked, asked.colours, script, rng, _head_of(person), ratio=ratio)


def print_held(
    person: Person,
    asked: Asked,
    rng: np.random.Generator,
    *,
    radius: float = 0.0,
    slide: float = 0.0,
    slanted: bool = False,
) -> Take:
    """A printed front view, turned by hand as asked.

    Args:
        person: in the print.
        asked: the challenge.
        rng: decides the rest.
        radius: that it is bent to, in distances between the eyes; 0 if flat.
        slide: how far it is moved to the side with the turn, likewise.
        slanted: turned about an axis up to 60 degrees from the vertical.
    """
    sheet = Sheet.of(person.front, bent(radius) if radius else flat())
    return _of_sheet(sheet, asked, rng, slide=slide, slanted=slanted)


def print_swapped(person: Person, asked: Asked, rng: np.random.Generator) -> Take:
    """A printed front view, exchanged for the three-quarter view and back when a turn is asked."""
    script = _drawn(rng, colours=len(asked.colours), turns=asked.turns)
    front, *sides = (Sheet.of(view, flat()) for view in (person.front, *person.sides))
    half_way = np.radians(20.0)

    def show(pose: Pose, frame: int) -> Albedo:
        yaw = script.yaw[frame]
        sheet = front if abs(yaw) < half_way else sides[0 if yaw > 0 else 1]
        return sheet_albedo(sheet, replace(pose, yaw=pose.yaw - yaw))

    return _take(asked, asked.colours, script, rng, show, shake=0.6)


def cut_out(person: Person, wearer: Person, asked: Asked, rng: np.random.Generator) -> Take:
    """A printed front view worn as a mask, bent about the head, its eyes cut out."""
    sheet = Sheet.of(person.front, bent(rng.uniform(1.2, 2.0)))
    behind = Sheet.of(wearer.front, flat())
    rgba = sheet.rgba.copy()
    for eye in (-0.5, 0.5):
        half_width, half_height = 0.22, 0.11
        steps = np.linspace(-1, 1, 61)
        x, y = np.meshgrid(eye + half_width * steps, half_height * steps)
        hole = np.hypot(*np.meshgrid(steps, steps)) < 1
        (to_x, to_y), (from_x, from_y) = (
            (place @ np.stack([x[hole], y[hole], np.ones(hole.sum())])).astype(int)
            for place in (sheet.place, behind.place)
        )
        rgba[to_y, to_x, :3] = wearer.front.rgba[from_y, from_x, :3]
    return _of_sheet(replace(sheet, rgba=rgba), asked, rng)


def replayed(
    person: Person,
    asked: Asked,
    rng: np.random.Generator,
    *,
    other: Asked,
    played: Played,
    mirrors: bool = False,
) -> Take:
    """Another screen in front of the camera.

    Half of the screens fill the picture, half leave the room to be seen beside them. Their glass
    scatters 0.2 to 2 % of the light of our own screen and of the room. With `mirrors` it is held
    parallel to our screen and also shows its mirror image, at 1.2 to 4 % of its luminance.
    """
    script = _drawn(rng, colours=len(asked.colours), turns=asked.turns)
    course = script
    if played is Played.RECORDING:
        course = _drawn(rng, colours=len(other.colours), turns=other.turns)
    morph = played is Played.MORPH
    ratio = float(rng.uniform(1, 4)) if morph else None
    colours = () if played is Played.PREPARED else other.colours
    recorded = _take(other, colours, course, rng, _head_of(person, front_only=morph), ratio=ratio)
    room = Room.drawn(rng)
    # Against a sheet in the room's light; our own screen lights it 1 / ratio as much, at 35 cm a
    # fortieth of its own luminance, which another screen's is like.
    brightness, haze = rng.uniform(15, 50) / room.ratio, rng.uniform(0.002, 0.02)
    shine = rng.uniform(0.5, 1.6) if mirrors else 0.0
    edge = 0 if rng.random() < 0.5 else int(0.14 * WIDTH)
    wall = (room.left + room.right) / 2

    def light(first: int, last: int) -> Iterator[NDArray[np.float32]]:
        frames = recorded.light(first, min(last, len(course.seen)))
        for number, source in enumerate(frames, first):
            screen = screen_light(script, asked.colours, script.seen[number])
            film = recorded.camera.send(recorded.camera.take(source))
            scene = display(film) * np.float32(brightness)
            reflected = haze * wall + (haze + shine) / room.ratio * screen
            scene += reflected.astype(np.float32)
            if edge:
                behind = room.daylight * wall + room.falls / room.ratio * screen
                for columns in (slice(edge), slice(WIDTH - edge, WIDTH)):
                    scene[:, columns] = room.background[:, columns] * behind
            yield scene

    return Take(asked, script, light, Camera.drawn(rng))


def _drawn(
    rng: np.random.Generator, *, colours: int, turns: Sequence[int], scale: float = 1.0
) -> Script:
    """A course with the frames that the camera takes between those that are sent."""
    script = Script.drawn(rng, colours=colours, turns=turns, scale=scale)
    sent = np.arange(len(script.seen))
    taken = np.arange(0, len(script.seen) - 1 + 0.5 / _TAKEN, 1 / _TAKEN)
    frames, seen, yaw = (
        np.interp(taken, sent, values) for values in (script.frames, script.seen, script.yaw)
    )
    return replace(script, frames=frames, seen=seen, yaw=yaw)


def _head_of(person: Person, *, front_only: bool = False) -> _Show:
    def show(pose: Pose, frame: int) -> Albedo:
        del frame
        return head_albedo(person, pose, front_only=front_only)

    return show


def _of_sheet(
    sheet: Sheet,
    asked: Asked,
    rng: np.random.Generator,
    *,
    slide: float = 0.0,
    slanted: bool = False,
) -> Take:
    scale = rng.uniform(0.8, 1.4)
    script = _drawn(rng, colours=len(asked.colours), turns=asked.turns, scale=scale)
    slant = rng.uniform(-np.pi / 3, np.pi / 3) if slanted else 0.0

    def show(pose: Pose, frame: int) -> Albedo:
        aside = slide * script.yaw[frame] * pose.scale
        return sheet_albedo(sheet, replace(pose, slant=slant, x=pose.x + aside))

    return _take(asked, asked.colours, script, rng, show, shake=0.6)


def _take(
    asked: Asked,
    colours: Sequence[tuple[int, int, int]],
    script: Script,
    rng: np.random.Generator,
    show: _Show,
    *,
    ratio: float | None = None,
    shake: float = 1.0,
) -> Take:
    room = Room.drawn(rng, ratio=ratio)
    sway = Sway.drawn(rng, size=shake)
    start = Pose(
        x=WIDTH / 2 + rng.uniform(-15, 15),
        y=HEIGHT * 0.42 + rng.uniform(-10, 10),
        scale=rng.uniform(58, 76),
        distance=rng.uniform(6, 9),
    )

    def light(first: int, last: int) -> Iterator[NDArray[np.float32]]:
        lit, traced, since = None, start, 0
        for frame in range(first, last):
            yaw = script.yaw[frame]
            pose = moved(replace(start, yaw=yaw), sway.at(script.seen[frame]))
            since += 1
            if lit is None or abs(yaw) > _TURNED or since >= _STILL:
                lit, traced, since = Lit.of(show(pose, frame), room), pose, 0
            shift = (round(pose.y - traced.y), round(pose.x - traced.x))
            yield lit.under(screen_light(script, colours, script.seen[frame]), shift=shift)

    return Take(asked, script, light, Camera.drawn(rng))
