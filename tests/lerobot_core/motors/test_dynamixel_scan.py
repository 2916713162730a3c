"""Scanning a wire of simulated Dynamixel servos, byte by byte."""

import pytest
from wired_servos import DeafToBroadcasts, WatchedLink, x_servo, x_wire

from lerobot_core.errors import PortLost
from lerobot_core.motors.dialogue import MemoryReader
from lerobot_core.motors.dynamixel_exchange import DynamixelDialogue
from lerobot_core.motors.dynamixel_scan import DynamixelProbe
from lerobot_core.motors.dynamixel_tables import DYNAMIXEL_BAUD_CODES, DYNAMIXEL_MODELS, X_SERIES
from lerobot_core.motors.scan import Answer, ScanResult, scan_bus
from lerobot_core.types import Alarm

LONGEST_S = 20.0  # of a whole scan, on the link's own clock: a call to all at 9600 baud takes 5
TORQUE_ENABLE = 64


def scan(link: WatchedLink, **options) -> ScanResult:
    return scan_bus(link, DynamixelProbe(), **options)


def test_finds_every_servo_and_what_it_says_of_itself() -> None:
    result = scan(x_wire(*(x_servo(number) for number in range(1, 7))))
    assert [found.id for found in result.servos] == [1, 2, 3, 4, 5, 6]
    first = result.servos[0]
    assert (first.model, first.model_number, first.firmware) == ("xl330-m288", 1200, "45")
    assert (first.volts, first.min_volts, first.max_volts) == (5.0, 3.5, 7.0)
    assert first.celsius == 25
    assert first.position is not None
    assert first.has_torque is False
    assert first.alarms == ()
    assert not any(found.looks_doubled for found in result.servos)
    assert not any(rate.damaged_bytes for rate in result.rates)


@pytest.mark.parametrize("model", list(DYNAMIXEL_MODELS))
def test_knows_every_model(model: str) -> None:
    [found] = scan(x_wire(x_servo(1, model=model)), baudrates=(1_000_000,)).servos
    assert found.model == model


@pytest.mark.parametrize("baudrate", list(DYNAMIXEL_BAUD_CODES))
def test_finds_a_servo_at_any_baud_rate(baudrate: int) -> None:
    [found] = scan(x_wire(x_servo(9, baudrate=baudrate))).servos
    assert (found.id, found.baudrate, found.firmware) == (9, baudrate, "45")


def test_the_rates_of_arms_and_of_new_servos_come_first() -> None:
    assert tuple(DynamixelProbe().baudrates[:2]) == (1_000_000, 57_600)
    assert set(DynamixelProbe().baudrates) == set(DYNAMIXEL_BAUD_CODES)


def test_leaves_everything_as_it_was() -> None:
    link = x_wire(*(x_servo(number) for number in range(1, 7)))
    link.set_baudrate(57_600)
    memories = link.chain.snapshot()
    scan(link, expected_ids=range(1, 8), every_id=True)
    assert link.written == []
    assert link.baudrate == 57_600
    assert link.chain.snapshot() == memories


def test_a_whole_scan_is_over_soon() -> None:
    link = x_wire(x_servo(1))
    scan(link, expected_ids=range(1, 7))
    assert link.now_s < LONGEST_S


def test_torque_and_alarms_are_told() -> None:
    link = x_wire(x_servo(1), x_servo(2))
    link.chain.servo(1).write(TORQUE_ENABLE, b"\x01")
    link.chain.servo(2).protection.status = 0x24
    one, two = scan(link).servos
    assert (one.has_torque, two.has_torque) == (True, False)
    assert (one.alarms, two.alarms) == ((), (Alarm.HEAT, Alarm.OVERLOAD))


def test_a_position_may_be_below_zero() -> None:
    link = x_wire(x_servo(1))
    link.chain.servo(1).memory.set("Homing_Offset", -3000)
    [found] = scan(link, baudrates=(1_000_000,)).servos
    assert found.position is not None
    assert found.position < 0


