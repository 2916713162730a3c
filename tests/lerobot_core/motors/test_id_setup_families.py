"""Giving ids to servos of every brand and series, byte by byte."""

from collections.abc import Callable
from typing import Any

import pytest
from wired_servos import WatchedLink, scs_servo, servo, wire, x_servo, x_wire

from lerobot_core.errors import UnknownChoice
from lerobot_core.motors.brands import brand_of
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.dynamixel_tables import DYNAMIXEL_BAUD_CODES
from lerobot_core.motors.id_moves import give_ids_in_place
from lerobot_core.motors.id_setup import IdSetup
from lerobot_core.motors.id_writer import IdWriter
from lerobot_core.motors.scan import FoundServo
from lerobot_core.motors.tables import BAUD_CODES
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.types import NormMode

JOINTS = ("pan", "lift", "grip")


class Family:
    """How servos of one series are made, and how they keep what is written."""

    def __init__(
        self, model: str, make: Callable[..., Any], wire: Callable[..., WatchedLink]
    ) -> None:
        self.model = model
        self.make = make
        self.wire = wire
        self.registers = brand_of(model).models[model].registers

    @property
    def arm(self) -> dict[str, Motor]:
        return {joint: Motor(i, self.model, NormMode.DEGREES) for i, joint in enumerate(JOINTS, 1)}

    def __repr__(self) -> str:
        return self.model


STS = Family("sts3215", servo, wire)
SCS = Family("scs0009", scs_servo, wire)
X = Family("xl330-m288", x_servo, x_wire)
FAMILIES = [STS, SCS, X]
EVERY_RATE = [
    *((family, rate) for family in (STS, SCS) for rate in BAUD_CODES),
    *((X, rate) for rate in DYNAMIXEL_BAUD_CODES),
]
every_family = pytest.mark.parametrize("family", FAMILIES, ids=repr)


def after_a_power_cycle(link: WatchedLink) -> list[tuple[int, int]]:
    link.chain.power_cycle()
    return [(each.servo_id, each.baudrate) for each in link.chain.servos]


@every_family
def test_a_box_of_new_servos_becomes_an_arm(family: Family) -> None:
    factory_rate = 57_600 if family is X else 1_000_000
    box = [family.make(1, baudrate=factory_rate) for _ in JOINTS]
    link = family.wire()
    setup = IdSetup(link, family.arm)
    for each in box:
        link.chain.servos[:] = [each]
        assert [finding.code for finding in setup.write()] == ["setup_done"]
    assert setup.done == ("grip", "lift", "pan")
    link.chain.servos[:] = box
    assert after_a_power_cycle(link) == [(3, 1_000_000), (2, 1_000_000), (1, 1_000_000)]


@pytest.mark.parametrize(("family", "baudrate"), EVERY_RATE)
def test_a_servo_at_any_baud_rate_is_brought_to_the_arms(family: Family, baudrate: int) -> None:
    link = family.wire(family.make(200, baudrate=baudrate))
    assert IdSetup(link, family.arm).write()[0].code == "setup_done"
    assert link.baudrate == 1_000_000
    assert after_a_power_cycle(link) == [(3, 1_000_000)]


@pytest.mark.parametrize(("family", "lock"), [(STS, 55), (SCS, 48)], ids=repr)
def test_the_lock_is_opened_before_the_id_and_closed_after(family: Family, lock: int) -> None:
    link = family.wire(family.make(1))
    IdSetup(link, family.arm).write()
    written = [(packet[2], packet[5], packet[6]) for packet in link.written]
    assert written == [(1, 40, 0), (1, lock, 0), (1, 5, 3), (3, 6, 0), (3, lock, 1)]


def test_a_dynamixel_servo_has_no_lock() -> None:
    link = x_wire(x_servo(1, baudrate=57_600))
    IdSetup(link, X.arm).write()
    written = [(packet[4], packet[8], packet[10]) for packet in link.written]
    assert written == [(1, 64, 0), (1, 7, 3), (3, 8, 3)]


