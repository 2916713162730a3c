"""A drawing of arms whose dimensions nobody publishes: links as sticks, joints as discs.

The proportions are assumed; the angles are those of the joints. At angle 0 the upper arm stands
upright, the forearm points forward and the hand goes on straight.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.scene import look_at
from lerobot_core.sim.titles import write, write_title
from lerobot_core.sim.twins import Twin
from lerobot_core.sim.view import NEAREST_M, View
from lerobot_core.types import Image

Point = NDArray[np.float64]
Colour = tuple[int, int, int]

_BASE_M, _UPPER_M, _FOREARM_M, _HAND_M, _JAW_M = 0.10, 0.115, 0.13, 0.075, 0.065
_PALM_M = 0.016  # from the middle of the hand to each jaw
_BETWEEN_ARMS_M = 0.30
_PAPER: Colour = (246, 246, 242)
_GRID: Colour = (206, 212, 214)
_INK: Colour = (70, 76, 84)
_FOLLOWER: Colour = (224, 122, 32)
_LEADER: Colour = (64, 128, 190)
_JOINT: Colour = (44, 48, 54)
_GRID_HALF_M, _GRID_STEP_M = 0.6, 0.1


@dataclass(frozen=True)
class Stick:
    """A piece of an arm, from one point to another."""

    start: Point
    end: Point
    thickness_m: float
    colour: Colour


@dataclass(frozen=True)
class Arm:
    """An arm as drawn: its sticks, and the frame of its hand."""

    sticks: list[Stick]
    hand: Point  # (3,) where the hand begins
    axes: Point  # (3, 3), columns along the hand, across the jaws, and the normal of both
    name: str
    foot: Point


class SchematicRenderer:
    """Both cameras of a bench without a scene: ``top`` sees all arms, ``wrist`` what hands see."""

    name = "schematic"

    def __init__(self, twin: Twin, height: int, width: int) -> None:
        self.size = (height, width)
        self._twin = twin
        distance = 0.68 if len(twin.followers) == 1 else 0.88  # all arms are to be seen
        eye = (1.0 * distance, -0.65 * distance, 0.72 * distance)
        self._top = _looking(eye, (-0.06, 0.0, 0.10), 42, height, width)

    def render(self, camera: str, positions: NDArray[np.float64]) -> Image:
        arms = self._arms(positions)
        picture = self._from_wrists(arms) if camera == "wrist" else self._from_above(arms)
        write_title(picture, self._twin.note)
        return picture

    def close(self) -> None:
        """Nothing is held."""

    def _arms(self, positions: NDArray[np.float64]) -> list[Arm]:
        feet = _feet(self._twin)
        arms, start = [], 0
        for chain, arm in self._twin.arms.items():
            angles = positions[start : start + len(arm.parts)]
            start += len(arm.parts)
            named = {
                part.joint: float(angle) for part, angle in zip(arm.parts, angles, strict=True)
            }
            colour = _LEADER if chain in self._twin.leaders else _FOLLOWER
            arms.append(_arm(chain.replace("_", " "), feet[chain], named, colour))
        return arms

    def _from_above(self, arms: list[Arm]) -> Image:
        picture = _table(self._top)
        _draw(picture, self._top, [stick for arm in arms for stick in arm.sticks])
        for arm in arms:
            pixel, _ = self._top.project(arm.foot)
            below = self.size[0] // 12  # the base and most of what hangs down in front of it
            place = (round(float(pixel[0])) - below, round(float(pixel[1])) + below)
            write(picture, arm.name, place, self.size[0] / 1000, _INK)
        return picture

    def _from_wrists(self, arms: list[Arm]) -> Image:
        """Side by side, what a camera over each follower's hand sees."""
        followers = [arm for arm in arms if arm.name.endswith("follower")]
        height, width = self.size
        pictures = []
        for index, arm in enumerate(followers):
            share = width * (index + 1) // len(followers) - width * index // len(followers)
            view = _over_hand(arm, height, share)
            picture = _table(view)
            _draw(picture, view, [stick for other in arms for stick in other.sticks])
            write(picture, arm.name, (8, height - 10), height / 1000, _INK)
            pictures.append(picture)
        return np.ascontiguousarray(np.hstack(pictures))


# Where arms are


def _feet(twin: Twin) -> dict[str, Point]:
    """Followers in front, leaders behind them; the left arm of a pair to the left."""
    feet = {}
    for row, chains in ((0.0, twin.followers), (-0.32, twin.leaders)):
        for index, chain in enumerate(chains):
            aside = ((len(chains) - 1) / 2 - index) * _BETWEEN_ARMS_M
            feet[chain] = np.array([row, aside, 0.0])
    return feet


