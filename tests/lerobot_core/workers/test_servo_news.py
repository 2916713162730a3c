"""What a session tells of its servos, from arms simulated byte by byte."""

from pathlib import Path

import pytest
from driven_arms import Bench

from lerobot_core.control.teleoperate import Mode
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.errors import TorqueLost
from lerobot_core.workers.chips import Chips
from lerobot_core.workers.news import News
from lerobot_core.workers.protocol import Event, Problem, ProblemSolved
from lerobot_core.workers.servo_news import ServoNews


class Told:
    """A driven arm, and what the app hears of its servos."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder)
        self.events: list[Event] = []
        self.servos = ServoNews(News(self.events.append, Chips(virtual_rig(), lambda event: None)))
        self.bench.loop.engage()
        self.faults = self.bench.arms.follower.chain.faults

    def run(self, seconds: float) -> list[Event]:
        """What is told in this time."""
        self.events.clear()
        for _ in range(round(seconds * 4)):
            self.bench.run(0.25)
            self.servos.tell(self.bench.loop)
        return list(self.events)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path)


def test_of_healthy_servos_nothing_is_told(told: Told) -> None:
    assert told.run(3) == []


def test_a_warning_is_told_once_and_its_end_too(told: Told) -> None:
    told.faults.celsius[2] = 61
    (warning,) = told.run(2)
    assert isinstance(warning, Problem)
    assert (warning.code, warning.device) == ("servo_warm", "follower shoulder_lift")
    assert warning.facts["celsius"] == 61
    told.faults.celsius[2] = 40
    assert told.run(2) == [ProblemSolved("follower shoulder_lift")]


def test_a_warning_that_becomes_another_takes_its_place(told: Told) -> None:
    told.faults.celsius[2] = 61
    told.run(1)
    told.faults.volts = 4.2
    events = [event for event in told.run(2) if event.device == "follower shoulder_lift"]  # type: ignore[union-attr]
    assert [type(event) for event in events] in ([], [ProblemSolved, Problem])


def test_trouble_of_an_arm_that_holds_is_told_once(told: Told) -> None:
    told.bench.loop.stop()
    told.faults.overloaded.add(3)
    (trouble,) = told.run(3)
    assert isinstance(trouble, Problem)
    assert (trouble.code, trouble.device) == ("servo_overloaded", "follower")
    assert trouble.facts == {"joint": "elbow_flex", "servo_id": 3}


def test_what_is_left_after_something_was_done_is_news_again(told: Told) -> None:
    told.bench.loop.stop()
    told.faults.overloaded |= {3, 4}
    assert [event.facts["servo_id"] for event in told.run(1)] == [3]  # type: ignore[union-attr]
    told.faults.overloaded.discard(3)
    told.servos.forget_trouble()
    told.bench.loop.clear_overload("elbow_flex")
    assert [event.facts["servo_id"] for event in told.run(1)] == [4]  # type: ignore[union-attr]


def test_what_stopped_the_arm_is_not_told_twice(told: Told) -> None:
    servo = told.bench.arms.follower.chain.servo(2)
    servo.power_off()
    servo.power_on()
    with pytest.raises(TorqueLost) as stopped:
        told.run(1)
    told.servos.told(stopped.value)
    assert told.bench.loop.mode is Mode.HOLDING
    assert told.run(2) == []


def test_an_arm_that_is_gone_takes_its_warnings_along(told: Told) -> None:
    told.faults.celsius[2] = 61
    told.run(1)
    told.events.clear()
    told.servos.withdraw()
    assert told.events == [ProblemSolved("follower shoulder_lift")]
