"""What a loop does with its robot."""

from enum import StrEnum


class Mode(StrEnum):
    """What happens to the robot."""

    IDLE = "idle"  # torque is off
    HOLDING = "holding"  # torque is on, nothing is sent
    FOLLOWING = "following"
    RESTING = "resting"  # on the way to the rest pose


MOVING = (Mode.FOLLOWING, Mode.RESTING)
