"""The servos of an arm that is being calibrated: where they are, and reaching them again."""

from collections.abc import Collection
from contextlib import suppress

from lerobot_core.errors import DeviceError, ServosMissing
from lerobot_core.motors.bus import MotorsBus

_READ_RETRIES = 2


class CalibrationServos:
    """Those of ``joints``; ``family`` is the name that problems are told in."""

    def __init__(self, bus: MotorsBus, joints: Collection[str], family: str) -> None:
        self._bus = bus
        self._joints = tuple(joints)
        self._family = family

    def reconnect(self) -> None:
        """Open the port anew, whatever state it is in. Raises DeviceError."""
        with suppress(DeviceError):  # it may be closed, or its adapter gone
            self._bus.disconnect(disable_torque=False)
        self._bus.connect()

    def known_positions(self) -> dict[str, float]:
        """Positions as the servos say them; those of silent ones are left out."""
        return self._bus.sync_read(
            "Present_Position",
            self._joints,
            normalize=False,
            num_retry=_READ_RETRIES,
            allow_missing=True,
        )

    def positions(self) -> dict[str, float]:
        """Of all joints. Raises ServosMissing."""
        found = self.known_positions()
        self.require_all(found)
        return found

    def require_all(self, found: Collection[str]) -> None:
        """Raises ServosMissing, with joints and ids, for those that are not found."""
        silent = [self._named(joint) for joint in self._joints if joint not in found]
        if silent:
            raise ServosMissing(missing=", ".join(silent), device=self._family)

    def _named(self, joint: str) -> str:
        return f"{joint} (servo {self._bus.motors[joint].id})"
