"""What the app is told, and how often."""

from pathlib import Path

import pytest
from driven_arms import Bench

from lerobot_core.control.servo_watch import Concern, Finding, Level
from lerobot_core.control.tick import Tick
from lerobot_core.errors import ServoOverloaded
from lerobot_core.types import ServoReading
from lerobot_core.workers.protocol import DeviceState, Telemetry
from lerobot_core.workers.reports import (
    Every,
    JointBoard,
    TelemetryObserver,
    arm_reading,
    camera_reading,
    loop_statistics,
)


def tick(due_s: float, position: float, stale: dict[str, int] | None = None) -> Tick:
    joints = {"elbow_flex.pos": position}
    return Tick(0, due_s, joints, {}, joints, joints, False, 1.0, stale or {})


def test_a_rate_is_kept_however_often_it_is_asked() -> None:
    every = Every(10)
    assert sum(every.is_due(step / 1000) for step in range(1000)) == 10


def test_after_a_pause_a_rate_does_not_catch_up_in_a_burst() -> None:
    every = Every(10)
    every.is_due(0.0)
    assert every.is_due(5.0)
    assert not every.is_due(5.01)


def test_telemetry_carries_every_joint_with_what_is_known_of_it() -> None:
    sent: list[Telemetry] = []
    board = JointBoard(servos={"elbow_flex.pos": ServoReading(12.0, 7.4, 31.0)})
    observer = TelemetryObserver(sent.append, board)
    observer.on_tick(tick(0.0, 42.0))
    observer.on_tick(tick(0.001, 43.0))

    (telemetry,) = sent
    row = telemetry.joints["elbow_flex"]
    assert (row.leader, row.goal, row.position) == (42.0, 42.0, 42.0)
    assert (row.load_percent, row.celsius, row.stale) == (12.0, 31.0, False)


def test_a_silent_joint_is_marked_and_keeps_its_last_value() -> None:
    sent: list[Telemetry] = []
    TelemetryObserver(sent.append, JointBoard()).on_tick(tick(0.0, 42.0, {"elbow_flex.pos": 3}))
    assert sent[0].joints["elbow_flex"].stale
    assert sent[0].joints["elbow_flex"].position == 42.0


def test_an_arm_shows_its_weakest_voltage_and_its_hottest_servo() -> None:
    servos = {"a.pos": ServoReading(0, 7.4, 31.0), "b.pos": ServoReading(0, 7.1, 44.0)}
    reading = arm_reading("follower", "robot", servos, {})
    assert (reading.state, reading.volts, reading.celsius) == (DeviceState.OK, 7.1, 44.0)


def finding(level: Level, seconds_left: float | None) -> Finding:
    return Finding("b.pos", Concern.HEAT, level, 60.0, 70.0, seconds_left)


def test_an_arm_tells_which_servo_nears_its_limit_and_how_long_it_has() -> None:
    servos = {"b.pos": ServoReading(0, 7.1, 60.0)}
    reading = arm_reading("follower", "robot", servos, {}, [finding(Level.WARN, 90.0)])
    assert (reading.state, reading.word) == (DeviceState.WARN, "b hot")
    assert (reading.limit, reading.limit_joint, reading.limit_s) == ("heat", "b", 90.0)
    assert reading.celsius == 60.0
    reading = arm_reading("follower", "robot", servos, {}, [finding(Level.CRITICAL, None)])
    assert reading.state is DeviceState.BAD


def test_an_arm_names_the_joint_whose_servo_protects_itself() -> None:
    trouble = ServoOverloaded(joint="elbow_flex", servo_id=3)
    reading = arm_reading("follower", "robot", {}, {}, [finding(Level.WARN, 9.0)], trouble)
    assert (reading.state, reading.word) == (DeviceState.BAD, "elbow_flex overloaded")


def test_a_joint_tells_how_long_its_servo_can_go_on() -> None:
    sent: list[Telemetry] = []
    board = JointBoard(limits_s={"elbow_flex.pos": 80.0})
    TelemetryObserver(sent.append, board).on_tick(tick(0.0, 42.0))
    assert sent[0].joints["elbow_flex"].limit_s == 80.0


def test_the_loop_counts_lost_readings_of_each_joint(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.run(0.1)
    bench.arms.follower.chain.faults.unplugged.add(6)
    bench.arms.leader.chain.faults.unplugged.add(2)
    bench.run(0.2)
    statistics = loop_statistics(bench.loop, bench.pace)
    assert statistics.lost_by_joint["gripper"] >= 12
    assert statistics.lost_by_joint.get("elbow_flex", 0) == 0
    assert statistics.leader_lost_by_joint["shoulder_lift"] >= 12
    assert statistics.lost_packets > 0


def test_an_arm_names_the_joint_that_is_silent_for_longest() -> None:
    reading = arm_reading("follower", "robot", {}, {"a.pos": 1, "b.pos": 4})
    assert (reading.state, reading.word) == (DeviceState.WARN, "b silent")


@pytest.mark.parametrize(
    ("fps", "age_ms", "state", "word"),
    [
        (30.0, 20.0, DeviceState.OK, ""),
        (22.0, 20.0, DeviceState.WARN, "22 of 30 fps"),
        (30.0, 900.0, DeviceState.BAD, "no picture"),
    ],
)
def test_a_camera_says_when_it_is_slow_or_frozen(
    fps: float, age_ms: float, state: DeviceState, word: str
) -> None:
    reading = camera_reading("top", fps, 30.0, age_ms)
    assert (reading.state, reading.word) == (state, word)


@pytest.mark.parametrize("concern", [Concern.OVERLOAD, Concern.CURRENT])
def test_a_strain_is_shown_once_it_is_more_than_a_grip(concern: Concern) -> None:
    def strain(left_s: float) -> Finding:
        return Finding("gripper.pos", concern, Level.WARN, 27.0, 25.0, left_s)

    assert arm_reading("follower", "robot", {}, {}, [strain(1.5)]).state is DeviceState.OK
    shown = arm_reading("follower", "robot", {}, {}, [strain(0.9)])
    assert (shown.state, shown.word) == (DeviceState.WARN, "gripper straining")


@pytest.mark.parametrize("concern", Concern)
def test_every_concern_has_a_word(concern: Concern) -> None:
    critical = Finding("a.pos", concern, Level.CRITICAL, 1.0, 1.0, 0.5)
    assert arm_reading("follower", "robot", {}, {}, [critical]).word.startswith("a ")
