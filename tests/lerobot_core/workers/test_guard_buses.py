"""The guard's own codecs, on a shared terminal with servos of each brand."""

import os
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from leftovers import wait_until
from pty_chain import DynamixelPtyChain, PtyChain

from lerobot_core.motors.dynamixel_packets import crc16 as crc16_of_the_bus
from lerobot_core.motors.dynamixel_packets import encode_instruction, encode_status
from lerobot_core.motors.packets import encode_packet
from lerobot_core.workers.guard import Hands
from lerobot_core.workers.guard_buses import (
    BUSES,
    REPLY_S,
    DynamixelBus,
    FeetechBus,
    ServoBus,
    crc16,
)
from lerobot_core.workers.lifeline import StopRequest

MARK = b"\xff\xff\xfd"
contents = st.binary(max_size=20) | st.just(b"\x01" + MARK + MARK + b"\xfd")
ids = st.integers(0, 252)


@pytest.fixture(params=[PtyChain, DynamixelPtyChain])
def chain(request: pytest.FixtureRequest) -> Iterator[PtyChain]:
    with request.param() as chain:
        yield chain


@pytest.fixture
def bus(chain: PtyChain) -> Iterator[ServoBus]:
    descriptor = os.open(chain.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    (plan,) = chain.plan(descriptor)
    yield BUSES[chain.protocol](plan)
    os.close(descriptor)


def bus_of(kind: type[ServoBus], chain: type[PtyChain]) -> ServoBus:
    (plan,) = chain.plan_of([1], -1)
    return kind(plan)


FEETECH = bus_of(FeetechBus, PtyChain)
DYNAMIXEL = bus_of(DynamixelBus, DynamixelPtyChain)


# Packets


@given(ids, contents)
def test_packets_are_those_of_the_buses(servo: int, content: bytes) -> None:
    assert FEETECH.packet(servo, 3, content) == encode_packet(servo, 3, content)
    assert DYNAMIXEL.packet(servo, 3, content) == encode_instruction(servo, 3, content)
    assert crc16(content) == crc16_of_the_bus(content)


@given(st.binary(max_size=12).filter(lambda noise: b"\xff" not in noise), ids, contents)
def test_replies_are_found_whole_behind_noise(noise: bytes, servo: int, data: bytes) -> None:
    for bus, reply in (
        (FEETECH, encode_packet(servo, 0, data)),
        (DYNAMIXEL, encode_status(servo, 0, data)),
    ):
        for end in range(len(reply)):
            assert bus.frame(noise + reply[:end], servo, len(data)) is None
        frame = bus.frame(noise + reply, servo, len(data))
        assert frame == reply
        assert bus.data_of(frame, len(data)) == data


@given(st.integers(0, 30), st.integers(1, 255))
def test_a_damaged_reply_has_no_data(place: int, flip: int) -> None:
    reply = bytearray(encode_status(1, 0, b"abcd"))
    reply[place % len(reply)] ^= flip
    frame = DYNAMIXEL.frame(bytes(reply), 1, 4)
    assert frame is None or DYNAMIXEL.data_of(frame, 4) is None


@pytest.mark.parametrize(("error", "obeyed"), [(0, True), (0x80, True), (7, False), (0x87, False)])
def test_a_refusal_is_no_confirmation_but_an_alarm_may_be(error: int, obeyed: bool) -> None:
    frame = encode_status(1, error)
    assert (DYNAMIXEL.data_of(frame, 0) is not None) is obeyed


# On the wire


def test_holds_servos_on_their_way(chain: PtyChain, bus: ServoBus) -> None:
    chain.drive_away()
    wait_until(lambda: min(chain.angles()) > 0.01)
    assert Hands([bus]).act(StopRequest.HOLD)
    goals, positions = chain.register("Goal_Position"), chain.register("Present_Position")
    assert all(abs(goals[servo] - positions[servo]) < 60 for servo in goals)
    assert set(chain.register("Torque_Enable").values()) == {1}


def test_holds_a_servo_that_has_counted_below_zero() -> None:
    with DynamixelPtyChain(range(1, 2)) as chain:
        chain.joints[1].angle_rad = -6.0
        descriptor = os.open(chain.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        (plan,) = chain.plan(descriptor)
        assert DynamixelBus(plan).hold(1)
        os.close(descriptor)
        assert chain.register("Goal_Position")[1] == chain.register("Present_Position")[1] < 0


@pytest.mark.parametrize("kind", [StopRequest.HOLD, StopRequest.RELEASE])
def test_a_silent_bus_does_not_keep_the_other_waiting(kind: StopRequest) -> None:
    """Two arms as one: the first one has no power, the second one must stop all the same."""
    with PtyChain() as dead, PtyChain() as alive:
        descriptors = [
            os.open(chain.path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK) for chain in (dead, alive)
        ]
        plans = [
            chain.plan(port)[0] for chain, port in zip((dead, alive), descriptors, strict=True)
        ]
        dead.chain.faults.unplugged = {servo.servo_id for servo in dead.chain.servos}
        alive.drive_away()
        hands = Hands([FeetechBus(plan) for plan in plans])
        acting = threading.Thread(target=hands.act, args=(kind,))
        started_s = time.monotonic()
        acting.start()
        wait_until(lambda: _has_stopped(alive, kind))
        took_s = time.monotonic() - started_s
        acting.join()
        for port in descriptors:
            os.close(port)
    assert took_s < len(plans[0]["ids"]) * REPLY_S + 0.3  # one try of each silent servo


def _has_stopped(chain: PtyChain, kind: StopRequest) -> bool:
    if kind is StopRequest.RELEASE:
        return set(chain.register("Torque_Enable").values()) == {0}
    goals, positions = chain.register("Goal_Position"), chain.register("Present_Position")
    return all(abs(goals[servo] - positions[servo]) < 60 for servo in goals)


def test_releases_all_and_confirms(chain: PtyChain, bus: ServoBus) -> None:
    chain.drive_away()
    assert Hands([bus]).act(StopRequest.RELEASE)
    assert set(chain.register("Torque_Enable").values()) == {0}


def test_goes_on_with_those_that_did_not_confirm(chain: PtyChain, bus: ServoBus) -> None:
    chain.drive_away()
    chain.chain.faults.unplugged = {3}
    hands = Hands([bus])
    assert not hands.act(StopRequest.HOLD)
    chain.chain.faults.unplugged = set()
    assert hands.act(StopRequest.HOLD)


def test_damaged_replies_are_asked_for_again(chain: PtyChain, bus: ServoBus) -> None:
    chain.drive_away()
    chain.chain.faults.corrupt_probability = 0.3
    hands = Hands([bus])
    wait_until(lambda: hands.act(StopRequest.RELEASE))
    assert set(chain.register("Torque_Enable").values()) == {0}
