"""A calibrated, limp arm read again and again, so that a drawing can follow it."""

from contextlib import ExitStack
from math import radians

from lerobot_core.robots.arm import SUFFIX, Arm
from lerobot_core.types import NormMode
from lerobot_core.workers.protocol import BeginMirror, MirrorPose
from lerobot_core.workers.setup.arms import arm_of
from lerobot_core.workers.setup.desk import Desk

_LOOK_EVERY_S = 1 / 30


class Mirroring:
    """Reads until told to end; writes nothing."""

    def __init__(self, asked: BeginMirror) -> None:
        self._asked = asked

    def __call__(self, desk: Desk) -> None:
        asked = self._asked
        arm = arm_of(asked.arm, is_robot=asked.is_robot, side=asked.side)
        with ExitStack() as stack:
            desk.take(stack, arm.port)
            arm.open()
            stack.callback(arm.close)
            arm.check_calibration()
            while True:
                desk.tell(_pose(arm))
                desk.next(_LOOK_EVERY_S)


def _pose(arm: Arm) -> MirrorPose:
    """Degrees of a calibration are those of the described arms: at 0 in the middle."""
    values = {key.removesuffix(SUFFIX): value for key, value in arm.read_positions().items()}
    return MirrorPose(
        values,
        radians={
            joint: radians(value)
            for joint, value in values.items()
            if arm.motors[joint].norm_mode is NormMode.DEGREES
        },
        stale=[key.removesuffix(SUFFIX) for key in arm.stale],
        address=arm.port,
    )
