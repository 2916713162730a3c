"""SCS servos: words the other way round, no sync read, and a bus of STS servos beside them."""

from collections.abc import Iterator
from math import radians

import pytest
import scservo_sdk as sdk

from lerobot_core.errors import RegisterValueInvalid, WrongServoModel
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.sdk_port import SdkPort
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.types import NormMode

FINGERS = {name: Motor(n, "scs0009", NormMode.RANGE_0_100) for n, name in enumerate("abcd", 1)}
LOST_REPLY_S = 0.020


class Hand:
    """Four fingers on one wire."""

    def __init__(self) -> None:
        self.joints = {name: HandJoint(radians(10 * n)) for n, name in enumerate(FINGERS)}
        self.chain = ServoChain(
            [
                SimulatedServo(FINGERS[name].id, joint, model="scs0009")
                for name, joint in self.joints.items()
            ]
        )
        self.link = ChainLink(self.chain)
        self.bus = FeetechMotorsBus(
            self.link.address,
            FINGERS,
            {name: MotorCalibration(motor.id, 0, 0, 300, 800) for name, motor in FINGERS.items()},
            opener=lambda address, baudrate: self.link,
            clock=self.link.now,
        )


@pytest.fixture
def hand() -> Iterator[Hand]:
    hand = Hand()
    hand.bus.connect()
    yield hand
    if hand.bus.is_connected:
        hand.bus.disconnect(disable_torque=False)


@pytest.fixture(autouse=True)
def byte_order_of_the_sdk() -> Iterator[None]:
    yield
    sdk.SCS_SETEND(0)


def test_words_are_the_other_way_round(hand: Hand) -> None:
    hand.bus.write("Goal_Position", "b", 0x0123, normalize=False)
    memory = hand.chain.servo(2).read(42, 2)
    assert memory == b"\x01\x23"
    assert hand.bus.read("Goal_Position", "b", normalize=False) == 0x0123
    assert hand.bus.ping("b") == 1284


def test_agrees_with_the_vendor(hand: Hand) -> None:
    packets, port = sdk.PacketHandler(1), SdkPort(hand.link, hand.link.now)
    theirs = {n: packets.read2ByteTxRx(port, m.id, 56)[0] for n, m in FINGERS.items()}
    assert hand.bus.sync_read("Present_Position", normalize=False) == theirs
    packets.write2ByteTxRx(port, 3, 42, 700)
    assert hand.bus.read("Goal_Position", "c", normalize=False) == 700
    hand.bus.sync_write("Goal_Position", {"d": 345}, normalize=False)
    assert packets.read2ByteTxRx(port, 4, 42)[0] == 345


def test_reads_one_after_the_other_what_is_one_request_elsewhere(hand: Hand) -> None:
    exchanges, _ = hand.bus.packets
    positions = hand.bus.sync_read("Present_Position", normalize=False)
    assert positions == {
        n: round(511 + j.angle_rad / radians(360) * 1024) for n, j in hand.joints.items()
    }
    assert hand.bus.packets == (exchanges + len(FINGERS), 0)


def test_a_silent_servo_costs_20_ms_and_is_asked_last_from_then_on(hand: Hand) -> None:
    hand.chain.faults.unplugged = {2, 3}
    began_s = hand.link.now_s
    first = hand.bus.sync_read("Present_Position", allow_missing=True)
    assert hand.link.now_s - began_s <= LOST_REPLY_S
    assert list(first) == ["a"]
    hand.bus.sync_read("Present_Position", allow_missing=True)
    third = hand.bus.sync_read("Present_Position", allow_missing=True)
    assert list(third) == ["a", "d"]
    hand.chain.faults.unplugged = set()
    hand.bus.sync_read("Present_Position", allow_missing=True)
    assert list(hand.bus.sync_read("Present_Position")) == list("abcd")


def test_with_retries_everybody_is_asked(hand: Hand) -> None:
    hand.chain.faults.unplugged = {1, 2, 3}
    read = hand.bus.sync_read("Torque_Enable", num_retry=1, allow_missing=True)
    assert read == {"d": 0}


def test_is_not_asked_ahead_but_may_be_told_to(hand: Hand) -> None:
    exchanges, _ = hand.bus.packets
    hand.bus.request("Present_Position")
    assert hand.bus.read("Torque_Enable", "a") == 0
    assert list(hand.bus.sync_read("Present_Position", within_s=0.02)) == list("abcd")
    assert hand.bus.packets == (exchanges + 5, 0)


def test_damage_is_asked_for_again_within_the_deadline(hand: Hand) -> None:
    hand.chain.faults.corrupted = {2: 0.3}
    for _ in range(20):
        began_s = hand.link.now_s
        read = hand.bus.sync_read("Present_Position", allow_missing=True, within_s=0.02)
        assert hand.link.now_s - began_s <= LOST_REPLY_S
        assert set(read) >= set("acd")
    assert hand.bus.lost_by_motor["b"] > 0
    assert hand.bus.lost_by_motor["a"] == 0


