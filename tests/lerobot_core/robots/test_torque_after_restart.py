"""A servo that restarts in the middle of engaging has forgotten its goal: it must not jump to 0."""

from collections.abc import Callable
from pathlib import Path

import pytest
from twin_arms import WRITE, Told, TwinArm, TwinArms

from lerobot_core.errors import DeviceError, ServosMissing
from lerobot_core.robots.follower_arm import FollowerArm
from lerobot_core.robots.robot import Robot

JOINT = "elbow_flex"
BOOT_S = 0.035
"""A servo is silent for longer than this."""

NEAR_TICKS = 3
SETTINGS = {
    "so101": {"Acceleration": 254},
    "koch": {"Position_P_Gain": 1500, "Position_D_Gain": 600, "Bus_Watchdog": 50},
}


class Wire:
    """Looks at every packet to one arm, and keeps what should not have happened."""

    def __init__(self, arm: TwinArm, strike: Callable[["Wire", Told], None]) -> None:
        self.arm = arm
        self.wrong: list[str] = []
        self.packets = 0
        self._strike = strike
        self._back_at_s: float | None = None
        self._write = arm.link.write
        arm.link.write = self.write  # type: ignore[method-assign]

    def write(self, data: bytes) -> None:
        if self._back_at_s is not None and self.arm.link.now_s >= self._back_at_s:
            self._start_servo()
        self._strike(self, self.arm.understand(data))
        self.packets += 1
        before = self.arm.torque
        self._write(data)
        for joint, torque in self.arm.torque.items():
            away = abs(self.arm.get(joint, "Goal_Position") - self.arm.servo(joint).present_ticks)
            if torque and not before[joint] and away > NEAR_TICKS:
                self.wrong.append(f"{joint}: {away} ticks after {self.packets} packets")

    def restart_servo(self) -> None:
        self.arm.chain.faults.unplugged.add(self.arm.calibration[JOINT].id)
        self.arm.servo(JOINT).power_off()
        self._back_at_s = self.arm.link.now_s + BOOT_S

    def _start_servo(self) -> None:
        self._back_at_s = None
        self.arm.chain.faults.unplugged.clear()
        self.arm.servo(JOINT).power_on()
        self.arm.servo(JOINT).memory.set("Goal_Position", 0)


def torque_for_joint(arm: TwinArm, told: Told) -> bool:
    """Feetech's and Dynamixel's single writes do not say to whom in what is understood of them."""
    return told.switches_torque_on and list(arm.torque.values())[:3] == [1, 1, 0]


def engage(robot: Robot) -> bool:
    try:
        robot.enable_torque()
    except DeviceError:
        return False
    return True


@pytest.mark.parametrize("kind", SETTINGS)
def test_no_torque_with_a_forgotten_goal_whenever_it_restarts(kind: str, tmp_path: Path) -> None:
    engaged = set()
    for number in range(70):

        def strike(wire: Wire, told: Told, number: int = number) -> None:
            if wire.packets == number:
                wire.restart_servo()

        bench = TwinArms(kind, tmp_path)
        robot, arm = bench.robot(), bench.followers[0]
        robot.connect()
        wire = Wire(arm, strike)
        is_engaged = engage(robot)
        assert wire.wrong == [], f"restarted before packet {number}"
        if wire.packets <= number:
            break  # it was engaged by then
        engaged.add(is_engaged)
        if is_engaged and arm.torque[JOINT]:
            for register, value in SETTINGS[kind].items():
                assert arm.get(JOINT, register) == value, f"restarted before packet {number}"
        elif not is_engaged:
            assert not any(value for joint, value in arm.torque.items() if joint != JOINT)
    else:
        pytest.fail("engaging takes more packets than were tried")
    assert True in engaged


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_lost_answer_to_torque_has_the_goal_looked_at_again(kind: str, tmp_path: Path) -> None:
    struck: list[int] = []

    def strike(wire: Wire, told: Told) -> None:
        if not struck and torque_for_joint(wire.arm, told):
            struck.append(wire.packets)
            wire.arm.chain.faults.unplugged.add(wire.arm.calibration[JOINT].id)
            bench.story.clear()
        elif told.code != WRITE and struck:  # by the time of the next question it is back
            wire.arm.chain.faults.unplugged.clear()

    bench = TwinArms(kind, tmp_path)
    robot, arm = bench.robot(), bench.followers[0]
    robot.connect()
    Wire(arm, strike)
    arm.move_by_hand(elbow_flex=20)
    robot.enable_torque()
    assert struck
    assert arm.torque[JOINT] == 1
    told = [said.register for said in bench.story if not said.is_answer]
    again = told.index("Torque_Enable", 1)
    assert "Goal_Position" in told[:again]
    assert "Present_Position" in told[:again]


@pytest.mark.parametrize("kind", ["so101", "koch", "bi_so101", "bi_koch"])
@pytest.mark.parametrize("cut_before", [1, 3])
def test_all_silent_servos_are_named_not_the_one_spoken_to(
    kind: str, cut_before: int, tmp_path: Path
) -> None:
    bench = TwinArms(kind, tmp_path)
    robot, arm = bench.robot(), bench.followers[0]
    robot.connect()

    def strike(wire: Wire, told: Told) -> None:
        if list(arm.torque.values()).count(1) == 4:
            arm.chain.faults.cut_before = cut_before

    Wire(arm, strike)
    with pytest.raises(ServosMissing) as caught:
        robot.enable_torque()
    assert f"servo {cut_before}" in str(caught.value)
    assert "servo 6" in str(caught.value)
    if kind.startswith("bi_"):
        assert "left" in str(caught.value)
        assert not any(bench.followers[1].torque.values())


def test_a_servo_that_restarts_has_its_turns_found_again(tmp_path: Path) -> None:
    struck: list[int] = []

    def strike(wire: Wire, told: Told) -> None:
        if not struck and torque_for_joint(wire.arm, told):
            struck.append(wire.packets)
            wire.restart_servo()

    bench = TwinArms("koch", tmp_path)
    robot, arm = bench.robot(), bench.followers[0]
    robot.connect()
    for turned_deg in (60, 120, 180, 240, 300, 360, 380):  # by hand, so that it counts one turn
        arm.move_by_hand(elbow_flex=turned_deg)
        bench.advance(0.05)
    wire = Wire(arm, strike)
    before = arm.servo(JOINT).present_ticks
    robot.enable_torque()
    assert struck
    assert abs(arm.servo(JOINT).present_ticks - before) > 4000  # it counts from the start again
    assert wire.wrong == []
    bench.advance(0.5)
    assert arm.pose_deg[2] == pytest.approx(380, abs=0.5)


def test_clearing_an_overload_looks_at_the_goal_again_too(tmp_path: Path) -> None:
    bench = TwinArms("so101", tmp_path)
    robot, arm = bench.robot(), bench.followers[0]
    assert isinstance(robot, FollowerArm)
    robot.connect()
    robot.enable_torque()
    struck: list[int] = []

    def strike(wire: Wire, told: Told) -> None:
        if told.switches_torque_on and not struck:
            struck.append(wire.packets)
            wire.restart_servo()

    wire = Wire(arm, strike)
    robot.clear_overload(f"{JOINT}.pos")
    assert wire.wrong == []
    assert arm.torque[JOINT] == 1
    assert arm.get(JOINT, "Acceleration") == 254
