"""Late answers are never taken for those to another question, and a loop never waits for them."""

import pytest
from six_servos import BRANDS, NAMES, SixServos, six_servos

from lerobot_core.errors import ServoNotResponding
from lerobot_core.motors.open_questions import LATEST_S, OpenQuestions, Question, reading

GOAL, PRESENT = 1000, 2047
LATE = [ms / 1000 for ms in (5, 12, 18, 22, 30, 36, 45)]
POSITION, LIMIT = reading((56, 2)), reading((9, 2))


@pytest.fixture(params=BRANDS)
def arm(request: pytest.FixtureRequest) -> SixServos:
    arm = six_servos(request.param)
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, GOAL), normalize=False)
    return arm


# On a wire: goals and positions are of one size


@pytest.mark.parametrize("late_s", LATE)
@pytest.mark.parametrize("num_retry", [0, 2])
def test_another_register_waits_for_a_lost_answer(
    arm: SixServos, late_s: float, num_retry: int
) -> None:
    arm.chain.faults.delayed = {2: late_s}
    arm.bus.sync_read("Goal_Position", normalize=False, num_retry=num_retry, allow_missing=True)
    arm.chain.faults.delayed = {}
    positions = arm.bus.sync_read("Present_Position", normalize=False)
    assert min(positions.values()) >= PRESENT


@pytest.mark.parametrize("late_s", LATE)
def test_an_answer_that_stays_late_is_never_anothers(arm: SixServos, late_s: float) -> None:
    """Each try hears the answer to the one before, so one more is always to come."""
    arm.chain.faults.delayed = {2: late_s}
    for _ in range(4):
        for register, is_right in (
            ("Goal_Position", lambda ticks: ticks == GOAL),
            ("Present_Position", lambda ticks: ticks >= PRESENT),
        ):
            found = arm.bus.sync_read(register, normalize=False, num_retry=3, allow_missing=True)
            assert all(is_right(ticks) for ticks in found.values())
            assert set(found) >= set(NAMES) - {"b"}


@pytest.mark.parametrize("late_s", LATE)
def test_single_readings_are_not_mixed_up(arm: SixServos, late_s: float) -> None:
    arm.chain.faults.delayed = {2: late_s}
    heard: list[float] = []
    for _ in range(4):
        try:
            goal = arm.bus.read("Goal_Position", "b", normalize=False, num_retry=3)
            assert goal == GOAL
            heard.append(arm.bus.read("Present_Position", "b", normalize=False, num_retry=3))
        except ServoNotResponding:
            arm.chain.faults.delayed = {}
    assert heard
    assert min(heard) >= PRESENT


@pytest.mark.parametrize("late_s", [0.022, 0.03, 0.045])
def test_a_late_yes_to_one_write_is_none_to_the_next(arm: SixServos, late_s: float) -> None:
    arm.chain.faults.delayed = {2: late_s}
    with pytest.raises(ServoNotResponding):
        arm.bus.write("Torque_Enable", "b", 0)
    arm.chain.faults.delayed = {}
    arm.link.lose[2] = 1
    with pytest.raises(ServoNotResponding):
        arm.bus.write("Torque_Enable", "b", 1)


@pytest.mark.parametrize("late_s", LATE)
def test_what_was_written_since_makes_a_late_answer_wrong(arm: SixServos, late_s: float) -> None:
    arm.chain.faults.delayed = {2: late_s}
    arm.read(register="Goal_Position")
    arm.chain.faults.delayed = {}
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, GOAL + 500), normalize=False)
    goals = arm.bus.sync_read("Goal_Position", normalize=False)
    assert set(goals.values()) == {GOAL + 500}


# In a loop


@pytest.mark.parametrize("late_s", [0.022, 0.045])
def test_who_is_in_a_hurry_leaves_it_out(arm: SixServos, late_s: float) -> None:
    arm.chain.faults.delayed = {2: late_s}
    arm.read(register="Goal_Position")
    arm.chain.faults.delayed = {}
    heard, took_s = arm.timed_read()
    assert sorted(heard) == sorted(set(NAMES) - {"b"})
    assert took_s < 0.003
    arm.link.now_s += LATEST_S
    assert sorted(arm.read()) == list(NAMES)


