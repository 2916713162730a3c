"""SO-101 arms at byte level for tests: joints without mass, time that only moves when told to."""

from dataclasses import dataclass
from functools import partial
from math import degrees, radians
from pathlib import Path

from lerobot_core.control.clock import ManualClock
from lerobot_core.errors import CameraNotFound, PortLost
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.motors.encoding import decode_register, encode_register
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.tables import STS_SMS
from lerobot_core.robots.so_arm import SO_MOTORS, so_motors
from lerobot_core.robots.so_config import SO101FollowerConfig
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.sim.so101 import ChainName, factory_calibration, zero_ticks
from lerobot_core.teleoperators.so_config import SO101LeaderConfig
from lerobot_core.teleoperators.so_leader import SOLeader
from lerobot_core.types import FrameStamp, Image

READ, WRITE, SYNC_READ, SYNC_WRITE = 0x02, 0x03, 0x82, 0x83
TORQUE_ENABLE, GOAL_POSITION, PRESENT_VOLTAGE, HOMING_OFFSET = 40, 42, 62, 31
STEP_S = 1 / 240


@dataclass(frozen=True)
class Packet:
    """One instruction as it went over the wire."""

    servo_id: int
    code: int
    address: int
    data: bytes

    @property
    def switches_torque_on(self) -> bool:
        return self.code == WRITE and self.address == TORQUE_ENABLE and self.data == b"\x01"

    @property
    def moves(self) -> bool:
        """Whether it could make a limp or a held arm move."""
        return self.switches_torque_on or (
            self.code in (WRITE, SYNC_WRITE) and self.address == GOAL_POSITION
        )


class SpyLink(ChainLink):
    """A link that remembers what was written, and loses what it is told to lose."""

    def __init__(self, chain: ServoChain) -> None:
        super().__init__(chain)
        self.packets: list[Packet] = []
        self.lose: set[tuple[int, int]] = set()  # (code, address), until taken out
        self.lose_once: set[tuple[int, int]] = set()
        self.closed = 0

    def write(self, data: bytes) -> None:
        packet = Packet(data[2], data[4], data[5] if len(data) > 6 else -1, data[6:-1])
        self.packets.append(packet)
        kind = packet.code, packet.address
        if kind in self.lose_once:
            self.lose_once.discard(kind)
            return
        if kind not in self.lose:
            super().write(data)

    def close(self) -> None:
        self.closed += 1

    def reopen(self) -> "SpyLink":
        if self.chain.faults.adapter_gone:
            raise PortLost(port=self.address)
        return self


class SimulatedArm:
    """One chain with the factory's calibration in its EEPROM."""

    def __init__(self, chain: ChainName) -> None:
        self.joints = {name: HandJoint() for name in SO_MOTORS}
        self.chain = ServoChain(
            [
                SimulatedServo(servo_id, self.joints[name], zero_ticks=zero_ticks(chain, name))
                for name, servo_id in SO_MOTORS.items()
            ]
        )
        self.link = SpyLink(self.chain)
        self.make_bus = partial(
            FeetechMotorsBus, opener=lambda *_: self.link.reopen(), clock=self.link.now
        )
        bus = self.make_bus("sim://test/chain", so_motors(True), None)
        bus.connect()
        bus.write_calibration(factory_calibration(chain))
        bus.disconnect()
        self.chain.power_cycle()
        self.link.packets.clear()
        self.link.closed = 0

    def move_by_hand(self, **joints_deg: float) -> None:
        for name, angle_deg in joints_deg.items():
            self.joints[name].angle_rad = radians(angle_deg)

    @property
    def pose_deg(self) -> dict[str, float]:
        return {name: degrees(joint.angle_rad) for name, joint in self.joints.items()}

    def register(self, servo_id: int, name: str) -> int:
        """What a servo holds, without a packet."""
        place = STS_SMS[name]
        data = self.chain.servo(servo_id).read(place.address, place.size)
        return decode_register(place, data, "little")

    def put(self, servo_id: int, name: str, value: int) -> None:
        place = STS_SMS[name]
        data = encode_register(place, value, "little")
        self.chain.servo(servo_id).write(place.address, data)

    @property
    def has_torque(self) -> list[bool]:
        return [self.register(servo_id, "Torque_Enable") == 1 for servo_id in SO_MOTORS.values()]


class SimulatedArms(ManualClock):
    """A follower and a leader; advancing the clock lets both move."""

    def __init__(self, folder: Path) -> None:
        super().__init__(100.0)
        self.folder = folder
        self.follower = SimulatedArm("follower")
        self.leader = SimulatedArm("leader")
        for chain in ("follower", "leader"):
            save_calibration(folder / f"{chain}.json", factory_calibration(chain))

    def advance(self, seconds: float) -> None:
        end = self.time_s + seconds
        while self.time_s < end - 1e-9:
            step = min(STEP_S, end - self.time_s)
            self.follower.chain.advance(step)
            self.leader.chain.advance(step)
            self.time_s += step

    def sleep_until(self, due_s: float) -> None:
        self.advance(max(due_s - self.time_s, 0.0))

    def robot(self, **settings: object) -> SOFollower:
        values = {"id": "follower", "port": "sim://test/chain", "calibration_dir": str(self.folder)}
        config = SO101FollowerConfig(**{**values, **settings})  # type: ignore[arg-type]
        return SOFollower(config, make_bus=self.follower.make_bus, now=self.now)

    def teleoperator(self) -> SOLeader:
        config = SO101LeaderConfig(
            id="leader", port="sim://test/chain", calibration_dir=str(self.folder)
        )
        return SOLeader(config, make_bus=self.leader.make_bus)


class StillCamera:
    """A camera that shows one picture, and tells when it is opened and closed."""

    def __init__(self, name: str, story: list[str], picture: Image, *, there: bool = True) -> None:
        self.name = name
        self.ring = Path("/nowhere")
        self.is_connected = False
        self._story = story
        self._picture = picture
        self._there = there

    def connect(self) -> None:
        if not self._there:
            raise CameraNotFound(camera=self.name, address="nowhere")
        self.is_connected = True
        self._story.append(f"{self.name} opened")

    def newest(self) -> FrameStamp:
        return FrameStamp(1, 0)

    def read_latest(self, max_age_ms: float = 500.0) -> Image:
        return self._picture

    def disconnect(self) -> None:
        self.is_connected = False
        self._story.append(f"{self.name} closed")
