"""From counts and units to the angles of a drawn arm. Pure: no Qt."""

from collections.abc import Mapping
from math import pi

from app.widgets.arm_shapes import ArmShape
from lerobot_core.workers.protocol import MirrorPose, SweepSeen

_COUNTS_PER_RAD = 4096 / (2 * pi)
_GRIPPER = "gripper"  # told in percent by every arm


def swept_pose(sweeps: Mapping[str, SweepSeen], shape: ArmShape) -> dict[str, float]:
    """Roughly where the joints of an arm are that is not calibrated yet, in radians.

    The middle of what was found so far stands for the middle of the joint; the further the sweep,
    the closer that comes. Values grow with the counts, as most arms are built.
    """
    angles = {}
    for joint in shape.joints:
        low, high = shape.limits_rad(joint)
        middle = (low + high) / 2
        sweep = sweeps.get(joint)
        if sweep is not None:
            middle += (sweep.now - (sweep.low + sweep.high) / 2) / _COUNTS_PER_RAD
        angles[joint] = min(max(middle, low), high)
    return angles


def mirrored_pose(pose: MirrorPose, shape: ArmShape) -> dict[str, float]:
    """Where the joints of a calibrated arm are, in radians."""
    angles = {}
    for joint in shape.joints:
        low, high = shape.limits_rad(joint)
        if joint in pose.radians:
            angles[joint] = pose.radians[joint]
        elif joint in pose.values:
            value = pose.values[joint]
            share = value / 100 if joint == _GRIPPER else (value + 100) / 200
            angles[joint] = low + share * (high - low)
    return angles


def middle_pose(shape: ArmShape) -> dict[str, float]:
    """Every joint in the middle of its way."""
    return {joint: sum(shape.limits_rad(joint)) / 2 for joint in shape.joints}
