"""Solid surfaces, and which point of one a camera sees in each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NODE", "Pose", "Seen", "Surface", "bent", "flat", "head", "look"]

NODE: Final = 4
"""Pixels between the places that are traced; what lies between is interpolated."""

_CELL: Final = 0.02
_REACH: Final = 4.0
_AXIS: Final = -1.35
"""z of the vertical axis that a head turns about."""

_FRONT, _BACK, _STEP = 1.1, -2.4, 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """z over x and y, in distances between the eyes from the point between them; y down, z out.

    Attributes:
        height: float32 [n, n] over x and y from -4 to 4.
        axis: z of the vertical axis it turns about.
        neck: y between which a turn fades away; None for a stiff thing.
        arc: radius of a cylinder whose picture is laid round it; 0 for a picture seen from afar.
    """

    height: NDArray[np.float32]
    axis: float
    neck: tuple[float, float] | None
    arc: float = 0.0


@dataclass(frozen=True, slots=True)
class Pose:
    """Where it is: angles in radians, places in frame pixels.

    Attributes:
        yaw: above 0 turns what is seen to the right of the picture.
        slant: of the axis it turns about, from the vertical.
        x: of the point between the eyes.
        y: likewise.
        scale: pixels a distance between the eyes.
        roll: in the plane of the picture.
        distance: of the camera, in distances between the eyes.
    """

    yaw: float = 0.0
    slant: float = 0.0
    x: float = 240.0
    y: float = 150.0
    scale: float = 68.0
    roll: float = 0.0
    distance: float = 7.0


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What each node shows: float32 arrays of one shape.

    Attributes:
        x: on the surface.
        y: likewise.
        z: likewise.
        normal: [3, ...] as it stands before the camera.
        rest: [3, ...] as it stands unturned.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    z: NDArray[np.float32]
    normal: NDArray[np.float32]
    rest: NDArray[np.float32]


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side = np.arange(-_REACH, _REACH, _CELL)
    x, y = np.meshgrid(side, side)
    return x, y


def head(nose: float) -> Surface:
    """An ellipsoid with a nose that stands `nose` out of it, on a body that stays."""
    x, y = _grid()
    inside = 1 - (x / 1.25) ** 2 - ((y - 0.35) / 1.95) ** 2
    z = _AXIS + 1.5 * np.sqrt(np.maximum(inside, 0.02))
    along = np.where(y < 0.62, np.clip(y / 0.62, 0, 1) ** 1.3, np.exp(-(((y - 0.62) / 0.2) ** 2)))
    z = z + nose * along * np.exp(-((x / 0.2) ** 2))
    z -= 0.06 * np.exp(-(((np.abs(x) - 0.5) / 0.18) ** 2) - (y / 0.12) ** 2)  # the eyes' hollows
    return Surface(z.astype(np.float32), _AXIS, (1.9, 2.9))


def flat() -> Surface:
    """A sheet."""
    x, _ = _grid()
    return Surface(np.zeros_like(x, np.float32), 0.0, None)


def bent(radius: float) -> Surface:
    """A sheet bent about a vertical axis, its middle towards the camera."""
    x, _ = _grid()
    z = np.sqrt(np.maximum(radius**2 - x**2, 0.0)) - radius
    return Surface(z.astype(np.float32), -radius / 2, None, arc=radius)


def look(surface: Surface, pose: Pose, *, width: int, height: int) -> Seen:
    """Trace a ray through every node to the first point of the surface."""
    columns = (np.arange(width // NODE) + 0.5) * NODE - pose.x
    rows = (np.arange(height // NODE) + 0.5) * NODE - pose.y
    u, v = np.meshgrid(columns / pose.scale, rows / pose.scale)
    u, v = _turn(u, v, -pose.roll)
    u, v = _turn(u, v, -pose.slant)
    yaw = np.full_like(v, pose.yaw)
    if surface.neck:
        top, bottom = surface.neck
        fade = np.clip((v - top) / (bottom - top), 0, 1)
        yaw *= 1 - fade * fade * (3 - 2 * fade)
    cos, sin = np.cos(yaw).astype(np.float32), np.sin(yaw).astype(np.float32)
    depth = np.arange(_FRONT, _BACK, -_STEP, dtype=np.float32)[:, None, None]
    near = 1 - depth / np.float32(pose.distance)
    x, y = u.astype(np.float32) * near, v.astype(np.float32) * near
    from_axis = depth - surface.axis
    # Undo the turn: the surface stays, and the ray is turned.
    across = cos * x - sin * from_axis
    out = sin * x + cos * from_axis + surface.axis
    above = out - _lookup(surface.height, across, y)
    hit = (above <= 0).argmax(axis=0)
    hit = np.where((above <= 0).any(axis=0), np.maximum(hit, 1), len(depth) - 1)[None]
    after, before = (np.take_along_axis(above, hit - back, axis=0)[0] for back in (0, 1))
    share = np.clip(before / np.maximum(before - after, 1e-6), 0, 1)
    found = []
    for values in (across, np.broadcast_to(y, across.shape)):
        last, first = (np.take_along_axis(values, hit - back, axis=0)[0] for back in (0, 1))
        found.append(first + share * (last - first))
    x, y = found
    rest = _normal(surface.height, x, y)
    normal = np.stack([cos * rest[0] + sin * rest[2], rest[1], cos * rest[2] - sin * rest[0]])
    z = _lookup(surface.height, x, y)
    x, y = _turn(x, y, pose.slant)
    return Seen(x, y, z, normal, rest)


def _turn(
    x: NDArray[np.floating], y: NDArray[np.floating], angle: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    cos, sin = np.cos(angle), np.sin(angle)
    return cos * x - sin * y, sin * x + cos * y


def _cells(values: NDArray[np.floating], count: int) -> NDArray[np.int32]:
    cells: NDArray[np.int32] = np.clip((values + _REACH) / _CELL, 0, count - 1).astype(np.int32)
    return cells


def _lookup(
    table: NDArray[np.float32], x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.float32]:
    side = len(table)
    values: NDArray[np.float32] = table.ravel().take(_cells(y, side) * side + _cells(x, side))
    return values


def _normal(
    height: NDArray[np.float32], x: NDArray[np.floating], y: NDArray[np.floating]
) -> NDArray[np.float32]:
    step = 0.08
    along = (_lookup(height, x + step, y) - _lookup(height, x - step, y)) / (2 * step)
    down = (_lookup(height, x, y + step) - _lookup(height, x, y - step)) / (2 * step)
    normal = np.stack([-along, -down, np.ones_like(along)])
    unit: NDArray[np.float32] = normal / np.linalg.norm(normal, axis=0)
    return unit
