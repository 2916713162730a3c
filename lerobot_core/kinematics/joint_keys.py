"""Joint angles between a robot's words and a chain's: ``elbow_flex.pos`` in degrees, and radians.

With the SO-101 the two agree in sign and zero: at 0 a joint is in the middle of its calibrated
range, as degrees of the calibration are. Values that belong to no joint of the chain, such as the
gripper's percent, pass through.
"""

from collections.abc import Mapping
from math import degrees, isfinite, radians

import numpy as np

from lerobot_core.errors import SettingInvalid, UnsafeAction
from lerobot_core.kinematics.chain import ArmChain, Vector
from lerobot_core.types import JointValues

_SUFFIX = ".pos"


def angles_of(chain: ArmChain, values: Mapping[str, float]) -> Vector:
    """The chain's angles in radians, shape (joints,), from joint values in degrees.

    Raises:
        SettingInvalid: a joint of the chain is missing.
        UnsafeAction: a value is not a finite number.
    """
    angles = []
    for joint in chain.joints:
        value = values.get(joint + _SUFFIX)
        if value is None:
            raise SettingInvalid(setting="The pose", reason=f"it has no value for {joint}")
        if not isfinite(value):
            raise UnsafeAction(joint=joint, value=str(value))
        angles.append(radians(value))
    return np.array(angles)


def values_of(chain: ArmChain, angles_rad: Vector, others: Mapping[str, float]) -> JointValues:
    """Joint values in degrees for angles of shape (joints,); ``others`` keeps what is no joint."""
    values = {key: float(value) for key, value in others.items() if key.endswith(_SUFFIX)}
    for joint, angle in zip(chain.joints, angles_rad, strict=True):
        values[joint + _SUFFIX] = degrees(float(angle))
    return values
