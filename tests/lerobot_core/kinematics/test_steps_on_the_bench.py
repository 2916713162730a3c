"""Tool-space steps through real buses into MuJoCo's arm: its tool goes where it is led."""

import mujoco
import numpy as np
import pytest

from lerobot_core.kinematics.arms import described_arm
from lerobot_core.kinematics.joint_keys import angles_of, values_of
from lerobot_core.kinematics.steps import StepOutcome, ToolDelta, ToolStepper
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.robots.so_arm import so_motors
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.so101 import factory_calibration

HZ = 60
READY_DEG = {
    "shoulder_pan": 0.0,
    "shoulder_lift": 5.0,
    "elbow_flex": 5.0,
    "wrist_flex": 70.0,
    "wrist_roll": 0.0,
    "gripper": 20.0,
}


class LedArm:
    """The bench's follower on its bus; time passes in ticks."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.link = ChainLink(self.bench.chains["follower"])
        self.bus = FeetechMotorsBus(
            self.link.address,
            so_motors(True),
            factory_calibration("follower"),
            opener=lambda *_: self.link,
            clock=self.link.now,
        )
        self.bus.connect()
        self.bus.enable_torque()
        self.data = mujoco.MjData(self.bench.world.physics.model)

    def pose(self):
        return {
            f"{joint}.pos": value for joint, value in self.bus.sync_read("Present_Position").items()
        }

    def send(self, targets) -> None:
        goals = {key.removesuffix(".pos"): value for key, value in targets.items()}
        self.bus.sync_write("Goal_Position", goals)
        self.bench.advance(1 / HZ)

    def tool_m(self):
        physics = self.bench.world.physics
        self.data.qpos[:] = physics.positions()
        mujoco.mj_kinematics(physics.model, self.data)
        return np.array(self.data.site("gripperframe").xpos)


@pytest.fixture
def arm():
    led = LedArm()
    start = led.pose()
    for tick in range(2 * HZ):
        share = (tick + 1) / (2 * HZ)
        led.send(
            {
                f"{joint}.pos": start[f"{joint}.pos"] + share * (end - start[f"{joint}.pos"])
                for joint, end in READY_DEG.items()
            }
        )
    for _ in range(HZ // 2):
        led.send({f"{joint}.pos": end for joint, end in READY_DEG.items()})
    yield led
    led.bus.disconnect()
    led.bench.close()


@pytest.mark.parametrize("way_m", [(0.06, 0.0, 0.0), (0.0, 0.08, 0.0), (0.0, 0.0, 0.06)])
def test_the_tool_goes_straight_where_it_is_led(arm, way_m):
    chain = described_arm("so101_follower")
    present = arm.pose()
    stepper = ToolStepper(chain, angles_of(chain, present))
    begin, way = arm.tool_m(), np.array(way_m)
    off_the_line = []
    for _ in range(HZ):
        step = stepper.step(ToolDelta(*(way / HZ)))
        assert step.outcome is StepOutcome.DONE
        arm.send(values_of(chain, step.angles_rad, others=present))
        here = arm.tool_m() - begin
        along = way * (here @ way) / (way @ way)
        off_the_line.append(np.linalg.norm(here - along))
    for _ in range(HZ // 2):
        arm.send(values_of(chain, stepper.angles_rad, others=present))
    assert arm.tool_m() - begin == pytest.approx(way, abs=2e-3)
    assert max(off_the_line) < 4e-3  # encoder steps, gravity, and joints that follow a little late
