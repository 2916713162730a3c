"""The arms that a virtual bench can have, as tables: a new arm is a new entry. Cheap to import.

The kind of a bench is the part of its name before the first “-”: ``koch-lab2`` is a bench with
Koch arms. A name that begins with no kind is a bench with the SO-101 scene.

Sources: servos, ids and modes from spec/robots.md, sections 2 and 3; joint ranges of SO arms as in
``so101``. No ranges of the Koch arms are published there: theirs are assumed, within what its
servos and printed parts allow, and so are the places of their horns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lerobot_core.errors import UnknownChoice
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.dynamixel_tables import CURRENT_POSITION_MODE, EXTENDED_POSITION_MODE
from lerobot_core.motors.homing import DYNAMIXEL, Travel, calibrate_full_turn, calibrate_travel
from lerobot_core.sim import so101
from lerobot_core.sim.so101 import TICKS_PER_RAD

Brand = Literal["feetech", "dynamixel"]

DEFAULT_KIND = "so101"
CAMERAS = so101.CAMERAS


@dataclass(frozen=True)
class Part:
    """One joint of an arm and its servo, as it is when the arm is ready for use."""

    joint: str
    model: str
    calibration: MotorCalibration
    zero_ticks: int  # what the encoder counts at angle 0, before drive mode and homing offset
    low_rad: float
    high_rad: float
    rest_rad: float
    registers: Mapping[str, int] = field(default_factory=dict)  # what set-up leaves in its EEPROM
    has_converter: bool = False  # behind a 5 V converter

    @property
    def servo_id(self) -> int:
        return self.calibration.id


@dataclass(frozen=True)
class ArmTwin:
    """One arm: servos of one brand in the order of their cable."""

    brand: Brand
    label: str
    parts: tuple[Part, ...]
    volts: float

    def part(self, joint: str) -> Part:
        """Raises KeyError."""
        return {part.joint: part for part in self.parts}[joint]


@dataclass(frozen=True)
class Twin:
    """All arms of a bench, by the names of their chains: followers first."""

    kind: str
    label: str
    arms: Mapping[str, ArmTwin]
    has_scene: bool  # physics, a cube and a bin; else the pictures are drawings
    note: str = ""  # what is written into the pictures, so that nobody is misled

    @property
    def followers(self) -> list[str]:
        return [chain for chain in self.arms if chain.endswith("follower")]

    @property
    def leaders(self) -> list[str]:
        return [chain for chain in self.arms if chain.endswith("leader")]


# SO-100 and SO-101

# What set-up leaves in the servos of an arm that is ready for use (spec of the SO arms).
_SO_READY = {"Return_Delay_Time": 0, "Phase": 12, "Maximum_Acceleration": 254}
_SO_FOLLOWER = {"P_Coefficient": 16, "I_Coefficient": 0, "D_Coefficient": 32}
_SO_GRIPPER = {"Max_Torque_Limit": 500, "Protection_Current": 250, "Overload_Torque": 25}
_SO_VOLTS = 7.4


def _so_arm(label: str, horns: str, *, follows: bool) -> ArmTwin:
    """An arm whose horns are those of ``so101``'s arm of the name ``horns``."""
    parts = []
    for joint, calibration in so101.factory_calibration(horns).items():
        registers = dict(_SO_READY)
        if follows:
            registers |= _SO_FOLLOWER | (_SO_GRIPPER if joint == "gripper" else {})
        low, high = so101.RANGES_RAD[joint]
        part = Part(
            joint,
            "sts3215",
            calibration,
            so101.zero_ticks(horns, joint),
            low,
            high,
            so101.REST_POSE_RAD[joint],
            registers,
        )
        parts.append(part)
    return ArmTwin("feetech", label, tuple(parts), _SO_VOLTS)


def _so_pair(label: str) -> dict[str, ArmTwin]:
    return {
        "follower": _so_arm(label, "follower", follows=True),
        "leader": _so_arm(label, "leader", follows=False),
    }


def _two_so_pairs(label: str) -> dict[str, ArmTwin]:
    return {
        "left_follower": _so_arm(label, "follower", follows=True),
        "right_follower": _so_arm(label, "right_follower", follows=True),
        "left_leader": _so_arm(label, "leader", follows=False),
        "right_leader": _so_arm(label, "right_leader", follows=False),
    }


# Koch v1.1