def test_a_servo_deaf_to_broadcasts_is_found_by_asking_each_id() -> None:
    link = DeafToBroadcasts(x_wire(x_servo(77)).chain)
    assert scan(link, baudrates=(1_000_000,)).servos == []
    [found] = scan(link, baudrates=(1_000_000,), expected_ids=(77,)).servos
    assert found.model == "xl330-m288"


def test_two_servos_with_one_id_show() -> None:
    result = scan(x_wire(x_servo(1, angle_rad=0.3), x_servo(1, angle_rad=-0.9), x_servo(2)))
    doubled = {found.id: found.looks_doubled for found in result.servos}
    assert doubled == {1: True, 2: False}


def test_two_servos_with_one_id_show_to_a_single_ping_as_well() -> None:
    link = x_wire(x_servo(1, model="xl330-m077"), x_servo(1, model="xl430-w250"))
    assert DynamixelProbe().ping(link, 1) is Answer.DAMAGED


def test_a_disturbed_wire_hides_nobody() -> None:
    link = x_wire(*(x_servo(number) for number in range(1, 7)))
    link.chain.faults.corrupt_probability = 0.2
    result = scan(link, expected_ids=range(1, 7), baudrates=(1_000_000,))
    assert [found.id for found in result.servos] == [1, 2, 3, 4, 5, 6]
    assert all(found.model == "xl330-m288" for found in result.servos)


def test_a_model_that_is_not_known_keeps_its_number() -> None:
    link = x_wire(x_servo(1))
    link.chain.servo(1).memory.set("Model_Number", 4242)
    [found] = scan(link).servos
    assert (found.model, found.model_number) == (None, 4242)


def test_a_stuffed_reply_is_read_whole() -> None:
    link = x_wire(x_servo(1))
    for address, value in ((36, 0xFF), (37, 0xFF), (38, 0xFD)):
        link.chain.servo(1).memory._bytes[address] = value
    reply = DynamixelDialogue().read(link, 1, 36, 3)
    assert (reply.answer, reply.data) == (Answer.WHOLE, b"\xff\xff\xfd")


def test_a_refusal_is_an_answer_without_data() -> None:
    link = x_wire(x_servo(1))
    reply = DynamixelDialogue().read(link, 1, 200, 4)
    assert (reply.answer, reply.data, reply.error) == (Answer.WHOLE, b"", 7)


def test_late_bytes_answer_no_later_question() -> None:
    link = x_wire(x_servo(1))
    assert DynamixelDialogue().ping(link, 2).answer is Answer.SILENCE
    link.chain.faults.extra_delay_s = 0.018
    assert DynamixelDialogue().ping(link, 1).answer is Answer.SILENCE
    link.chain.faults.extra_delay_s = 0.0
    memory = MemoryReader(DynamixelDialogue(), link, 1)
    assert memory.fetch(X_SERIES["Model_Number"]) == (1200).to_bytes(2, "little")


def test_where_a_servo_is_takes_one_question() -> None:
    link = x_wire(x_servo(1))
    probe = DynamixelProbe()
    known = probe.identify(link, 1)
    link.chain.servo(1).plant.angle_rad += 0.5
    link.chain.servo(1).write(64, b"\x01")
    link.sent.clear()
    now = probe.locate(link, known)
    assert len(link.sent) == 1
    assert (now.model, now.has_torque) == (known.model, True)
    assert known.position is not None
    assert now.position == pytest.approx(known.position + 0.5 * 4096 / 6.2832, abs=2)
    link.chain.faults.unplugged = {1}
    gone = probe.locate(link, known)
    assert (gone.position, gone.has_torque) == (None, None)


def test_an_adapter_pulled_out_is_no_silence() -> None:
    link = x_wire(x_servo(1))
    link.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        scan(link)
