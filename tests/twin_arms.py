"""All kinds of arms at byte level for tests: no mass, and time that only moves when told to."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import degrees, radians
from pathlib import Path
from typing import Any

from lerobot_core.control.clock import ManualClock
from lerobot_core.errors import PortLost
from lerobot_core.motors.bus import Motor, MotorsBus
from lerobot_core.motors.calibration import MotorCalibration, save_calibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots import RobotConfig
from lerobot_core.robots.bimanual import BimanualFollower
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.koch_follower import KochFollower
from lerobot_core.robots.robot import Robot
from lerobot_core.robots.so_follower import SOFollower
from lerobot_core.sim.assembly import assemble
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.twins import TWINS, ArmTwin
from lerobot_core.teleoperators import TeleoperatorConfig
from lerobot_core.teleoperators.bimanual import BimanualLeader
from lerobot_core.teleoperators.koch_leader import KochLeader
from lerobot_core.teleoperators.leader_arm import LeaderArm
from lerobot_core.teleoperators.so_leader import SOLeader
from lerobot_core.teleoperators.teleoperator import Teleoperator

KINDS = list(TWINS)
STEP_S = 1 / 100
READ, WRITE, SYNC_READ, SYNC_WRITE, REBOOT = 0x02, 0x03, 0x82, 0x83, 0x08

_CONFIGS = {
    "so100": ("so100_follower", "so100_leader"),
    "so101": ("so101_follower", "so101_leader"),
    "koch": ("koch_follower", "koch_leader"),
    "bi_so101": ("bi_so_follower", "bi_so_leader"),
    "bi_koch": ("bi_koch_follower", "bi_koch_leader"),
}


@dataclass(frozen=True)
class Told:
    """One instruction as it went over a wire, or “” where an answer was read."""

    chain: str
    code: int = 0
    register: str = ""
    data: bytes = b""
    is_answer: bool = False

    @property
    def switches_torque_on(self) -> bool:
        return (self.code, self.register, self.data[:1]) == (WRITE, "Torque_Enable", b"\1")

    @property
    def moves(self) -> bool:
        """Whether it could make a limp or a held arm move."""
        return self.switches_torque_on or (
            self.code in (WRITE, SYNC_WRITE) and self.register == "Goal_Position"
        )


class TwinLink(ChainLink):
    """Tells a story that all links of a bench share; loses what it is told to lose."""

    def __init__(self, arm: "TwinArm", story: list[Told]) -> None:
        super().__init__(arm.chain, f"sim://test/{arm.name}")
        self._arm = arm
        self._story = story
        self.lose: set[tuple[int, str]] = set()  # (code, register), until taken out
        self.exchange_s = 0.0  # what the chain lives through with every packet

    def write(self, data: bytes) -> None:
        if self.exchange_s:
            self.chain.advance(self.exchange_s)
        told = self._arm.understand(data)
        self._story.append(told)
        if (told.code, told.register) not in self.lose:
            super().write(data)

    def read(self, size: int, timeout_s: float) -> bytes:
        received = super().read(size, timeout_s)
        self._story.append(Told(self._arm.name, is_answer=True))
        return received

    def close(self) -> None:
        self._arm.closed += 1

    def reopen(self) -> "TwinLink":
        if self.chain.faults.adapter_gone:
            raise PortLost(port=self.address)
        return self


class TwinArm:
    """One chain, set up and calibrated, its joints at 0."""

    def __init__(self, name: str, twin: ArmTwin, story: list[Told]) -> None:
        self.name = name
        self.twin = twin
        self.joints = {part.joint: HandJoint() for part in twin.parts}
        self.chain = assemble(twin, self.joints)
        self.closed = 0
        self.link = TwinLink(self, story)
        self._places = {place.address: name for name, place in self._registers.items()}

    @property
    def calibration(self) -> dict[str, MotorCalibration]:
        return {part.joint: part.calibration for part in self.twin.parts}

    @property
    def _registers(self) -> Mapping[str, Any]:
        from lerobot_core.motors.dynamixel_tables import X_SERIES
        from lerobot_core.motors.tables import STS_SMS

        return X_SERIES if self.is_dynamixel else STS_SMS

    @property
    def is_dynamixel(self) -> bool:
        return self.twin.brand == "dynamixel"

    def make_bus(
        self,
        port: str,
        motors: Mapping[str, Motor],
        calibration: Mapping[str, MotorCalibration] | None,
    ) -> MotorsBus:
        brand = DynamixelMotorsBus if self.is_dynamixel else FeetechMotorsBus
        return brand(
            port,
            motors,
            calibration,
            opener=lambda *_: self.link.reopen(),
            clock=self.link.now,
        )

    def understand(self, data: bytes) -> Told:
        if self.is_dynamixel:
            code, address, rest = data[7], int.from_bytes(data[8:10], "little"), data[10:-2]
        else:
            code, address, rest = data[4], data[5], data[6:-1]
        return Told(self.name, code, self._places.get(address, ""), rest)

    def servo(self, joint: str) -> Any:
        return self.chain.servo(self.calibration[joint].id)

    def get(self, joint: str, register: str) -> int:
        return int(self.servo(joint).memory.get(register))

    def put(self, joint: str, register: str, value: int) -> None:
        self.servo(joint).keep(register, value)

    @property
    def torque(self) -> dict[str, int]:
        return {joint: self.get(joint, "Torque_Enable") for joint in self.joints}

    @property
    def pose_deg(self) -> list[float]:
        return [degrees(joint.angle_rad) for joint in self.joints.values()]

    def move_by_hand(self, **joints_deg: float) -> None:
        for name, angle_deg in joints_deg.items():
            self.joints[name].angle_rad = radians(angle_deg)


class TwinArms(ManualClock):
    """All arms of a kind of bench; advancing the clock lets them move."""

    def __init__(self, kind: str, folder: Path) -> None:
        super().__init__(100.0)
        self.kind = kind
        self.folder = folder
        self.story: list[Told] = []
        self.arms = {
            name: TwinArm(name, twin, self.story) for name, twin in TWINS[kind].arms.items()
        }
        for name, arm in self.arms.items():
            save_calibration(folder / _file_of(name), arm.calibration)

    @property
    def followers(self) -> list[TwinArm]:
        return [arm for name, arm in self.arms.items() if name.endswith("follower")]

    @property
    def leaders(self) -> list[TwinArm]:
        return [arm for name, arm in self.arms.items() if name.endswith("leader")]

    def advance(self, seconds: float) -> None:
        end = self.time_s + seconds
        while self.time_s < end - 1e-9:
            step = min(STEP_S, end - self.time_s)
            for arm in self.arms.values():
                arm.chain.advance(step)
            self.time_s += step

    def sleep_until(self, due_s: float) -> None:
        self.advance(max(due_s - self.time_s, 0.0))

    def robot_config(self, **of_each_arm: Any) -> RobotConfig:
        return RobotConfig.from_dict(self._values("follower", of_each_arm))

    def teleoperator_config(self, **of_each_arm: Any) -> TeleoperatorConfig:
        return TeleoperatorConfig.from_dict(self._values("leader", of_each_arm))

    def robot(self, **of_each_arm: Any) -> Robot:
        config: Any = self.robot_config(**of_each_arm)
        if config.kind.startswith("bi_"):
            return BimanualFollower(config, build=self.build_follower)
        return self.build_follower(config)

    def teleoperator(self, **of_each_arm: Any) -> Teleoperator:
        config: Any = self.teleoperator_config(**of_each_arm)
        if config.kind.startswith("bi_"):
            return BimanualLeader(config, build=self.build_leader)
        return self.build_leader(config)

    def build_follower(self, config: Any) -> FollowerArm:
        brand: Any = KochFollower if config.kind.startswith("koch") else SOFollower
        made: FollowerArm = brand(config, make_bus=self.arms[config.port].make_bus, now=self.now)
        return made

    def build_leader(self, config: Any) -> LeaderArm[Any]:
        brand: Any = KochLeader if config.kind.startswith("koch") else SOLeader
        made: LeaderArm[Any] = brand(config, make_bus=self.arms[config.port].make_bus, now=self.now)
        return made

    def _values(self, role: str, of_each_arm: Mapping[str, Any]) -> dict[str, Any]:
        kind = _CONFIGS[self.kind][0 if role == "follower" else 1]
        values: dict[str, Any] = {"type": kind, "calibration_dir": str(self.folder), "id": role}
        if not kind.startswith("bi_"):
            return {**values, "port": role, **of_each_arm}
        for side in ("left", "right"):
            values[f"{side}_arm_config"] = {"port": f"{side}_{role}", **of_each_arm}
        return values


def _file_of(chain: str) -> str:
    """``left_follower`` → ``follower_left.json``."""
    side, _, role = chain.rpartition("_")
    return f"{role}_{side}.json" if side else f"{role}.json"
