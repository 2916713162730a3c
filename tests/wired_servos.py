"""Servos on a wire for tests: plugged in and out as an operator does, every instruction noted."""

from collections.abc import Sequence
from typing import Any

from lerobot_core.errors import SettingInvalid
from lerobot_core.motors.dynamixel_packets import HEADER as DYNAMIXEL_HEADER
from lerobot_core.motors.packets import BROADCAST_ID
from lerobot_core.motors.tables import BAUD_CODES
from lerobot_core.sim.chain import Chain
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain

READING = {0x01, 0x02, 0x82, 0x92}  # PING, READ, SYNC_READ, BULK_READ


class WatchedLink(ChainLink):
    """A link that notes what was sent, and knows rates that it cannot do."""

    def __init__(self, chain: Chain[Any], impossible: Sequence[int] = ()) -> None:
        super().__init__(chain)
        self.sent: list[bytes] = []
        self.impossible = impossible

    def set_baudrate(self, baudrate: int) -> None:
        if baudrate in self.impossible:
            raise SettingInvalid(setting=f"{baudrate} baud", reason="the adapter cannot")
        super().set_baudrate(baudrate)

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        super().write(data)

    @property
    def written(self) -> list[bytes]:
        """Instructions that change something in a servo."""
        return [packet for packet in self.sent if _instruction(packet) not in READING]


def _instruction(packet: bytes) -> int:
    return packet[7 if packet.startswith(DYNAMIXEL_HEADER) else 4]


class DeafToBroadcasts(WatchedLink):
    """A wire on which broadcasts reach nobody."""

    def write(self, data: bytes) -> None:
        if data[4 if data.startswith(DYNAMIXEL_HEADER) else 2] != BROADCAST_ID:
            super().write(data)


class SharedWire(WatchedLink):
    """Servos of two brands on one wire: each hears all and heeds what is in its own packets."""

    def __init__(self, chain: Chain[Any], other: Chain[Any]) -> None:
        super().__init__(chain)
        self.other = ChainLink(other)

    def set_baudrate(self, baudrate: int) -> None:
        super().set_baudrate(baudrate)
        self.other.set_baudrate(baudrate)

    def write(self, data: bytes) -> None:
        super().write(data)
        self.other.write(data)

    def read(self, size: int, timeout_s: float) -> bytes:
        received = super().read(size, timeout_s)
        return received + self.other.read(size - len(received), timeout_s)

    def discard_input(self) -> None:
        super().discard_input()
        self.other.discard_input()


def servo(
    servo_id: int,
    *,
    model: str = "sts3215",
    baudrate: int = 1_000_000,
    firmware: tuple[int, int] = (3, 10),
    angle_rad: float | None = None,
) -> SimulatedServo:
    """Each servo stands elsewhere, as on a real arm."""
    made = SimulatedServo(servo_id, HandJoint(_angle(servo_id, angle_rad)), model=model)
    made.memory.set("Baud_Rate", BAUD_CODES[baudrate], keep=True)
    made.memory.set("Firmware_Major_Version", firmware[0], keep=True)
    made.memory.set("Firmware_Minor_Version", firmware[1], keep=True)
    return made


def scs_servo(servo_id: int, *, model: str = "scs0009", **options: Any) -> SimulatedServo:
    return servo(servo_id, model=model, **options)


def x_servo(
    servo_id: int,
    *,
    model: str = "xl330-m288",
    baudrate: int = 1_000_000,
    angle_rad: float | None = None,
) -> DynamixelServo:
    plant = HandJoint(_angle(servo_id, angle_rad))
    return DynamixelServo(servo_id, plant, model=model, baudrate=baudrate)


def wire(*servos: SimulatedServo) -> WatchedLink:
    return WatchedLink(ServoChain(servos))


def x_wire(*servos: DynamixelServo) -> WatchedLink:
    return WatchedLink(DynamixelChain(servos))


def _angle(servo_id: int, angle_rad: float | None) -> float:
    return 0.1 + servo_id * 0.13 if angle_rad is None else angle_rad
