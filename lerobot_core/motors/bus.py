"""What arms need of a bus of servos, whatever its brand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.serial.link import SerialLink
from lerobot_core.types import NormMode, ServoReading


@dataclass(frozen=True)
class Motor:
    """A servo's place on the bus, and the unit its joint is spoken of in."""

    id: int
    model: str  # a key of tables.MODELS
    norm_mode: NormMode


class MotorsBus(Protocol):
    """Servos on one wire, by the names of their joints.

    Only ``Goal_Position`` and ``Present_Position`` are ever normalised; every other register
    is a whole number. All methods raise PortLost when the adapter is gone, and
    DeviceNotConnectedError before ``connect``.
    """

    calibration: dict[str, MotorCalibration]

    @property
    def motors(self) -> Mapping[str, Motor]: ...

    @property
    def is_connected(self) -> bool: ...

    @property
    def link(self) -> SerialLink: ...

    def connect(self, handshake: bool = True) -> None: ...

    def disconnect(self, disable_torque: bool = True) -> None: ...

    def read(
        self, register: str, motor: str, *, normalize: bool = True, num_retry: int = 0
    ) -> float: ...

    def write(
        self,
        register: str,
        motor: str,
        value: float,
        *,
        normalize: bool = True,
        num_retry: int = 0,
    ) -> None: ...

    def sync_read(
        self,
        register: str,
        motors: Iterable[str] | None = None,
        *,
        normalize: bool = True,
        num_retry: int = 0,
        allow_missing: bool = False,
        within_s: float | None = None,
    ) -> dict[str, float]:
        """``within_s``: who was silent or damaged is asked again while this time lasts.

        It counts from ``request`` if there was one, and takes the place of ``num_retry``.
        """
        ...

    def may_be_late(self, register: str, motors: Iterable[str] | None = None) -> set[str]:
        """Motors whose next reading of this register may be up to 50 ms old."""
        ...

    def request(self, register: str, motors: Iterable[str] | None = None) -> None:
        """Ask now; the next ``sync_read`` of the same register and motors collects the answer.

        So several buses answer at the same time. Any other exchange in between abandons it.
        """
        ...

    def sync_write(
        self, register: str, values: Mapping[str, float], *, normalize: bool = True
    ) -> None: ...

    def read_servos(self, motors: Iterable[str] | None = None) -> dict[str, ServoReading]: ...

    def enable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None: ...

    def disable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None: ...

    def confirm_torque_off(self, motors: Iterable[str] | None = None) -> None: ...

    def configure_motors(self) -> None: ...

    def read_calibration(self) -> dict[str, MotorCalibration]: ...

    def write_calibration(self, calibration: Mapping[str, MotorCalibration]) -> None: ...

    @property
    def is_calibrated(self) -> bool: ...

    @property
    def packets(self) -> tuple[int, int]:
        """Exchanges since the bus was made, and how many of them were lost or damaged."""
        ...

    @property
    def lost_by_motor(self) -> Mapping[str, int]:
        """How many replies of each servo were lost or damaged since the bus was made."""
        ...
