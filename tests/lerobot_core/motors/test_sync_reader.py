"""Readings within a deadline, and questions asked ahead, on simulated wires of both brands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from six_servos import BRANDS, IDS, NAMES, SixServos, six_servos

from lerobot_core.errors import ServoNotResponding

WITHIN_S = 0.02
AT_ONCE_S = 0.003


@pytest.fixture(params=BRANDS)
def arm(request: pytest.FixtureRequest) -> SixServos:
    return six_servos(request.param)


# Within a deadline


@pytest.mark.parametrize("servo_id", IDS)
def test_a_damaged_reply_is_asked_for_again_at_once(arm: SixServos, servo_id: int) -> None:
    arm.link.damage[servo_id] = 1
    heard, took_s = arm.timed_read()
    assert sorted(heard) == list(NAMES)
    assert took_s < AT_ONCE_S


@pytest.mark.parametrize("servo_id", IDS)
def test_a_lost_reply_is_asked_for_again_in_time(arm: SixServos, servo_id: int) -> None:
    arm.link.lose[servo_id] = 1
    heard, took_s = arm.timed_read()
    assert sorted(heard) == list(NAMES)
    assert took_s < 0.008


def test_even_two_losses_in_a_row_are_made_up_for(arm: SixServos) -> None:
    arm.link.lose[6] = 2
    heard, took_s = arm.timed_read()
    assert sorted(heard) == list(NAMES)
    assert took_s <= WITHIN_S


def test_without_a_deadline_nobody_is_asked_twice(arm: SixServos) -> None:
    arm.link.damage[3] = 1
    writes = arm.link.writes
    assert sorted(arm.read(within_s=None)) == sorted(set(NAMES) - {"c"})
    assert arm.link.writes == writes + 1


@pytest.mark.parametrize("within_s", [0.003, 0.005, 0.012, 0.02])
@pytest.mark.parametrize("unplugged", [{1}, {6}, {2, 5}, set(IDS)])
def test_silence_never_takes_longer_than_the_deadline(
    arm: SixServos, unplugged: set[int], within_s: float
) -> None:
    arm.chain.faults.unplugged = unplugged
    for _ in range(6):
        _, took_s = arm.timed_read(within_s)
        assert took_s <= within_s
        arm.link.now_s += 0.01


def test_who_stays_silent_is_named_unless_allowed(arm: SixServos) -> None:
    arm.chain.faults.unplugged = {4}
    with pytest.raises(ServoNotResponding, match="Servo 4"):
        arm.bus.sync_read("Present_Position", normalize=False, within_s=WITHIN_S)


@pytest.mark.parametrize("skip_silent", [True, False])
@pytest.mark.parametrize("unplugged", [{1}, {4}, {6}, {1, 2}, {2, 5, 6}])
def test_the_others_are_heard_in_the_same_call(
    arm: SixServos, unplugged: set[int], skip_silent: bool
) -> None:
    arm.chain.faults.skip_silent = skip_silent
    arm.chain.faults.unplugged = unplugged
    present = {name for name, number in zip(NAMES, IDS, strict=True) if number not in unplugged}
    heard = [set(arm.read()) for _ in range(6)]
    assert heard[1:] == [present] * 5
    if skip_silent or len(unplugged) == 1:
        assert heard[0] == present


def test_a_servo_silent_call_after_call_costs_no_more_than_a_usual_reply(arm: SixServos) -> None:
    arm.chain.faults.unplugged = {3}
    costs = []
    for _ in range(8):
        heard, took_s = arm.timed_read()
        assert sorted(heard) == sorted(set(NAMES) - {"c"})
        costs.append(took_s)
        arm.link.now_s += 0.01
    assert max(costs[4:]) < 0.007


@pytest.mark.parametrize("skip_silent", [True, False])
@pytest.mark.parametrize("calls", [1, 3, 50])
def test_a_servo_that_is_back_is_heard_in_the_next_call(
    arm: SixServos, calls: int, skip_silent: bool
) -> None:
    arm.chain.faults.skip_silent = skip_silent
    arm.chain.faults.unplugged = {2}
    for _ in range(calls):
        arm.read()
    arm.chain.faults.unplugged = set()
    assert sorted(arm.read()) == list(NAMES)


def test_one_of_two_silent_servos_that_is_back_is_not_held_up_by_the_other(arm: SixServos) -> None:
    arm.chain.faults.skip_silent = False
    arm.chain.faults.unplugged = {2, 5}
    for _ in range(10):
        arm.read()
    arm.chain.faults.unplugged = {5}
    heard = [set(arm.read()) for _ in range(2)]
    assert set(NAMES) - {"e"} in heard


def test_a_link_that_grows_slow_is_found_out(arm: SixServos) -> None:
    arm.link.lag_s = 0.011
    for _ in range(10):
        heard, took_s = arm.timed_read()
        assert sorted(heard) == list(NAMES)
        assert took_s <= WITHIN_S
        arm.link.now_s += 0.02
    lost = arm.bus.packets[1]
    for _ in range(20):
        assert sorted(arm.read()) == list(NAMES)
        arm.link.now_s += 0.02
    assert arm.bus.packets[1] == lost  # its time is known now


def test_a_link_with_a_long_latency_timer_is_waited_for(arm: SixServos) -> None:
    arm.link.lag_s = 0.016
    arm.chain.faults.unplugged = {3}
    for _ in range(5):
        _, took_s = arm.timed_read()
        assert took_s <= WITHIN_S
    arm.chain.faults.unplugged = set()
    arm.link.now_s += 0.1
    assert sorted(arm.read()) == list(NAMES)


def test_losses_are_counted_by_joint(arm: SixServos) -> None:
    arm.link.damage[3] = 1
    arm.link.lose[6] = 2
    arm.read()
    assert arm.bus.lost_by_motor == {**dict.fromkeys(NAMES, 0), "c": 1, "f": 2}
    arm.bus.disconnect(disable_torque=False)
    arm.bus.connect()
    assert arm.bus.lost_by_motor["f"] == 2


def test_how_servos_are_is_asked_again_as_well(arm: SixServos) -> None:
    arm.link.damage[3] = 1
    assert set(arm.bus.read_servos()) == set(NAMES)


@settings(deadline=None, max_examples=40)
@given(
    brand=st.sampled_from(BRANDS),
    ticks=st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(IDS), st.integers(1, 3), max_size=3),
            st.dictionaries(st.sampled_from(IDS), st.integers(1, 3), max_size=3),
            st.sets(st.sampled_from(IDS), max_size=2),
            st.floats(0.0, 0.03),
        ),
        max_size=12,
    ),
)
def test_a_reading_is_right_and_in_time_whatever_happens(
    brand: str, ticks: list[tuple[dict[int, int], dict[int, int], set[int], float]]
) -> None:
    """Positions move from tick to tick: an answer to an earlier tick's question is noticed."""
    arm = six_servos(brand)
    for number, (lose, damage, unplugged, pause_s) in enumerate(ticks, 1):
        arm.link.lose.clear()
        arm.link.damage.clear()
        arm.link.lose.update(lose)
        arm.link.damage.update(damage)
        arm.chain.faults.unplugged = unplugged
        for joint in arm.joints.values():
            joint.angle_rad = number * 0.05
        began_s = arm.link.now_s
        read = arm.bus.sync_read(
            "Present_Position", normalize=False, allow_missing=True, within_s=WITHIN_S
        )
        assert arm.link.now_s - began_s <= WITHIN_S
        assert not {NAMES[servo_id - 1] for servo_id in unplugged} & set(read)
        assert len(set(read.values())) <= 1
        for value in read.values():
            assert abs(value - 2047.5 - number * 0.05 * 4096 / 6.2832) < 2
        arm.link.now_s += pause_s


