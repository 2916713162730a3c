"""The wire of a bus: opened, closed, and what was lost on it counted across both."""

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from lerobot_core.errors import DeviceAlreadyConnectedError, DeviceNotConnectedError
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.motors.wire import Wire
from lerobot_core.serial.link import SerialLink, open_link

_TORQUE_OFF_RETRIES = 5

WireType = TypeVar("WireType", bound=Wire)


class WiredBus(ABC, Generic[WireType]):
    """Closed until ``connect``."""

    def __init__(
        self,
        port: str,
        motors: Mapping[str, Motor],
        *,
        opener: Callable[[str, int], SerialLink] = open_link,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        ids = [motor.id for motor in motors.values()]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two motors of {port} have the same id: {ids}")
        self.port = port
        self.motors = dict(motors)
        self._opener = opener
        self._clock = clock
        self._wire_in_use: WireType | None = None
        self._packets_before = (0, 0)
        self._lost_before: Counter[int] = Counter()

    @abstractmethod
    def _make_wire(self, link: SerialLink, clock: Callable[[], float]) -> WireType: ...

    @property
    def _wire(self) -> WireType:
        if self._wire_in_use is None:
            raise DeviceNotConnectedError(device=self.port)
        return self._wire_in_use

    @property
    def is_connected(self) -> bool:
        return self._wire_in_use is not None

    @property
    def link(self) -> SerialLink:
        return self._wire.link

    @property
    def packets(self) -> tuple[int, int]:
        """Exchanges since the bus was made, retries included, and how many were lost or damaged."""
        wire, (exchanges, lost) = self._wire_in_use, self._packets_before
        return (exchanges + wire.exchanges, lost + wire.lost) if wire else (exchanges, lost)

    @property
    def lost_by_motor(self) -> Mapping[str, int]:
        """How many replies of each servo were lost or damaged since the bus was made."""
        wire = self._wire_in_use
        lost = self._lost_before + wire.lost_by_id if wire else self._lost_before
        return {name: lost[motor.id] for name, motor in self.motors.items()}

    def connect(self, handshake: bool = True) -> None:
        """Open the port and, unless told not to, check that every servo is there. Moves nothing.

        Raises:
            DeviceAlreadyConnectedError, ServosMissing, WrongServoModel, FirmwareMixed, and what
            opening raises.
        """
        if self.is_connected:
            raise DeviceAlreadyConnectedError(device=self.port)
        link = self._opener(self.port, DEFAULT_BAUDRATE)
        self._wire_in_use = self._make_wire(link, self._clock)
        try:
            if handshake:
                self._shake_hands()
        except BaseException:
            self._close()
            raise

    @abstractmethod
    def _shake_hands(self) -> None:
        """Raises ServosMissing, WrongServoModel, FirmwareMixed."""

    def disconnect(self, disable_torque: bool = True) -> None:
        """Close the port, whatever happens to the torque before. Raises what torque-off raises."""
        try:
            if disable_torque:
                self.disable_torque(num_retry=_TORQUE_OFF_RETRIES)
        finally:
            self._close()

    @abstractmethod
    def disable_torque(self, motors: Iterable[str] | None = None, num_retry: int = 0) -> None:
        """On every servo that can be reached, of those named or all."""

    def _close(self) -> None:
        counts, wire = self.packets, self._wire_in_use
        self._wire_in_use = None
        if wire is not None:
            self._packets_before = counts
            self._lost_before += wire.lost_by_id
            wire.link.close()