def test_lasting_silence_costs_little_and_ends_at_once(hand: Hand) -> None:
    hand.bus.configure_motors()
    hand.chain.faults.unplugged = {1, 3}
    for _ in range(8):
        began_s = hand.link.now_s
        read = hand.bus.sync_read("Present_Position", allow_missing=True, within_s=0.02)
        assert hand.link.now_s - began_s <= LOST_REPLY_S
        assert set(read) == {"b", "d"}
        took_s = hand.link.now_s - began_s
        hand.link.now_s += 0.02
    assert took_s < 0.01
    hand.chain.faults.unplugged = {3}
    hand.bus.sync_read("Present_Position", allow_missing=True, within_s=0.02)
    read = hand.bus.sync_read("Present_Position", allow_missing=True, within_s=0.02)
    assert set(read) == {"a", "b", "d"}


@pytest.mark.parametrize("register", ["Present_Position", "Torque_Enable"])
def test_who_is_in_a_hurry_waits_for_no_late_answer(hand: Hand, register: str) -> None:
    hand.bus.sync_write("Goal_Position", dict.fromkeys("abcd", 5), normalize=False)
    hand.chain.faults.delayed = {2: 0.03}
    hand.bus.sync_read("Goal_Position", normalize=False, allow_missing=True, within_s=0.02)
    hand.chain.faults.delayed = {}
    began_s = hand.link.now_s
    found = hand.bus.sync_read(register, normalize=False, allow_missing=True, within_s=0.02)
    assert set(found) == {"a", "c", "d"}
    assert hand.link.now_s - began_s <= 0.02
    assert hand.bus.sync_read("Present_Position", ["b"], normalize=False)["b"] != 5


def test_moves_to_a_goal_and_lets_go(hand: Hand) -> None:
    hand.bus.sync_write("Goal_Position", {"a": 100.0})
    hand.bus.enable_torque(["a"])
    assert hand.chain.servo(1).memory.get("Lock") == 1
    hand.chain.advance(0.01)
    assert hand.joints["a"].angle_rad > 0
    hand.bus.confirm_torque_off()
    assert hand.chain.servo(1).memory.get("Lock") == 0


def test_a_calibration_has_no_offset(hand: Hand) -> None:
    calibration = {n: MotorCalibration(m.id, 0, 7, 300, 801) for n, m in FINGERS.items()}
    hand.bus.write_calibration(calibration)
    assert hand.bus.is_calibrated
    held = hand.bus.read_calibration()["a"]
    assert (held.homing_offset, held.range_min, held.range_max) == (0, 300, 801)


def test_configures_what_there_is(hand: Hand) -> None:
    hand.bus.disable_torque()
    hand.bus.configure_motors()
    hand.chain.power_cycle()
    assert hand.bus.read("Return_Delay_Time", "a") == 0


def test_servos_say_how_they_are(hand: Hand) -> None:
    hand.chain.faults.volts = 6.1
    hand.chain.advance(0.01)
    reading = hand.bus.read_servos()["a"]
    assert (reading.volts, reading.celsius, reading.current_ma) == pytest.approx((6.1, 25, 0))


def test_nothing_is_negative(hand: Hand) -> None:
    with pytest.raises(RegisterValueInvalid):
        hand.bus.write("Goal_Position", "a", -1, normalize=False)


def test_finds_whoever_is_on_the_wire(hand: Hand) -> None:
    hand.chain.faults.unplugged = {4}
    assert hand.bus.broadcast_ping() == dict.fromkeys((1, 2, 3), 1284)


def test_a_servo_of_the_other_series_is_named() -> None:
    hand = Hand()
    hand.chain.servos[0] = SimulatedServo(1, HandJoint(), model="sts3215")
    with pytest.raises(WrongServoModel, match="is model sts3215, but scs0009 was"):
        hand.bus.connect()


def test_series_do_not_share_a_wire() -> None:
    mixed = FINGERS | {"e": Motor(9, "sts3215", NormMode.DEGREES)}
    with pytest.raises(ValueError, match="cannot share a wire"):
        FeetechMotorsBus("sim://test/chain", mixed)


def test_works_beside_a_bus_of_the_other_series(hand: Hand, connected) -> None:
    for position in (300, 555, 800):
        hand.bus.sync_write("Goal_Position", {"a": position}, normalize=False)
        connected.bus.sync_write("Goal_Position", {"elbow_flex": position + 1}, normalize=False)
        assert hand.bus.sync_read("Goal_Position", ["a"], normalize=False) == {"a": position}
        assert connected.bus.read("Goal_Position", "elbow_flex", normalize=False) == position + 1
        # The vendor's own byte order is one for the process, whichever bus it was set for.
        sdk.SCS_SETEND(position % 2)
