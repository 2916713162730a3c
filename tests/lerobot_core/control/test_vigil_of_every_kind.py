"""What stops an arm, and what brings it back, on arms of every kind, single and in pairs."""

from pathlib import Path

import pytest
from twin_arms import KINDS, TwinArm, TwinArms

from lerobot_core.control.clock import Pace
from lerobot_core.control.teleoperate import Mode, Teleoperation
from lerobot_core.errors import (
    DeviceError,
    JointBlocked,
    ServoOverloaded,
    ServoTooHot,
    SupplyFailing,
    TorqueLost,
)

HZ = 60
JOINT = "elbow_flex"


class Driven:
    """Arms of one kind, engaged; faults happen to the last of the followers."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.arms = TwinArms(kind, folder)
        robot, leader = self.arms.robot(), self.arms.teleoperator()
        robot.connect()
        leader.connect()
        self.loop = Teleoperation(robot, leader, self.arms, ease_in_s=0.3)
        self.pace = Pace(HZ, self.arms)
        self.loop.engage()
        self.run(0.7)

    @property
    def arm(self) -> TwinArm:
        return self.arms.followers[-1]

    @property
    def servo_id(self) -> int:
        return self.arm.calibration[JOINT].id

    @property
    def named(self) -> str:
        """As the robot calls the joint."""
        return f"right_{JOINT}" if len(self.arms.followers) > 1 else JOINT

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * HZ)):
            self.loop.tick(self.pace.wait())

    def stopped_within(self, seconds: float) -> DeviceError:
        with pytest.raises(DeviceError) as stopped:
            self.run(seconds)
        assert stopped.value.facts["joint"] == self.named
        assert stopped.value.facts["servo_id"] == self.servo_id
        return stopped.value


@pytest.fixture(params=KINDS)
def driven(request: pytest.FixtureRequest, tmp_path: Path) -> Driven:
    return Driven(request.param, tmp_path)


def test_an_overload_is_found_named_and_cleared(driven: Driven) -> None:
    faults = driven.arm.chain.faults
    faults.overloaded.add(driven.servo_id)
    error = driven.stopped_within(1.0)
    # A Dynamixel servo lets go, one of Feetech's goes on with little force.
    assert isinstance(error, TorqueLost if driven.arm.is_dynamixel else ServoOverloaded)
    assert driven.loop.mode is Mode.HOLDING
    others = {joint: on for joint, on in driven.arm.torque.items() if joint != JOINT}
    assert set(others.values()) == {1}
    faults.overloaded.clear()
    driven.loop.clear_overload(driven.named)
    assert driven.loop.mode is Mode.HOLDING
    assert set(driven.arm.torque.values()) == {1}
    driven.loop.engage()
    driven.run(1.0)
    assert driven.loop.trouble is None


def test_a_servo_that_started_afresh_is_named_and_holds_again(driven: Driven) -> None:
    servo = driven.arm.servo(JOINT)
    servo.power_off()
    servo.power_on()
    assert isinstance(driven.stopped_within(1.0), TorqueLost)
    driven.loop.engage()
    driven.run(1.0)
    assert driven.loop.mode is Mode.FOLLOWING
    assert set(driven.arm.torque.values()) == {1}


def test_heat_stops_the_arm_before_the_servo_lets_go(driven: Driven) -> None:
    limit = driven.loop.vigil.limits[f"{driven.named}.pos"].celsius
    driven.arm.chain.faults.celsius[driven.servo_id] = limit - 1
    assert isinstance(driven.stopped_within(1.0), ServoTooHot)
    assert set(driven.arm.torque.values()) == {1}


def test_a_joint_that_is_held_up_is_named(driven: Driven) -> None:
    driven.arm.joints[JOINT].is_blocked = True
    driven.arms.leaders[-1].move_by_hand(**{JOINT: 40.0})
    error = driven.stopped_within(3.0)
    assert isinstance(error, JointBlocked)
    assert driven.loop.mode is Mode.HOLDING


def test_a_supply_that_fails_stops_the_arm(driven: Driven) -> None:
    arm = driven.arm
    lowest = min(limits.low_volts for limits in driven.loop.vigil.limits.values())
    arm.chain.faults.volts = lowest - 0.3
    with pytest.raises((SupplyFailing, TorqueLost)):
        driven.run(1.5)
    assert driven.loop.mode is not Mode.FOLLOWING
