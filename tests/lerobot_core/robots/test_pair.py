"""Words and keys of two arms that are one."""

import pytest

from lerobot_core.errors import (
    GoalNotTaken,
    PortLost,
    ServoAlarm,
    ServoNotResponding,
    ServosMissing,
    SettingInvalid,
    TorqueNotOff,
    WorkbenchError,
)
from lerobot_core.robots.pair import all_of, joined, naming, side_of, split


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            GoalNotTaken(joint="gripper", servo_id=6),
            "right_gripper (servo 6) does not take its position as its target.",
        ),
        (ServoNotResponding(servo_id=3), "Servo 3 of the right arm does not answer."),
        (
            ServoAlarm(servo_id=3, alarm="overload"),
            "Servo 3 of the right arm reports: overload.",
        ),
        (
            TorqueNotOff(servos="gripper (servo 6)"),
            "Torque could not be switched off: gripper (servo 6) of the right arm did not "
            "confirm it.",
        ),
        (
            ServosMissing(missing="gripper (servo 6)", device="so_follower lab_right"),
            "gripper (servo 6) of so_follower lab_right did not answer.",
        ),
        (PortLost(port="/dev/ttyACM1"), "The connection to /dev/ttyACM1 was lost."),
    ],
)
def test_errors_say_which_arm_they_are_about(error: WorkbenchError, said: str) -> None:
    with pytest.raises(type(error)) as caught, naming("right"):
        raise error
    assert str(caught.value) == said


def test_keys_come_together_and_go_apart() -> None:
    arms = {"left": {"gripper.pos": 1.0}, "right": {"gripper.pos": 2.0}}
    values = joined(arms, dict)
    assert values == {"left_gripper.pos": 1.0, "right_gripper.pos": 2.0}
    assert split(values) == arms
    assert split({}) == {"left": {}, "right": {}}


@pytest.mark.parametrize("key", ["gripper.pos", "left_", "middle_gripper.pos", "leftgripper"])
def test_a_key_without_a_side_is_nobody_s(key: str) -> None:
    with pytest.raises(SettingInvalid, match="neither left_ nor right_"):
        side_of(key)


def test_what_is_done_to_all_is_done_whatever_one_says() -> None:
    done: list[str] = []

    def act(arm: str) -> None:
        done.append(arm)
        raise PortLost(port=arm)

    with pytest.raises(PortLost, match="a"):
        all_of({"left": "a", "right": "b"}, act)
    assert done == ["a", "b"]


def test_servos_of_both_that_stay_stiff_are_told_in_one_breath() -> None:
    def act(arm: str) -> None:
        raise TorqueNotOff(servos=arm)

    with pytest.raises(TorqueNotOff, match="x of the left arm; y of the right arm"):
        all_of({"left": "x", "right": "y"}, act)
