"""Two simulated arms under a loop, on a clock that the test moves."""

from collections.abc import Mapping
from pathlib import Path

from simulated_arms import GOAL_POSITION, SYNC_WRITE, SimulatedArms

from lerobot_core.control.clock import Pace
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.control.tick import Tick
from lerobot_core.types import FrameStamp, JointValues

HZ = 60


class Watcher:
    """Keeps what it was shown."""

    def __init__(self) -> None:
        self.ticks: list[Tick] = []
        self.trouble: Exception | None = None

    def on_tick(self, tick: Tick) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.ticks.append(tick)


class OneFrame:
    def newest(self) -> Mapping[str, FrameStamp]:
        return {"top": FrameStamp(7, 123)}


class Pose:
    """A source that points to one pose."""

    def __init__(self, pose: JointValues) -> None:
        self.pose = pose

    def get_action(self) -> JointValues:
        return dict(self.pose)


class Bench:
    """Two connected arms and a loop on a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.arms = SimulatedArms(folder)
        self.robot = self.arms.robot()
        self.leader = self.arms.teleoperator()
        self.told: list[bool] = []
        self.leader.engaged = self.told.append  # type: ignore[method-assign]
        self.robot.connect()
        self.leader.connect()
        self.watcher = Watcher()
        self.loop = self.teleoperation = Teleoperation(
            self.robot,
            self.leader,
            self.arms,
            frames=OneFrame(),
            observers=[self.watcher],
            ease_in_s=1.0,
        )
        self.pace = Pace(HZ, self.arms)

    def run(self, seconds: float) -> list[Tick]:
        return [self.teleoperation.tick(self.pace.wait()) for _ in range(round(seconds * HZ))]

    @property
    def goals_written(self) -> int:
        kinds = [(packet.code, packet.address) for packet in self.arms.follower.link.packets]
        return kinds.count((SYNC_WRITE, GOAL_POSITION))
