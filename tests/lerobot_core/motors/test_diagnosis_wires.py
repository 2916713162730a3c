"""What is wrong with an arm, found out on simulated wires of every brand and series."""

from collections.abc import Callable

import pytest
from wired_servos import SharedWire, WatchedLink, scs_servo, servo, wire, x_servo, x_wire

from lerobot_core.motors.arm_scan import scan_any, scan_arm
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.diagnosis import PortState, diagnose
from lerobot_core.types import NormMode

PORT = PortState("/dev/ttyACM0")
JOINTS = ("pan", "lift", "elbow", "wrist")

Make = Callable[[], WatchedLink]


def arm(model: str) -> dict[str, Motor]:
    return {joint: Motor(i, model, NormMode.DEGREES) for i, joint in enumerate(JOINTS, 1)}


STS, SCS, X = arm("sts3215"), arm("scs0009"), arm("xl330-m288")


def healthy() -> WatchedLink:
    return wire(*(servo(number) for number in range(1, 5)))


def healthy_scs() -> WatchedLink:
    return wire(*(scs_servo(number) for number in range(1, 5)))


def healthy_x() -> WatchedLink:
    return x_wire(*(x_servo(number) for number in range(1, 5)))


def faulty(make: Make, **faults: object) -> Make:
    def made() -> WatchedLink:
        link = make()
        for name, value in faults.items():
            setattr(link.chain.faults, name, value)
        link.chain.advance(0.01)
        return link

    return made


SAME_FAULTS = {
    "healthy": ({}, ["all_fine"]),
    "no power": ({"cut_before": 1}, ["nothing_answers"]),
    "cable out": ({"cut_before": 3}, ["silent_behind"]),
    "one unplugged": ({"unplugged": {2}}, ["silent_between"]),
    "too much voltage": ({"volts": 12.0}, ["voltage_high"]),
    "brown-out": ({"volts": 3.3}, ["voltage_low"]),
    "too hot": ({"celsius": {3: 90.0}}, ["alarm_heat"]),
    "overloaded": ({"overloaded": {1, 4}}, ["alarm_overload"]),
}


@pytest.mark.parametrize("name", SAME_FAULTS)
@pytest.mark.parametrize(
    ("expected", "make"),
    [(STS, healthy), (SCS, healthy_scs), (X, healthy_x)],
    ids=["STS", "SCS", "X"],
)
def test_the_same_fault_is_found_in_every_series(
    name: str, expected: dict[str, Motor], make: Make
) -> None:
    faults, codes = SAME_FAULTS[name]
    link = faulty(make, **faults)()
    scan = scan_arm(link, expected)
    assert [finding.code for finding in diagnose(expected, scan, PORT)] == codes
    assert link.written == []
    assert link.baudrate == 1_000_000


def shared(make: Make, other: Make) -> Make:
    return lambda: SharedWire(make().chain, other().chain)


WIRES: dict[str, tuple[dict[str, Motor], Make, list[str]]] = {
    "new servos": (
        STS,
        lambda: wire(*(servo(1, angle_rad=angle) for angle in (0.2, 1.1, -0.7, -2.0))),
        ["duplicate_id", "silent_beside_duplicates"],
    ),
    "new SCS servos": (
        SCS,
        lambda: wire(*(scs_servo(1, angle_rad=angle) for angle in (0.2, 1.1, -0.7, -1.5))),
        ["duplicate_id", "silent_beside_duplicates"],
    ),
    "new Dynamixel servos": (
        X,
        lambda: x_wire(*(x_servo(1, baudrate=57_600, angle_rad=a) for a in (0.2, 1.1, -0.7, -2))),
        ["duplicate_id", "silent_beside_duplicates"],
    ),
    "another baud rate": (
        STS,
        lambda: wire(servo(1), servo(2, baudrate=57_600), servo(3), servo(4)),
        ["wrong_baudrate"],
    ),
    "another baud rate, SCS": (
        SCS,
        lambda: wire(*(scs_servo(number, baudrate=38_400) for number in range(1, 5))),
        ["wrong_baudrate"],
    ),
    "another baud rate, Dynamixel": (
        X,
        lambda: x_wire(x_servo(1), x_servo(2), x_servo(3), x_servo(4, baudrate=4_000_000)),
        ["wrong_baudrate"],
    ),
    "another model": (
        STS,
        lambda: wire(servo(1), servo(2), servo(3, model="sts3250"), servo(4)),
        ["wrong_model"],
    ),
    "another series": (
        SCS,
        lambda: wire(*(scs_servo(i) for i in (1, 2, 3)), servo(4)),
        ["wrong_model"],
    ),
    "another Dynamixel model": (
        X,
        lambda: x_wire(x_servo(1), x_servo(2), x_servo(3, model="xl330-m077"), x_servo(4)),
        ["wrong_model"],
    ),
    "different firmware": (
        STS,
        lambda: wire(servo(1), servo(2), servo(3, firmware=(2, 8)), servo(4)),
        ["mixed_firmware"],
    ),
    "another arm": (STS, lambda: wire(servo(11), servo(12)), ["wrong_port"]),
    "one with another id": (
        STS,
        lambda: wire(servo(1), servo(2), servo(3), servo(8)),
        ["silent_beside_extra"],
    ),
    "one with another id, Dynamixel": (
        X,
        lambda: x_wire(x_servo(1), x_servo(2), x_servo(3), x_servo(8)),
        ["silent_beside_extra"],
    ),
    "Dynamixel where Feetech was expected": (STS, healthy_x, ["other_brand"]),
    "new Dynamixel where Feetech was expected": (
        STS,
        lambda: x_wire(x_servo(1, baudrate=57_600)),
        ["other_brand"],
    ),
    "Feetech where Dynamixel was expected": (X, healthy, ["other_brand"]),
    "a Dynamixel servo among Feetech ones": (
        STS,
        shared(healthy, lambda: x_wire(x_servo(7))),
        ["mixed_brands"],
    ),
    "a Feetech servo in place of a Dynamixel one": (
        X,
        shared(
            lambda: x_wire(x_servo(1), x_servo(2), x_servo(3)),
            faulty(lambda: wire(servo(4)), volts=5.0),
        ),
        ["mixed_brands", "silent_behind"],
    ),
}