@every_family
def test_a_servo_with_torque_is_made_limp_first(family: Family) -> None:
    stiff = family.make(1)
    stiff.write(family.registers["Torque_Enable"].address, b"\x01")
    link = family.wire(stiff)
    assert IdSetup(link, family.arm).write()[0].code == "setup_done"
    assert stiff.memory.get("Torque_Enable") == 0


@every_family
@pytest.mark.parametrize(("volts", "code"), [(12.0, "voltage_high"), (3.0, "voltage_low")])
def test_nothing_is_written_at_a_wrong_voltage(family: Family, volts: float, code: str) -> None:
    link = family.wire(family.make(1))
    link.chain.faults.volts = volts
    assert [finding.code for finding in IdSetup(link, family.arm).write()] == [code]
    assert link.written == []


@pytest.mark.parametrize(
    ("family", "other"), [(SCS, "sts3215"), (STS, "scs0009"), (X, "xl330-m077")], ids=repr
)
def test_nothing_is_written_to_another_model(family: Family, other: str) -> None:
    link = family.wire(family.make(1, model=other))
    codes = [finding.code for finding in IdSetup(link, family.arm).write()]
    # An STS arm is not asked id by id, and so an SCS servo is not even heard.
    assert codes == (["setup_nobody"] if other == "scs0009" else ["wrong_model"])
    assert link.written == []


@pytest.mark.parametrize(
    ("family", "link", "name"),
    [(STS, x_wire(x_servo(1, baudrate=57_600)), "Dynamixel"), (X, wire(servo(1)), "Feetech")],
)
def test_a_servo_of_another_brand_is_named(family: Family, link: WatchedLink, name: str) -> None:
    [finding] = IdSetup(link, family.arm).write()
    assert (finding.code, finding.facts["found"]) == ("other_brand", name)
    assert link.written == []


@every_family
def test_a_look_tells_who_is_plugged_in_and_writes_nothing(family: Family) -> None:
    link = family.wire(family.make(40, baudrate=57_600))
    setup = IdSetup(link, family.arm)
    assert setup.order == ("grip", "lift", "pan")
    looked = setup.look()
    assert looked.can_write
    assert looked.servo is not None
    assert (looked.servo.id, looked.servo.baudrate) == (40, 57_600)
    assert link.written == []
    assert setup.wanted == "grip"


@every_family
def test_a_look_says_what_speaks_against_writing(family: Family) -> None:
    link = family.wire(family.make(1), family.make(2))
    setup = IdSetup(link, family.arm)
    looked = setup.look()
    assert (looked.can_write, looked.servo) == (False, None)
    assert [finding.code for finding in looked.findings] == ["setup_several"]
    del link.chain.servos[1]
    link.chain.faults.volts = 12.0
    looked = setup.look()
    assert looked.servo is not None
    assert [finding.code for finding in looked.findings] == ["voltage_high"]
    link.chain.servos.clear()
    assert [finding.code for finding in setup.look().findings] == ["setup_nobody"]


def test_a_servo_hidden_at_another_baud_rate_is_found_before_anything_is_written() -> None:
    link = wire(servo(1), servo(1, baudrate=57_600))
    setup = IdSetup(link, STS.arm)
    assert setup.look().can_write
    assert [finding.code for finding in setup.write()] == ["setup_several"]
    assert link.written == []


@every_family
def test_two_servos_with_one_id_are_not_touched(family: Family) -> None:
    link = family.wire(family.make(1, angle_rad=0.4), family.make(1, angle_rad=-1.3))
    assert [finding.code for finding in IdSetup(link, family.arm).write()] == ["duplicate_id"]
    assert link.written == []


