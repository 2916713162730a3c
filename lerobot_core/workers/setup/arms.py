"""Arms as the set-up worker needs them: closed, from a kind or a config. Asks no device."""

from collections.abc import Mapping
from typing import Any

from lerobot_core.control.rig_building import RIG_KINDS
from lerobot_core.errors import UnknownChoice
from lerobot_core.motors.bus import Motor
from lerobot_core.robots.arm import Arm
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig


def arm_at(address: str, kind: str) -> Arm:
    """A single arm of a kind at a port. Raises UnknownChoice, SettingInvalid."""
    return arm_of({"type": kind, "port": address}, is_robot=kind in RobotConfig.kinds())


def arm_of(config: Mapping[str, Any], *, is_robot: bool, side: str = "") -> Arm:
    """The arm of a robot's or a teleoperator's config; ``side`` of one with two arms.

    Raises:
        UnknownChoice, SettingInvalid: it is no such config, or has no such side.
    """
    values = {key: value for key, value in config.items() if key != "cameras"}
    device = (
        RobotConfig.from_dict(values).build()
        if is_robot
        else TeleoperatorConfig.from_dict(values).build()
    )
    if side not in device.arms:
        raise UnknownChoice(kind=side or "one arm", known=", ".join(device.arms))
    return device.arms[side]


def single_arms() -> dict[str, Mapping[str, Motor]]:
    """Kind of every single arm that rigs are made of → its motors."""
    kinds = {kind for rig in RIG_KINDS.values() for kind in (rig.follower, rig.leader)}
    return {kind: arm_at("", kind).motors for kind in sorted(kinds)}


def kinds_with(models: Mapping[int, str]) -> list[str]:
    """The single arms that have just these servos: id → model."""
    return [
        kind
        for kind, motors in single_arms().items()
        if {motor.id: motor.model for motor in motors.values()} == dict(models)
    ]
