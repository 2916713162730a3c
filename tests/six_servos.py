"""Six servos of either brand on a wire that loses and damages what a test tells it to."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from lerobot_core.motors.bus import Motor
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.serial_bus import SerialBus
from lerobot_core.sim.chain import Chain, Reply
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.types import NormMode

IDS = range(1, 7)
NAMES = tuple("abcdef")
BRANDS = ("feetech", "dynamixel")


class FaultyLink(ChainLink):
    """``lose`` and ``damage``: servo → how many of its next replies. ``lag_s`` is the adapter's."""

    def __init__(self, chain: Chain[Any], place_of_id: int) -> None:
        super().__init__(chain)
        self.lose: Counter[int] = Counter()
        self.damage: Counter[int] = Counter()
        self.lag_s = 0.0
        self.writes = 0
        self._place_of_id = place_of_id

    def reopen(self) -> "FaultyLink":
        self._is_open = True
        return self

    def write(self, data: bytes) -> None:
        self.writes += 1
        before = [*self._coming]
        super().write(data)
        fresh = [reply for reply in self._coming if reply not in before]
        self._coming = before + [
            Reply(late_s + self.lag_s, self._disturb(reply))
            for late_s, reply in fresh
            if not self._is_lost(reply)
        ]
        self._coming.sort(key=lambda reply: reply.delay_s)

    def _is_lost(self, reply: bytes) -> bool:
        return _take_one(self.lose, reply[self._place_of_id])

    def _disturb(self, reply: bytes) -> bytes:
        if not _take_one(self.damage, reply[self._place_of_id]):
            return reply
        return reply[:-1] + bytes((reply[-1] ^ 0x10,))


def _take_one(counts: Counter[int], servo_id: int) -> bool:
    has = counts[servo_id] > 0
    counts[servo_id] -= has
    return has


@dataclass
class SixServos:
    chain: Chain[Any]
    joints: dict[str, HandJoint]
    link: FaultyLink
    bus: SerialBus[Any]

    def read(self, within_s: float | None = 0.02, register: str = "Present_Position") -> list[str]:
        """Who was heard."""
        return list(
            self.bus.sync_read(register, normalize=False, allow_missing=True, within_s=within_s)
        )

    def timed_read(self, within_s: float | None = 0.02) -> tuple[list[str], float]:
        """Who was heard, and how long it took."""
        began_s = self.link.now_s
        heard = self.read(within_s)
        return heard, self.link.now_s - began_s


def six_servos(brand: str) -> SixServos:
    """Connected, with the time of a reply learned, and no return delay."""
    joints = {name: HandJoint() for name in NAMES}
    chain: Chain[Any]
    if brand == "feetech":
        chain = ServoChain([SimulatedServo(n, joints[NAMES[n - 1]]) for n in IDS])
        link, bus_type, model = FaultyLink(chain, 2), FeetechMotorsBus, "sts3215"
    else:
        chain = DynamixelChain([DynamixelServo(n, joints[NAMES[n - 1]]) for n in IDS])
        link, bus_type, model = FaultyLink(chain, 4), DynamixelMotorsBus, "xl330-m288"
    motors = {name: Motor(n, model, NormMode.DEGREES) for n, name in zip(IDS, NAMES, strict=True)}
    bus = bus_type("sim://test/chain", motors, opener=lambda *_: link.reopen(), clock=link.now)
    bus.connect()
    bus.configure_motors()
    for _ in range(20):
        bus.sync_read("Present_Position", normalize=False)
    return SixServos(chain, joints, link, bus)