@every_family
def test_a_disturbed_wire_is_no_obstacle(family: Family) -> None:
    link = family.wire(family.make(1, baudrate=57_600))
    link.chain.faults.corrupt_probability = 0.1
    assert IdSetup(link, family.arm).write()[0].code == "setup_done"
    link.chain.faults.corrupt_probability = 0.0
    assert after_a_power_cycle(link) == [(3, 1_000_000)]


@every_family
@pytest.mark.parametrize(
    "present",
    [
        {"pan": 3, "lift": 2, "grip": 1},
        {"pan": 2, "lift": 3, "grip": 1},
        {"pan": 11, "lift": 12, "grip": 13},
    ],
)
def test_distinct_ids_change_in_place(family: Family, present: dict[str, int]) -> None:
    box = {joint: family.make(number) for joint, number in present.items()}
    link = family.wire(*box.values())
    findings = give_ids_in_place(link, family.arm, present)
    assert [finding.code for finding in findings] == ["setup_done"] * 3
    link.chain.power_cycle()
    assert [box[joint].servo_id for joint in JOINTS] == [1, 2, 3]


def test_in_place_a_servo_deaf_to_broadcasts_keeps_its_id_to_itself() -> None:
    link = wire(scs_servo(4), scs_servo(5), scs_servo(6), scs_servo(2))
    findings = give_ids_in_place(link, SCS.arm, {"pan": 4, "lift": 5, "grip": 6})
    assert [finding.code for finding in findings] == ["setup_occupied"]
    assert link.written == []


class StubbornFeetech(SimulatedServo):
    """Acknowledges writes to one register, and does not keep them."""

    deaf_to = -1

    def write(self, address: int, data: bytes) -> None:
        if address != self.deaf_to:
            super().write(address, data)


class StubbornX(DynamixelServo):
    deaf_to = -1

    def write(self, address: int, data: bytes) -> int:
        return 0 if address == self.deaf_to else super().write(address, data)


@pytest.mark.parametrize(
    ("family", "register"),
    [
        *((SCS, register) for register in ("Torque_Enable", "Lock", "ID", "Baud_Rate")),
        *((X, register) for register in ("Torque_Enable", "ID", "Baud_Rate")),
    ],
)
def test_names_the_register_that_was_not_kept(family: Family, register: str) -> None:
    made = family.make(1, baudrate=57_600)
    made.__class__ = StubbornX if family is X else StubbornFeetech
    made.write(family.registers["Torque_Enable"].address, b"\x01")
    made.deaf_to = family.registers[register].address
    link = family.wire(made)
    [finding] = IdSetup(link, family.arm).write()
    assert (finding.code, finding.facts["register"]) == ("setup_not_kept", register)
    assert link.baudrate == 1_000_000


def test_a_series_takes_a_member_that_is_not_known() -> None:
    new = scs_servo(1)
    new.memory.set("Model_Number", 4242, keep=True)
    arm = {"pan": Motor(7, "scs_series", NormMode.DEGREES)}
    link = wire(new)
    assert IdSetup(link, arm).write()[0].code == "setup_done"
    assert link.written[1][5] == 48  # the lock, where this series has it
    assert after_a_power_cycle(link) == [(7, 1_000_000)]


def test_an_arm_is_of_one_brand() -> None:
    mixed = {
        "pan": Motor(1, "sts3215", NormMode.DEGREES),
        "lift": Motor(2, "xl330-m288", NormMode.DEGREES),
    }
    with pytest.raises(ValueError, match="one brand"):
        IdSetup(wire(), mixed)
    with pytest.raises(UnknownChoice):
        IdSetup(wire(), {"pan": Motor(1, "xyz", NormMode.DEGREES)})


def test_the_writer_needs_a_model_and_a_rate_of_the_brand() -> None:
    writer: IdWriter = brand_of("sts3215").id_writer
    for model, rate in ((None, 1_000_000), ("sts3215", 4_000_000)):
        with pytest.raises(ValueError, match="cannot be set"):
            writer.assign(wire(), FoundServo(1, 1_000_000, model), 2, rate)
