"""Scanning a wire of simulated servos."""

from itertools import pairwise

import pytest
from wired_servos import DeafToBroadcasts, WatchedLink, scs_servo, servo, wire

from lerobot_core.errors import PortLost
from lerobot_core.motors.feetech_scan import FeetechProbe
from lerobot_core.motors.scan import ScanResult, scan_bus
from lerobot_core.motors.tables import BAUD_CODES
from lerobot_core.progress import CancelRequested
from lerobot_core.types import Alarm

LONGEST_S = 12.0  # of a whole scan, on the link's own clock
LONGEST_SLICE_S = 0.3


def scan(link: WatchedLink, **options) -> ScanResult:
    return scan_bus(link, FeetechProbe(), **options)


def test_finds_every_servo_and_what_it_says_of_itself() -> None:
    result = scan(wire(*(servo(number) for number in range(1, 7))))
    assert [found.id for found in result.servos] == [1, 2, 3, 4, 5, 6]
    first = result.servos[0]
    assert (first.model, first.model_number, first.firmware) == ("sts3215", 777, "3.10")
    assert (first.volts, first.min_volts, first.max_volts) == (7.4, 4.0, 8.0)
    assert first.celsius is not None
    assert 15 < first.celsius < 60
    assert first.has_torque is False
    assert not any(found.looks_doubled for found in result.servos)
    assert not any(rate.damaged_bytes for rate in result.rates)


@pytest.mark.parametrize("baudrate", list(BAUD_CODES))
def test_finds_a_servo_at_any_baud_rate(baudrate: int) -> None:
    [found] = scan(wire(servo(9, baudrate=baudrate))).servos
    assert (found.id, found.baudrate, found.firmware) == (9, baudrate, "3.10")


def test_servos_at_different_rates_are_told_apart() -> None:
    result = scan(wire(servo(1), servo(2, baudrate=115_200), servo(3)))
    assert {found.id: found.baudrate for found in result.servos} == {
        1: 1_000_000,
        2: 115_200,
        3: 1_000_000,
    }


def test_leaves_everything_as_it_was() -> None:
    link = wire(*(servo(number) for number in range(1, 7)))
    link.set_baudrate(500_000)
    memories = link.chain.snapshot()
    scan(link, expected_ids=range(1, 8), every_id=True)
    assert link.written == []
    assert link.baudrate == 500_000
    assert link.chain.snapshot() == memories


def test_a_whole_scan_is_over_soon() -> None:
    link = wire(servo(1))
    scan(link, expected_ids=range(1, 7))
    assert link.now_s < LONGEST_S


def test_expected_servos_that_answer_nowhere_are_named() -> None:
    link = wire(servo(1), servo(2), servo(3))
    link.chain.faults.cut_before = 2
    assert scan(link, expected_ids=(1, 2, 3)).silent_ids == [2, 3]


def test_only_the_rates_asked_for() -> None:
    result = scan(wire(servo(1, baudrate=57_600)), baudrates=(1_000_000, 500_000))
    assert [rate.baudrate for rate in result.rates] == [1_000_000, 500_000]
    assert result.servos == []


def test_a_servo_deaf_to_broadcasts_is_found_by_asking_each_id() -> None:
    link = DeafToBroadcasts(wire(servo(77)).chain)
    assert scan(link, baudrates=(1_000_000,)).servos == []
    assert [found.id for found in scan(link, baudrates=(1_000_000,), every_id=True).servos] == [77]
    [found] = scan(link, baudrates=(1_000_000,), expected_ids=(77,)).servos
    assert found.model == "sts3215"


def test_two_servos_with_one_id_show() -> None:
    result = scan(wire(servo(1, angle_rad=0.3), servo(1, angle_rad=-0.9), servo(2)))
    doubled = {found.id: found.looks_doubled for found in result.servos}
    assert doubled == {1: True, 2: False}


def test_a_disturbed_wire_hides_nobody() -> None:
    link = wire(*(servo(number) for number in range(1, 7)))
    link.chain.faults.corrupt_probability = 0.2
    result = scan(link, expected_ids=range(1, 7), baudrates=(1_000_000,))
    assert [found.id for found in result.servos] == [1, 2, 3, 4, 5, 6]
    assert all(found.model == "sts3215" for found in result.servos)


