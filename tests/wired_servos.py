"""Servos on a wire for tests: plugged in and out as an operator does, every instruction noted."""

from collections.abc import Sequence

from lerobot_core.errors import SettingInvalid
from lerobot_core.motors.packets import BROADCAST_ID
from lerobot_core.motors.tables import BAUD_CODES
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain

WRITING = {0x03, 0x04, 0x05, 0x83}  # WRITE, REG_WRITE, ACTION, SYNC_WRITE


class WatchedLink(ChainLink):
    """A link that notes what was sent, and knows rates that it cannot do."""

    def __init__(self, chain: ServoChain, impossible: Sequence[int] = ()) -> None:
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
        return [packet for packet in self.sent if packet[4] in WRITING]


class DeafToBroadcasts(WatchedLink):
    """A wire on which broadcasts reach nobody."""

    def write(self, data: bytes) -> None:
        if data[2] != BROADCAST_ID:
            super().write(data)


def servo(
    servo_id: int,
    *,
    model: str = "sts3215",
    baudrate: int = 1_000_000,
    firmware: tuple[int, int] = (3, 10),
    angle_rad: float | None = None,
) -> SimulatedServo:
    """Each servo stands elsewhere, as on a real arm."""
    angle = 0.1 + servo_id * 0.13 if angle_rad is None else angle_rad
    made = SimulatedServo(servo_id, HandJoint(angle), model=model)
    made.memory.set("Baud_Rate", BAUD_CODES[baudrate], keep=True)
    made.memory.set("Firmware_Major_Version", firmware[0], keep=True)
    made.memory.set("Firmware_Minor_Version", firmware[1], keep=True)
    return made


def wire(*servos: SimulatedServo) -> WatchedLink:
    return WatchedLink(ServoChain(servos))