@pytest.mark.parametrize("name", WIRES)
def test_finds_out_what_is_wrong(name: str) -> None:
    expected, make, codes = WIRES[name]
    link = make()
    findings = diagnose(expected, scan_arm(link, expected), PORT)
    assert [finding.code for finding in findings] == codes
    assert link.written == []


def test_the_cable_is_named_between_two_servos() -> None:
    link = faulty(healthy_x, cut_before=3)()
    [finding] = diagnose(X, scan_arm(link, X), PORT)
    assert finding.sentence == "Everything after servo 2 (lift) is silent."
    assert finding.hint == "Check the cable between servo 2 and servo 3 (elbow)."
    assert finding.servo_ids == (3, 4)


def test_a_shock_is_named() -> None:
    link = healthy_x()
    link.chain.servo(2).protection.status = 0x10
    [finding] = diagnose(X, scan_arm(link, X), PORT)
    assert (finding.code, finding.servo_ids) == ("alarm_shock", (2,))


# Of a wire about which nothing is known


@pytest.mark.parametrize(
    ("make", "brand", "ids"),
    [
        (healthy, "feetech", [1, 2, 3, 4]),
        (healthy_x, "dynamixel", [1, 2, 3, 4]),
        (lambda: wire(scs_servo(1), scs_servo(200)), "feetech", [1, 200]),
        (lambda: x_wire(x_servo(9, baudrate=9_600)), "dynamixel", [9]),
    ],
)
def test_an_unknown_arm_tells_its_brand(make: Make, brand: str, ids: list[int]) -> None:
    link = make()
    scan = scan_any(link)
    assert (scan.brand, [found.id for found in scan.servos]) == (brand, ids)
    assert [finding.code for finding in diagnose({}, scan, PORT)] in (
        ["all_fine"],
        ["wrong_baudrate"],
    )
    assert link.written == []


def test_an_unknown_wire_may_have_two_brands() -> None:
    link = SharedWire(healthy().chain, x_wire(x_servo(7)).chain)
    scan = scan_any(link)
    assert [(stranger.brand, stranger.servo.id) for stranger in scan.strangers] == [
        ("Dynamixel", 7)
    ]


def test_an_unknown_wire_may_be_silent() -> None:
    assert [finding.code for finding in diagnose({}, scan_any(wire()), PORT)] == ["nothing_answers"]


class Watcher:
    def __init__(self) -> None:
        self.fractions: list[float] = []

    def report(self, fraction: float, doing: str) -> None:
        self.fractions.append(fraction)


@pytest.mark.parametrize(
    "whole",
    [lambda link, w: scan_any(link, progress=w), lambda link, w: scan_arm(link, X, progress=w)],
)
def test_progress_runs_from_none_to_all(whole: Callable[[WatchedLink, Watcher], object]) -> None:
    watcher = Watcher()
    whole(wire(), watcher)
    assert watcher.fractions == sorted(watcher.fractions)
    assert (watcher.fractions[0], watcher.fractions[-1]) == (0.0, 1.0)