_KOCH_MODELS = {
    "shoulder_pan": "xl430-w250",
    "shoulder_lift": "xl430-w250",
    "elbow_flex": "xl330-m288",
    "wrist_flex": "xl330-m288",
    "wrist_roll": "xl330-m288",
    "gripper": "xl330-m288",
}
_KOCH_RANGES_RAD = {
    "shoulder_pan": (-2.6, 2.6),
    "shoulder_lift": (-1.6, 1.6),
    "elbow_flex": (-1.6, 1.6),
    "wrist_flex": (-1.7, 1.7),
    "wrist_roll": (-2.9, 2.9),
    "gripper": (-0.15, 1.35),
}
_KOCH_FULL_TURN = ("shoulder_pan", "wrist_roll")
_KOCH_REST_RAD = {
    "shoulder_pan": 0.0,
    "shoulder_lift": -1.4,
    "elbow_flex": 1.4,
    "wrist_flex": 0.9,
    "wrist_roll": 0.0,
    "gripper": 0.0,
}
_KOCH_FOLLOWER_VOLTS, _KOCH_LEADER_VOLTS = 12.0, 5.0

# Encoder counts at angle 0. A Koch arm is put together with its servos centred; in extended mode a
# travel across the encoder's seam would be read as another one after each power-on.
_KOCH_HORNS = {
    "follower": (2061, 1893, 2210, 2003, 2080, 1702),
    "leader": (2022, 2155, 1936, 2117, 2031, 1818),
    "right_follower": (2040, 2188, 1904, 2096, 2019, 1745),
    "right_leader": (2070, 1921, 2162, 1967, 2084, 1690),
}


def _koch_arm(horns: str, *, follows: bool) -> ArmTwin:
    parts = []
    zeros = zip(_KOCH_MODELS.items(), _KOCH_HORNS[horns], strict=True)
    for servo_id, ((joint, model), zero) in enumerate(zeros, 1):
        if not follows:
            model = "xl330-m077"
        part = Part(
            joint,
            model,
            _koch_calibration(servo_id, joint, zero, follows=follows),
            zero,
            *_KOCH_RANGES_RAD[joint],
            _KOCH_REST_RAD[joint],
            {
                "Return_Delay_Time": 0,
                "Operating_Mode": (
                    CURRENT_POSITION_MODE if joint == "gripper" else EXTENDED_POSITION_MODE
                ),
            },
            has_converter=follows and model == "xl330-m288",
        )
        parts.append(part)
    volts = _KOCH_FOLLOWER_VOLTS if follows else _KOCH_LEADER_VOLTS
    return ArmTwin("dynamixel", "Koch v1.1", tuple(parts), volts)


def _koch_calibration(servo_id: int, joint: str, zero: int, *, follows: bool) -> MotorCalibration:
    """What a careful operator would have found. The leader's elbow is turned round."""
    if joint in _KOCH_FULL_TURN:
        return calibrate_full_turn(servo_id, zero, DYNAMIXEL)
    low, high = (zero + round(angle * TICKS_PER_RAD) for angle in _KOCH_RANGES_RAD[joint])
    inverted = joint == "elbow_flex" and not follows
    return calibrate_travel(
        servo_id, Travel(zero, low, high), DYNAMIXEL, drive_mode=1 if inverted else 0
    )


_SCHEMATIC = "schematic"

TWINS: dict[str, Twin] = {
    twin.kind: twin
    for twin in (
        Twin("so101", "SO-101", _so_pair("SO-101"), has_scene=True),
        Twin(
            "so100",
            "SO-100",
            _so_pair("SO-100"),
            has_scene=True,
            note="SO-100 · shape of the SO-101",
        ),
        Twin(
            "bi_so101",
            "bimanual SO-101",
            _two_so_pairs("SO-101"),
            has_scene=False,
            note=f"bimanual SO-101 · {_SCHEMATIC}",
        ),
        Twin(
            "koch",
            "Koch v1.1",
            {
                "follower": _koch_arm("follower", follows=True),
                "leader": _koch_arm("leader", follows=False),
            },
            has_scene=False,
            note=f"Koch v1.1 · {_SCHEMATIC}",
        ),
        Twin(
            "bi_koch",
            "bimanual Koch v1.1",
            {
                "left_follower": _koch_arm("follower", follows=True),
                "right_follower": _koch_arm("right_follower", follows=True),
                "left_leader": _koch_arm("leader", follows=False),
                "right_leader": _koch_arm("right_leader", follows=False),
            },
            has_scene=False,
            note=f"bimanual Koch v1.1 · {_SCHEMATIC}",
        ),
    )
}
"""Kind → the arms of its benches."""


def twin_of(kind: str) -> Twin:
    """Raises UnknownChoice."""
    if kind not in TWINS:
        raise UnknownChoice(kind=kind, known=", ".join(TWINS))
    return TWINS[kind]


def kind_of(bench: str) -> str:
    """The kind of the bench of this name."""
    kind = bench.partition("-")[0]
    return kind if kind in TWINS else DEFAULT_KIND


def factory_calibration(kind: str, chain: str) -> dict[str, MotorCalibration]:
    """What a careful operator would have found on this arm. Raises UnknownChoice, KeyError."""
    return {part.joint: part.calibration for part in twin_of(kind).arms[chain].parts}
