"""How far the joints of an arm can move, and whether a sweep fits that.

Source for SO arms: the joint ranges of the public SO-101 model (``kinematics.so101``). No ranges of
the Koch arms are published there; their bands are generous guesses, made to catch a joint that was
hardly moved and a servo that turned without its joint. Other arms get a band in which any real
joint lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import degrees

from lerobot_core.kinematics.so101 import ARM, MOVING_JAW


class Verdict(StrEnum):
    """What a sweep is thought of."""

    TOO_SMALL = "too_small"  # not moved from stop to stop
    PLAUSIBLE = "plausible"
    TOO_LARGE = "too_large"  # the servo turned without its joint, or another joint was meant


@dataclass(frozen=True)
class Band:
    """Plausible travel in degrees."""

    least_deg: float
    most_deg: float

    def verdict(self, travel_deg: float) -> Verdict:
        if travel_deg < self.least_deg:
            return Verdict.TOO_SMALL
        return Verdict.TOO_LARGE if travel_deg > self.most_deg else Verdict.PLAUSIBLE


_LEAST, _MOST = 0.7, 1.25  # of the model's range: printed parts and hands differ that much
_TRIGGER_LEAST = 0.3  # a leader's gripper is a trigger with a shorter way than the jaw

ANY_JOINT = Band(30.0, 355.0)
FULL_TURN = Band(0.0, float("inf"))
"""A joint that may turn all the way round need not be swept, and may be swept for ever."""

_SO_TRAVEL_DEG = {
    frame.joint: degrees(frame.high_rad - frame.low_rad)
    for frame in (*ARM, MOVING_JAW)
    if frame.joint is not None
}
_SO_FOLLOWER = {
    joint: Band(_LEAST * travel, _MOST * travel) for joint, travel in _SO_TRAVEL_DEG.items()
}
_SO_LEADER = _SO_FOLLOWER | {
    "gripper": Band(_TRIGGER_LEAST * _SO_TRAVEL_DEG["gripper"], _MOST * _SO_TRAVEL_DEG["gripper"])
}

_KOCH_BODY_GUESS = dict.fromkeys(("shoulder_lift", "elbow_flex", "wrist_flex"), Band(90.0, 330.0))
_KOCH_FOLLOWER = _KOCH_BODY_GUESS | {"gripper": Band(30.0, 200.0)}
_KOCH_LEADER = _KOCH_BODY_GUESS | {"gripper": Band(15.0, 150.0)}

PLAUSIBLE: Mapping[str, Mapping[str, Band]] = {
    "so_follower": _SO_FOLLOWER,
    "so_leader": _SO_LEADER,
    "koch_follower": _KOCH_FOLLOWER,
    "koch_leader": _KOCH_LEADER,
}
"""Arm family, as its calibration folder is called → joint → band."""

FULL_TURN_JOINTS: Mapping[str, frozenset[str]] = {
    "so_follower": frozenset({"wrist_roll"}),
    "so_leader": frozenset({"wrist_roll"}),
    "koch_follower": frozenset({"shoulder_pan", "wrist_roll"}),
    "koch_leader": frozenset({"shoulder_pan", "wrist_roll"}),
}
"""Joints whose range is the whole turn, as upstream records them."""

_SO_POSITIVE = {
    "shoulder_pan": "to the right, seen from behind the arm",
    "shoulder_lift": "forward and down",
    "elbow_flex": "so that the forearm goes down",
    "wrist_flex": "so that the gripper tips down",
    "wrist_roll": "counter-clockwise, seen from behind the arm",
    "gripper": "open",
}

# Of a Koch arm it is known that its trigger springs back to 50 % and is squeezed towards 0. Which
# way the other values grow depends on how its servos are screwed on, and is not written down; a
# wrong word here would turn a joint round.
_KOCH_POSITIVE = {"gripper": "open"}

POSITIVE: Mapping[str, Mapping[str, str]] = {
    "so_follower": _SO_POSITIVE,
    "so_leader": _SO_POSITIVE,
    "koch_follower": _KOCH_POSITIVE,
    "koch_leader": _KOCH_POSITIVE,
}
"""Arm family → joint → which way its values grow, in words that go with “Move it …”."""

INVERTED_JOINTS: Mapping[str, frozenset[str]] = {"koch_leader": frozenset({"elbow_flex"})}
"""Joints that are built the other way round: their drive mode is 1, as upstream sets it."""


def usual_drive_mode(family: str, joint: str) -> int:
    return int(joint in INVERTED_JOINTS.get(family, frozenset()))


def is_full_turn(family: str, joint: str) -> bool:
    return joint in FULL_TURN_JOINTS.get(family, frozenset())


def band_of(family: str, joint: str) -> Band:
    """What is plausible for a joint; families and joints unknown here may do anything usual."""
    if is_full_turn(family, joint):
        return FULL_TURN
    return PLAUSIBLE.get(family, {}).get(joint, ANY_JOINT)
