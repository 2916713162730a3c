"""The border between a simulated servo and the joint it moves."""

from typing import Protocol


class JointPlant(Protocol):
    """A joint as the servo on it feels it. Angles in radians, 0 in the middle of its travel."""

    @property
    def angle_rad(self) -> float: ...

    @property
    def velocity_rad_s(self) -> float: ...

    @property
    def load(self) -> float:
        """Torque that the servo gives now, as a share of its maximum, −1 to 1."""
        ...

    def drive(self, target_rad: float | None, torque_share: float) -> None:
        """Pull towards ``target_rad`` with at most ``torque_share`` (0 to 1) of full torque.

        None: torque is off, the joint is limp.
        """
        ...