def test_noise_is_never_taken_for_a_position_and_seldom_costs_one(arm: SixServos) -> None:
    expected = arm.bus.sync_read("Present_Position", normalize=False)
    arm.chain.faults.corrupt_probability = 0.1
    whole = 0
    for _ in range(200):
        began_s = arm.link.now_s
        read = arm.bus.sync_read(
            "Present_Position", normalize=False, allow_missing=True, within_s=WITHIN_S
        )
        assert arm.link.now_s - began_s <= WITHIN_S
        assert read.items() <= expected.items()
        whole += read == expected
        arm.link.now_s += 0.01
    assert whole >= 195
    assert set(arm.bus.lost_by_motor) == set(NAMES)
    assert min(arm.bus.lost_by_motor.values()) > 0


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("servo_id", [1, 3, 6])
def test_an_answer_to_a_tick_before_is_hardly_ever_taken_for_one_to_this(
    brand: str, servo_id: int
) -> None:
    """Only one that comes in the very moment in which its servo's turn is cannot be told."""
    taken = [late_ms for late_ms in range(18, 46) if _is_taken(brand, servo_id, late_ms)]
    assert len(taken) <= 1


def _is_taken(brand: str, servo_id: int, late_ms: int) -> bool:
    arm = six_servos(brand)
    arm.chain.faults.delayed = {servo_id: late_ms / 1000}
    began_s = arm.link.now_s
    arm.read()
    arm.chain.faults.delayed = {}
    for joint in arm.joints.values():
        joint.angle_rad = 0.5
    arm.link.now_s = max(began_s + 1 / 60, arm.link.now_s)
    read = arm.bus.sync_read(
        "Present_Position", normalize=False, allow_missing=True, within_s=WITHIN_S
    )
    assert set(read) >= set(NAMES) - {NAMES[servo_id - 1]}
    return min(read.values()) < 2300


