"""Light that reaches the camera: somebody, or something, before a background, lit by a screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image as PillowImage

from benchmarks.liveness_simulation._surface import Pose, Seen, look

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.liveness_simulation._person import Person, View
    from benchmarks.liveness_simulation._surface import Surface

__all__ = [
    "HEIGHT",
    "WIDTH",
    "Albedo",
    "Lit",
    "Room",
    "Sheet",
    "head_albedo",
    "moved",
    "sheet_albedo",
]

WIDTH: Final = 480
HEIGHT: Final = 360

_LINEAR: Final = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)
_SHARE: Final = (np.arange(256) / 255.0).astype(np.float32)
_AXIS: Final = -1.35

_BLEND: Final = np.radians((15.0, 27.0))
"""From the front view to the three-quarter view."""


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What lights the scene, and what is behind it.

    Attributes:
        ratio: how much brighter the room lights the face than a white screen does, 1 to 50.
        left: linear RGB of what lights from the left.
        right: likewise.
        background: float32 [360, 480, 3], reflectance of what is behind.
        falls: light of the screen on the background, against that on the face.
        daylight: light of the room on the background, against that on the face.
        shades: share of the room's light, which comes from above, that brows keep from the eyes.
    """

    ratio: float
    left: NDArray[np.float32]
    right: NDArray[np.float32]
    background: NDArray[np.float32]
    falls: float
    daylight: float
    shades: float

    @classmethod
    def drawn(cls, rng: np.random.Generator, *, ratio: float | None = None) -> Room:
        """Some room; the ratio uniform in its logarithm, as rooms are."""
        blobs = rng.uniform(0.08, 0.7, (4, 5, 1)) * rng.uniform(0.75, 1.25, (4, 5, 3))
        small = (np.clip(blobs, 0.02, 0.95) * 255).astype(np.uint8)
        wall = PillowImage.fromarray(small).resize((WIDTH, HEIGHT), PillowImage.Resampling.BICUBIC)
        warm = rng.uniform(-0.25, 0.25)
        colour = np.array([1 + warm, 1.0, 1 - warm])
        return cls(
            ratio=float(np.exp(rng.uniform(0, np.log(50)))) if ratio is None else ratio,
            left=(colour * rng.uniform(0.6, 1.4)).astype(np.float32),
            right=(colour * rng.uniform(0.95, 1.05, 3)).astype(np.float32),
            background=_SHARE[np.asarray(wall)],
            falls=float(rng.uniform(0.03, 0.3)),
            daylight=float(rng.uniform(0.4, 1.4)),
            shades=float(rng.uniform(0.0, 0.5)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Albedo:
    """What a camera sees of somebody before it is lit.

    Attributes:
        rgba: uint8 [h, w, 4].
        seen: the nodes.
        hollow: of each node, 1 where the eyes of a head lie and 0 far from them.
    """

    rgba: NDArray[np.uint8]
    seen: Seen
    hollow: NDArray[np.float32]


def _finer(values: NDArray[np.floating]) -> NDArray[np.float32]:
    image = PillowImage.fromarray(np.ascontiguousarray(values, np.float32))
    return np.asarray(image.resize((WIDTH, HEIGHT), PillowImage.Resampling.BILINEAR))


def _fetch(
    rgba: NDArray[np.uint8], x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.uint8]:
    """The nearest pixels, transparent outside; x and y at the nodes."""
    height, width, _ = rgba.shape
    columns, rows = (_finer(values).astype(np.int32) for values in (x, y))
    outside = (columns < 0) | (rows < 0) | (columns >= width) | (rows >= height - 1)
    flat = np.clip(rows, 0, height - 1) * width + np.clip(columns, 0, width - 1)
    packed = rgba.view(np.uint32).reshape(-1).take(flat)
    packed[outside & (rows < height - 1)] = 0
    fetched: NDArray[np.uint8] = packed.view(np.uint8).reshape(HEIGHT, WIDTH, 4)
    return fetched


def _from_view(view: View, seen: Seen) -> NDArray[np.uint8]:
    from_axis = seen.z - _AXIS
    across = np.cos(view.yaw) * seen.x + np.sin(view.yaw) * from_axis
    (a, b, right), (c, d, down) = view.place
    return _fetch(view.rgba, a * across + b * seen.y + right, c * across + d * seen.y + down)


def head_albedo(person: Person, pose: Pose, *, front_only: bool = False) -> Albedo:
    """A head: the front view near the front, a three-quarter view when it is turned."""
    seen = look(person.surface, pose, width=WIDTH, height=HEIGHT)
    low, high = _BLEND
    share = 0.0 if front_only else float(np.clip((abs(pose.yaw) - low) / (high - low), 0, 1))
    side = person.sides[0 if pose.yaw > 0 else 1]
    aside, down = (np.abs(seen.x) - 0.5) / 0.3, (seen.y + 0.05) / 0.25
    hollow = np.exp(-(aside**2) - down**2)
    if share == 0.0:
        return Albedo(_from_view(person.front, seen), seen, hollow)
    if share == 1.0:
        return Albedo(_from_view(side, seen), seen, hollow)
    one, other = _from_view(person.front, seen), _from_view(side, seen)
    weight = np.uint16(round(256 * share))
    mixed = (one.astype(np.uint16) * (256 - weight) + other.astype(np.uint16) * weight) >> 8
    return Albedo(mixed.astype(np.uint8), seen, hollow)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A printed picture.

    Attributes:
        rgba: what is printed; the paper ends where alpha is 0.
        place: from the sheet's coordinates (distances between the eyes) to its pixels, [2, 3].
        surface: flat or bent.
    """

    rgba: NDArray[np.uint8]
    place: NDArray[np.float64]
    surface: Surface

    @classmethod
    def of(cls, view: View, surface: Surface) -> Sheet:
        """A view with its backdrop, in the middle of a sheet, paler than it was."""
        rgba = view.rgba.copy()
        rgba[..., :3] = 20 + (rgba[..., :3].astype(np.uint16) * 215 // 255).astype(np.uint8)
        rgba[..., 3] = 255
        place = view.place.copy()
        # The point between the eyes of a turned head is not at the model's origin.
        place[:, 2] += place[:, 0] * np.sin(view.yaw) * -_AXIS
        return cls(rgba, place, surface)


def sheet_albedo(sheet: Sheet, pose: Pose) -> Albedo:
    """A sheet, held so."""
    seen = look(sheet.surface, pose, width=WIDTH, height=HEIGHT)
    across, arc = seen.x, sheet.surface.arc
    if arc:
        across = arc * np.arcsin(np.clip(across / arc, -1, 1))
    (a, b, right), (c, d, down) = sheet.place
    rgba = _fetch(sheet.rgba, a * across + b * seen.y + right, c * across + d * seen.y + down)
    below = np.abs(seen.y) > 2.6  # the sheet is as high
    rgba[..., 3][_finer(below.astype(np.float32)) > 0.5] = 0
    return Albedo(rgba, seen, np.zeros_like(seen.x))


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """What stands somewhere, lit: the room's part, and what a white screen would add.

    Attributes:
        room: float32 [360, 480, 3], linear.
        screen: likewise, for a screen of 1 in each channel.
    """

    room: NDArray[np.float32]
    screen: NDArray[np.float32]

    @classmethod
    def of(cls, albedo: Albedo, room: Room) -> Lit:
        """Put it there."""
        seen = albedo.seen
        side, rest = seen.normal[0], seen.rest[0]
        # The picture was lit from the front: what a turn changes is put upon it.
        from_left = (1 - 0.5 * side) / (1 - 0.5 * rest) * 0.5
        from_right = (1 + 0.5 * side) / (1 + 0.5 * rest) * 0.5
        open_to_room = 1 - np.float32(room.shades) * albedo.hollow
        toward = 1 / (1 - np.clip(seen.z, -2, 1) / 7.0) ** 2
        of_screen = _finer(np.clip(seen.normal[2], 0.1, 1) * toward / room.ratio)
        alpha = albedo.rgba[..., 3].astype(np.float32) * np.float32(1 / 255)
        by_room = np.empty((HEIGHT, WIDTH, 3), np.float32)
        by_screen = np.empty_like(by_room)
        for channel in range(3):
            body = _LINEAR[albedo.rgba[..., channel]] * alpha
            behind = room.background[..., channel] * (1 - alpha)
            left, right = float(room.left[channel]), float(room.right[channel])
            by_screen[..., channel] = body * of_screen + behind * (room.falls / room.ratio)
            body *= _finer(open_to_room * (from_left * left + from_right * right))
            behind *= room.daylight * (left + right) / 2
            by_room[..., channel] = body + behind
        return cls(by_room, by_screen)

    def under(
        self, screen: NDArray[np.float32], *, shift: tuple[int, int] = (0, 0)
    ) -> NDArray[np.float32]:
        """The light of the scene, the whole picture moved by `shift` (down, right) pixels."""
        light = self.screen * screen
        light += self.room
        return np.roll(light, shift, axis=(0, 1)) if shift != (0, 0) else light


def moved(pose: Pose, sway: NDArray[np.float64]) -> Pose:
    """A pose with a small motion on it."""
    right, down, grow, roll, yaw = (float(value) for value in sway)
    return replace(
        pose,
        x=pose.x + right * pose.scale,
        y=pose.y + down * pose.scale,
        scale=pose.scale * float(np.exp(grow)),
        roll=pose.roll + roll,
        yaw=pose.yaw + yaw,
    )