def test_a_model_that_is_not_known_keeps_its_number() -> None:
    link = wire(servo(1))
    link.chain.servo(1).memory.set("Model_Number", 4242)
    [found] = scan(link).servos
    assert (found.model, found.model_number) == (None, 4242)


def test_a_model_with_the_other_byte_order_is_known() -> None:
    link = wire(servo(1))
    link.chain.servo(1).memory.set("Model_Number", 0x0405)  # 1284 with its bytes swapped
    [found] = scan(link).servos
    assert (found.model, found.model_number) == ("scs0009", 1284)


def test_of_an_unknown_model_the_series_is_told_by_its_position_limit() -> None:
    stranger = scs_servo(1, angle_rad=0.0)
    stranger.memory.set("Model_Number", 4242)
    [found] = scan(wire(stranger), baudrates=(1_000_000,), expected_ids=(1,)).servos
    assert (found.model, found.table, found.model_number) == (None, "scs_series", 4242)
    assert found.position == 511


def test_alarms_are_told() -> None:
    link = wire(servo(1), scs_servo(2))
    link.chain.faults.overloaded = {1}
    link.chain.faults.celsius = {2: 90.0}
    link.chain.advance(0.01)
    one, two = scan(link, baudrates=(1_000_000,), expected_ids=(1, 2)).servos
    assert (one.alarms, two.alarms) == ((Alarm.OVERLOAD,), (Alarm.HEAT,))


def test_an_scs_servo_is_found_by_its_id_alone() -> None:
    link = wire(scs_servo(30), scs_servo(77, baudrate=38_400))
    assert scan(link).servos == []
    result = scan(link, every_id=True)
    assert [(found.id, found.baudrate) for found in result.servos] == [
        (30, 1_000_000),
        (77, 38_400),
    ]
    first = result.servos[0]
    assert (first.model, first.model_number) == ("scs0009", 1284)
    assert first.position == int.from_bytes(link.chain.servo(30).read(56, 2), "big")


def test_a_rate_that_the_adapter_cannot_do_is_left_out() -> None:
    link = WatchedLink(wire(servo(1)).chain, impossible=(128_000,))
    result = scan(link)
    assert result.skipped_baudrates == (128_000,)
    assert [found.id for found in result.servos] == [1]


class Watcher:
    """Reports of progress, each with the link's time; cancels after some."""

    def __init__(self, link: WatchedLink, cancel_after: int = 10**6) -> None:
        self.link = link
        self.cancel_after = cancel_after
        self.reports: list[tuple[float, float, str]] = []

    def report(self, fraction: float, doing: str) -> None:
        self.reports.append((self.link.now_s, fraction, doing))
        if len(self.reports) > self.cancel_after:
            raise CancelRequested


def test_tells_how_far_it_is() -> None:
    link = wire(servo(1), servo(2))
    watcher = Watcher(link)
    scan(link, progress=watcher)
    fractions = [fraction for _, fraction, _ in watcher.reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert watcher.reports[0][2] == "Asking at 1000000 baud"


def test_looks_several_times_a_second_whether_to_stop() -> None:
    link = wire(servo(1), servo(1, angle_rad=2.0))
    watcher = Watcher(link)
    scan(link, progress=watcher, every_id=True, baudrates=(1_000_000, 19_200))
    times = [time for time, _, _ in watcher.reports]
    gaps = [after - before for before, after in pairwise(times)]
    assert max(gaps) < LONGEST_SLICE_S


def test_cancelled_in_the_middle_it_restores_the_rate() -> None:
    link = wire(servo(1))
    with pytest.raises(CancelRequested):
        scan(link, progress=Watcher(link, cancel_after=20))
    assert link.baudrate == 1_000_000


def test_where_a_servo_is_takes_one_question() -> None:
    link = wire(servo(1))
    probe = FeetechProbe()
    known = probe.identify(link, 1)
    link.chain.servo(1).plant.angle_rad += 0.5
    link.chain.servo(1).write(40, b"\x01")
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
    link = wire(servo(1))
    link.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        scan(link)