# Asked ahead


def test_an_answer_asked_ahead_is_collected(arm: SixServos) -> None:
    expected = arm.bus.sync_read("Present_Position", normalize=False)
    writes = arm.link.writes
    arm.bus.request("Present_Position")
    arm.link.now_s += 0.002
    began_s = arm.link.now_s
    assert arm.bus.sync_read("Present_Position", normalize=False) == expected
    assert arm.link.now_s == began_s  # it was there
    assert arm.link.writes == writes + 1


def test_collecting_waits_for_what_has_not_come_yet(arm: SixServos) -> None:
    arm.bus.request("Present_Position")
    assert sorted(arm.read()) == list(NAMES)


def test_the_deadline_counts_from_the_request(arm: SixServos) -> None:
    arm.chain.faults.unplugged = {4}
    began_s = arm.link.now_s
    arm.bus.request("Present_Position")
    arm.link.now_s += 0.006
    arm.read()
    assert arm.link.now_s - began_s <= WITHIN_S


def test_what_was_lost_of_an_answer_asked_ahead_is_asked_again(arm: SixServos) -> None:
    arm.link.damage[2] = 1
    arm.bus.request("Present_Position")
    arm.link.now_s += 0.003
    heard, took_s = arm.timed_read()
    assert sorted(heard) == list(NAMES)
    assert took_s < AT_ONCE_S


@pytest.mark.parametrize("lag_s", [0.0, 0.011])
def test_losses_do_not_spoil_what_is_collected_late(arm: SixServos, lag_s: float) -> None:
    """As a leader's answer is, which has come while the follower's was waited for."""
    arm.link.lag_s = lag_s
    for tick in range(60):
        arm.link.lose[tick % 6 + 1] = int(tick % 5 == 0 and not lag_s)
        arm.bus.request("Present_Position")
        arm.link.now_s += 0.003
        assert sorted(arm.read()) == list(NAMES)
        arm.link.now_s += 0.015
    assert arm.bus.packets[1] <= 12


def test_only_some_motors_may_be_asked_ahead(arm: SixServos) -> None:
    arm.bus.request("Present_Position", ["b", "e"])
    writes = arm.link.writes
    assert set(arm.bus.sync_read("Present_Position", ["b", "e"], normalize=False)) == {"b", "e"}
    assert arm.link.writes == writes
    arm.bus.request("Present_Position", [])
    assert arm.link.writes == writes


@pytest.mark.parametrize("passed_s", [0.0, 0.0005, 0.003])
@pytest.mark.parametrize(
    "between",
    ["read", "write", "ping", "sync_write", "sync_read", "other_motors", "request", "read_servos"],
)
def test_whatever_comes_in_between_abandons_it_cleanly(
    arm: SixServos, between: str, passed_s: float
) -> None:
    bus = arm.bus
    other = "Torque_Enable"
    bus.request("Goal_Position")
    arm.link.now_s += passed_s
    if between == "read":
        assert bus.read(other, "c") == 0
    elif between == "write":
        bus.write(other, "c", 0)
    elif between == "ping":
        bus.ping("c")
    elif between == "sync_write":
        bus.sync_write(other, {"c": 0})
    elif between == "sync_read":
        assert bus.sync_read(other) == dict.fromkeys(NAMES, 0)
    elif between == "other_motors":
        assert set(bus.sync_read("Goal_Position", ["a"], normalize=False)) == {"a"}
    elif between == "request":
        bus.request("Present_Position")
    else:
        assert set(bus.read_servos()) == set(NAMES)
    goals = {name: 1000 + number for number, name in enumerate(NAMES)}
    bus.sync_write("Goal_Position", goals, normalize=False)
    assert bus.sync_read("Goal_Position", normalize=False) == goals
    assert bus.packets[1] == 0


def test_late_answers_of_an_abandoned_request_answer_nothing_else(arm: SixServos) -> None:
    """Both registers are of one size, so nothing but time tells the answers apart."""
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, 1000), normalize=False)
    arm.chain.faults.extra_delay_s = 0.009
    arm.bus.request("Goal_Position")
    arm.chain.faults.extra_delay_s = 0.0
    positions = arm.bus.sync_read("Present_Position", normalize=False)
    assert 1000 not in positions.values()


def test_late_answers_to_a_question_given_up_answer_no_other(arm: SixServos) -> None:
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, 1000), normalize=False)
    arm.chain.faults.delayed = {2: 0.014}
    arm.read(register="Goal_Position")
    arm.chain.faults.delayed = {}
    positions = arm.bus.sync_read("Present_Position", normalize=False)
    assert 1000 not in positions.values()
    arm.chain.faults.delayed = {2: 0.014}
    arm.read(register="Goal_Position")
    arm.chain.faults.delayed = {}
    assert arm.bus.read("Present_Position", "b", normalize=False) != 1000
