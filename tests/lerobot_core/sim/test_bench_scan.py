"""Finding out what is wrong with a bench's arm, over its port and in real time."""

from collections.abc import Iterator

import pytest

from lerobot_core.errors import DeviceError
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.diagnosis import diagnose, port_state
from lerobot_core.motors.feetech_scan import FeetechProbe
from lerobot_core.motors.scan import ScanResult, scan_bus
from lerobot_core.serial.discovery import list_ports
from lerobot_core.serial.link import open_link
from lerobot_core.sim.client import BenchClient
from lerobot_core.sim.so101 import SERVO_IDS
from lerobot_core.types import NormMode

ADDRESS = "sim://default/follower"
ARM = {joint: Motor(number, "sts3215", NormMode.DEGREES) for joint, number in SERVO_IDS.items()}


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    client = BenchClient()
    yield client
    client.end_bench()


def found_codes() -> list[str]:
    """Look at the follower as an operator does: list ports, scan, and be told."""
    scan: ScanResult | None = None
    problem: DeviceError | None = None
    try:
        link = open_link(ADDRESS, 1_000_000)
        try:
            scan = scan_bus(
                link, FeetechProbe(), expected_ids=SERVO_IDS.values(), baudrates=(1_000_000,)
            )
        finally:
            link.close()
    except DeviceError as error:
        problem = error
    findings = diagnose(ARM, scan, port_state(ADDRESS, list_ports(), problem))
    return [finding.code for finding in findings]


def test_faults_of_the_bench_are_found_by_name(bench: BenchClient) -> None:
    assert found_codes() == ["all_fine"]
    bench.command("unplug", chain="follower", servo=4)
    assert found_codes() == ["silent_between"]
    bench.command("plug", chain="follower", servo=4)
    bench.command("voltage", chain="follower", volts=12.0)
    assert found_codes() == ["voltage_high"]
    bench.command("deny_port", chain="follower", denied=True)
    assert found_codes() == ["port_refused"]
    bench.command("deny_port", chain="follower", denied=False)
    bench.command("unplug_adapter", chain="follower")
    assert found_codes() == ["port_missing"]


def test_a_wire_that_speaks_another_rate_is_still_found(bench: BenchClient) -> None:
    link = open_link(ADDRESS, 57_600)
    try:
        scan = scan_bus(link, FeetechProbe(), baudrates=(500_000, 1_000_000))
        assert link.baudrate == 57_600
    finally:
        link.close()
    assert [(rate.baudrate, len(rate.servos)) for rate in scan.rates] == [
        (500_000, 0),
        (1_000_000, 6),
    ]
