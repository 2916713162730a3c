"""Naming the port of an arm that was moved by hand."""

from math import radians

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wired_servos import WatchedLink, scs_servo, servo, wire, x_servo, x_wire

from lerobot_core.motors.which_moved import Moved, MovementWatch, TurnRange, decide

LEFT, RIGHT = "/dev/ttyACM0", "/dev/ttyACM1"
TORQUE_ENABLE = 40


@pytest.mark.parametrize(
    ("travels", "moved"),
    [
        ({}, None),
        ({LEFT: {}, RIGHT: {}}, None),
        ({LEFT: {1: 0.0}, RIGHT: {1: 0.0}}, None),
        ({LEFT: {1: 0.02}, RIGHT: {1: 0.0}}, None),
        ({LEFT: {1: 0.02, 2: 0.3}, RIGHT: {1: 0.01}}, Moved(LEFT, 2, 0.3)),
        ({LEFT: {1: 0.05}, RIGHT: {1: 0.3}}, Moved(RIGHT, 1, 0.3)),
        ({LEFT: {1: 0.2}, RIGHT: {1: 0.3}}, None),
        ({LEFT: {}, RIGHT: {4: 0.1}}, Moved(RIGHT, 4, 0.1)),
    ],
)
def test_decides_only_when_it_is_clear(
    travels: dict[str, dict[int, float]], moved: Moved | None
) -> None:
    assert decide(travels) == moved


@given(st.floats(0, 1), st.lists(st.floats(-0.49, 0.49), max_size=20))
def test_counts_on_across_the_end_of_a_turn(start: float, steps: list[float]) -> None:
    seen, place, places = TurnRange(start % 1), start, [start]
    for step in steps:
        place += step
        places.append(place)
        seen.add(place % 1)
    assert seen.travel == pytest.approx(max(places) - min(places), abs=1e-6)


class TwoArms:
    """Two arms side by side; hands reach both."""

    def __init__(self) -> None:
        self.links: dict[str, WatchedLink] = {
            port: wire(*(servo(number) for number in (1, 2, 3))) for port in (LEFT, RIGHT)
        }
        self.watch = MovementWatch(self.links)

    def turn(self, port: str, servo_id: int, degrees: float) -> None:
        self.links[port].chain.servo(servo_id).plant.angle_rad += radians(degrees)


@pytest.fixture
def arms() -> TwoArms:
    arms = TwoArms()
    assert arms.watch.begin() == {LEFT: [1, 2, 3], RIGHT: [1, 2, 3]}
    assert arms.watch.look() is None
    return arms


@pytest.mark.parametrize("port", [LEFT, RIGHT])
def test_names_the_port_of_the_arm_that_a_hand_moved(arms: TwoArms, port: str) -> None:
    for _ in range(4):
        arms.turn(port, 2, 10)
        moved = arms.watch.look()
    assert moved is not None
    assert (moved.port, moved.servo_id) == (port, 2)
    assert moved.turns == pytest.approx(40 / 360, abs=0.001)


def test_a_hand_that_goes_back_has_moved_it_all_the_same(arms: TwoArms) -> None:
    for degrees in (25, -25):
        arms.turn(LEFT, 1, degrees)
        moved = arms.watch.look()
    assert moved is not None
    assert moved.port == LEFT


def test_two_arms_at_once_are_not_guessed_at(arms: TwoArms) -> None:
    arms.turn(LEFT, 1, 40)
    arms.turn(RIGHT, 1, 40)
    assert arms.watch.look() is None
    arms.watch.start_again()
    arms.watch.look()
    arms.turn(RIGHT, 3, 40)
    moved = arms.watch.look()
    assert moved is not None
    assert moved.port == RIGHT


def test_an_arm_with_torque_proves_nothing_and_is_named(arms: TwoArms) -> None:
    arms.links[LEFT].chain.servo(1).write(TORQUE_ENABLE, b"\x01")
    arms.turn(LEFT, 1, 90)
    assert arms.watch.look() is None
    assert arms.watch.stiff == {LEFT: [1]}
    arms.links[LEFT].chain.servo(1).write(TORQUE_ENABLE, b"\x00")
    arms.watch.look()
    assert arms.watch.stiff == {}
    arms.turn(LEFT, 1, 30)
    moved = arms.watch.look()
    assert moved is not None
    assert moved.turns == pytest.approx(30 / 360, abs=0.001)


def test_a_disturbed_wire_moves_nothing(arms: TwoArms) -> None:
    arms.links[LEFT].chain.faults.corrupt_probability = 0.4
    assert [arms.watch.look() for _ in range(20)] == [None] * 20


def test_a_port_that_is_pulled_out_leaves_the_others(arms: TwoArms) -> None:
    arms.links[LEFT].chain.faults.adapter_gone = True
    assert arms.watch.look() is None
    assert arms.watch.lost == [LEFT]
    assert set(arms.watch.travels) == {RIGHT}
    arms.turn(RIGHT, 1, 40)
    moved = arms.watch.look()
    assert moved is not None
    assert moved.port == RIGHT


def test_it_only_reads(arms: TwoArms) -> None:
    arms.turn(LEFT, 1, 40)
    arms.watch.look()
    assert arms.links[LEFT].written == arms.links[RIGHT].written == []


# A mixture of brands

THIRD, SILENT = "/dev/ttyUSB0", "/dev/ttyUSB1"


class MixedArms(TwoArms):
    """Arms of both brands and of two series, each set to its own baud rate, and a silent port."""

    def __init__(self) -> None:
        super().__init__()
        self.links[RIGHT] = x_wire(*(x_servo(number, baudrate=57_600) for number in (1, 2, 3)))
        self.links[THIRD] = wire(*(scs_servo(number) for number in (1, 2)))
        self.links[SILENT] = wire()
        self.watch = MovementWatch(self.links)


@pytest.fixture
def mixed() -> MixedArms:
    arms = MixedArms()
    assert arms.watch.begin() == {LEFT: [1, 2, 3], RIGHT: [1, 2, 3], THIRD: [1, 2], SILENT: []}
    assert arms.watch.look() is None
    return arms


def test_knows_the_brand_on_each_port(mixed: MixedArms) -> None:
    assert mixed.watch.brands == {LEFT: "Feetech", RIGHT: "Dynamixel", THIRD: "Feetech"}


@pytest.mark.parametrize("port", [LEFT, RIGHT, THIRD])
def test_names_the_port_among_arms_of_several_brands(mixed: MixedArms, port: str) -> None:
    mixed.turn(port, 2, 30)
    moved = mixed.watch.look()
    assert moved is not None
    assert (moved.port, moved.servo_id) == (port, 2)
    assert moved.turns == pytest.approx(30 / 360, abs=0.002)
    assert all(link.written == [] for link in mixed.links.values())


def test_a_dynamixel_arm_with_torque_proves_nothing(mixed: MixedArms) -> None:
    mixed.links[RIGHT].chain.servo(2).write(64, b"\x01")
    mixed.turn(RIGHT, 2, 90)
    assert mixed.watch.look() is None
    assert mixed.watch.stiff == {RIGHT: [2]}
