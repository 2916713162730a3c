"""When lost readings are too many to go on."""

from collections.abc import Mapping
from typing import Protocol

from lerobot_core.errors import ServoLost


class Readable(Protocol):
    """A robot or a teleoperator."""

    @property
    def stale_joints(self) -> Mapping[str, int]: ...

    @property
    def servo_ids(self) -> Mapping[str, int]: ...


def raise_if_lost(device: Readable, at_most: int, whose: str = "") -> None:
    """Raises ServoLost when a joint missed more than ``at_most`` readings in a row."""
    for joint, ticks in device.stale_joints.items():
        if ticks > at_most:
            raise ServoLost(
                joint=joint.removesuffix(".pos") + whose,
                servo_id=device.servo_ids.get(joint, 0),
                ticks=ticks,
            )