def test_asked_ahead_it_is_left_out_as_well(arm: SixServos) -> None:
    arm.chain.faults.delayed = {2: 0.03}
    arm.read(register="Goal_Position")
    arm.chain.faults.delayed = {}
    arm.bus.request("Present_Position")
    began_s, writes = arm.link.now_s, arm.link.writes
    assert sorted(arm.read()) == sorted(set(NAMES) - {"b"})
    assert arm.link.now_s - began_s < 0.003
    assert arm.link.writes == writes
    arm.bus.request("Present_Position")
    assert min(arm.bus.sync_read("Present_Position", normalize=False).values()) >= PRESENT


def test_goals_never_wait(arm: SixServos) -> None:
    arm.chain.faults.delayed = {2: 0.03}
    arm.read()
    began_s = arm.link.now_s
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, GOAL), normalize=False)
    assert arm.link.now_s == began_s


def test_the_same_is_asked_again_without_waiting(arm: SixServos) -> None:
    for _ in range(5):
        arm.link.lose[2] = 4
        arm.read()
        arm.link.lose[2] = 0
        heard, took_s = arm.timed_read()
        assert sorted(heard) == list(NAMES)
        assert took_s < 0.005


def test_other_servos_and_sizes_need_not_wait(arm: SixServos) -> None:
    arm.chain.faults.delayed = {2: 0.03}
    arm.read(register="Goal_Position")
    arm.chain.faults.delayed = {}
    began_s = arm.link.now_s
    assert arm.bus.read("Torque_Enable", "a") == 0
    assert arm.bus.sync_read("Torque_Enable") == dict.fromkeys(NAMES, 0)
    assert arm.bus.sync_read("Present_Position", ["a", "c"], normalize=False)
    assert arm.link.now_s - began_s < 0.01


def test_damage_is_no_silence(arm: SixServos) -> None:
    arm.link.damage[2] = 1
    arm.read(register="Goal_Position")
    heard, took_s = arm.timed_read()
    assert sorted(heard) == list(NAMES)
    assert took_s < 0.003


# By itself


@pytest.fixture
def clock() -> list[float]:
    return [10.0]


@pytest.fixture
def questions(clock: list[float]) -> OpenQuestions:
    return OpenQuestions(lambda: clock[0])


def test_an_answer_ends_the_first_of_several_tries(questions: OpenQuestions) -> None:
    questions.asked([1], POSITION, 10.0)
    questions.asked([1], POSITION, 10.02)
    questions.answered([1], POSITION)
    assert questions.mistakable([1, 2], LIMIT) == {1: 10.02 + LATEST_S}
    questions.answered([1], POSITION)
    assert questions.mistakable([1, 2], LIMIT) == {}
    assert not questions.are_there


def test_no_answer_is_expected_for_ever(questions: OpenQuestions, clock: list[float]) -> None:
    questions.asked([1], POSITION, 10.0)
    assert questions.are_there
    assert questions.end_s == 10.0 + LATEST_S
    clock[0] += LATEST_S
    assert not questions.are_there
    assert questions.end_for_s(1, LIMIT) == 0.0
    assert questions.end_s == 0.0


def test_single_questions_heed_every_size(questions: OpenQuestions) -> None:
    questions.asked([1], POSITION, 10.0)
    assert questions.end_for_s(1, POSITION) == 0.0
    assert questions.end_for_s(1, Question(0, b"ping")) == 10.0 + LATEST_S
    assert questions.end_for_s(2, Question(0, b"ping")) == 0.0
    assert questions.mistakable([1], reading((40, 1))) == {}


@pytest.mark.parametrize(("address", "is_still_right"), [(54, True), (55, False), (57, False)])
def test_only_what_is_written_is_outdated(
    questions: OpenQuestions, address: int, is_still_right: bool
) -> None:
    questions.asked([1], POSITION, 10.0)
    questions.outdate([1, 2], (address, 2))
    assert (questions.mistakable([1], POSITION) == {}) is is_still_right


@pytest.mark.parametrize("late_s", LATE)
def test_who_may_answer_an_earlier_asking_is_known(arm: SixServos, late_s: float) -> None:
    assert arm.bus.may_be_late("Present_Position") == set()
    arm.chain.faults.delayed = {2: late_s}
    heard = arm.bus.sync_read("Present_Position", normalize=False, allow_missing=True)
    late = arm.bus.may_be_late("Present_Position")
    assert late == {name for name in NAMES if name not in heard}
    assert arm.bus.may_be_late("Goal_Position") == set()