def _arm(name: str, foot: Point, angles: dict[str, float], colour: Colour) -> Arm:
    """Pitches count from upright, forward and down."""
    pan = -angles["shoulder_pan"]
    forward = np.array([cos(pan), sin(pan), 0.0])
    up = np.array([0.0, 0.0, 1.0])
    pitch = angles["shoulder_lift"]
    shoulder = foot + _BASE_M * up
    elbow = shoulder + _UPPER_M * (cos(pitch) * up + sin(pitch) * forward)
    pitch += pi / 2 + angles["elbow_flex"]
    wrist = elbow + _FOREARM_M * (cos(pitch) * up + sin(pitch) * forward)
    pitch += angles["wrist_flex"]
    along = cos(pitch) * up + sin(pitch) * forward
    normal = -sin(pitch) * up + cos(pitch) * forward
    side = np.cross(along, normal)
    roll = angles["wrist_roll"]
    across = cos(roll) * side + sin(roll) * normal
    axes = np.column_stack([along, across, np.cross(along, across)])
    palm = wrist + _HAND_M * along
    sticks = [
        Stick(foot, shoulder, 0.046, colour),
        Stick(shoulder, elbow, 0.034, colour),
        Stick(elbow, wrist, 0.030, colour),
        Stick(wrist, palm, 0.026, colour),
        *_jaws(palm, along, across, angles["gripper"], colour),
    ]
    return Arm(sticks, wrist, axes, name, foot)


def _jaws(
    palm: Point, along: Point, across: Point, opening_rad: float, colour: Colour
) -> Iterator[Stick]:
    """The fixed jaw, and the one that opens."""
    fixed, moving = palm - _PALM_M * across, palm + _PALM_M * across
    opened = cos(opening_rad) * along + sin(opening_rad) * across
    yield Stick(fixed, moving, 0.016, colour)
    yield Stick(fixed, fixed + _JAW_M * along, 0.012, _JOINT)
    yield Stick(moving, moving + _JAW_M * opened, 0.012, colour)


# Views


def _looking(
    eye: tuple[float, float, float],
    target: tuple[float, float, float],
    fovy_deg: float,
    height: int,
    width: int,
) -> View:
    right, up = np.reshape(look_at(eye, target), (2, 3))
    axes = np.column_stack([right, up, np.cross(right, up)])
    return View(np.array(eye), axes, _focal(fovy_deg, height), height, width)


def _over_hand(arm: Arm, height: int, width: int) -> View:
    along, across, normal = arm.axes.T
    eye = arm.hand - 0.05 * along + 0.06 * normal
    back = -(along * cos(0.35) - normal * sin(0.35))
    axes = np.column_stack([-across, np.cross(across, back), back])
    return View(eye, axes, _focal(70, height), height, width)


def _focal(fovy_deg: float, height: int) -> float:
    return height / 2 / tan(fovy_deg * pi / 360)


# Drawing


def _table(view: View) -> Image:
    """Paper with the lines of a grid on the table."""
    picture = np.full((view.height, view.width, 3), _PAPER, dtype=np.uint8)
    for start, end in _grid():
        _line(picture, view, start, end, 0.0, _GRID)
    return picture


@cache
def _grid() -> list[tuple[Point, Point]]:
    reach, count = _GRID_HALF_M, round(2 * _GRID_HALF_M / _GRID_STEP_M)
    lines = []
    for index in range(count + 1):
        at = index * _GRID_STEP_M - reach
        lines.append((np.array([at, -reach, 0.0]), np.array([at, reach, 0.0])))
        lines.append((np.array([-reach, at, 0.0]), np.array([reach, at, 0.0])))
    return lines


def _draw(picture: Image, view: View, sticks: list[Stick]) -> None:
    """The furthest first."""

    def distance(stick: Stick) -> float:
        return float(np.linalg.norm((stick.start + stick.end) / 2 - view.eye))

    for stick in sorted(sticks, key=distance, reverse=True):
        _line(picture, view, stick.start, stick.end, stick.thickness_m, stick.colour)
        _disc(picture, view, stick.start, stick.thickness_m * 0.4)


def _line(
    picture: Image, view: View, start: Point, end: Point, thickness_m: float, colour: Colour
) -> None:
    points, depths = view.project(np.array([start, end]))
    if depths.min() < NEAREST_M:
        if depths.max() < NEAREST_M:
            return
        share = (NEAREST_M * 1.01 - depths[0]) / (depths[1] - depths[0])
        cut = start + share * (end - start)
        start, end = (cut, end) if depths[0] < NEAREST_M else (start, cut)
        points, depths = view.project(np.array([start, end]))
    pixels = np.clip(points, -20000, 20000).round().astype(int).tolist()
    thickness = round(thickness_m * view.focal / max(float(depths.mean()), 0.02))
    cv2.line(picture, pixels[0], pixels[1], colour, min(max(thickness, 1), 255), cv2.LINE_AA)


def _disc(picture: Image, view: View, centre: Point, radius_m: float) -> None:
    pixel, depth = view.project(centre)
    if float(depth) > NEAREST_M:
        radius = min(max(round(radius_m * view.focal / float(depth)), 1), 200)
        place = np.clip(pixel, -20000, 20000).round().astype(int).tolist()
        cv2.circle(picture, place, radius, _JOINT, cv2.FILLED, cv2.LINE_AA)
