"""The registers of single servos: described, read and changed, byte by byte."""

from collections.abc import Callable

import pytest
from wired_servos import WatchedLink, scs_servo, servo, wire, x_servo, x_wire

from lerobot_core.errors import (
    BadReply,
    PortLost,
    RegisterNotKept,
    RegisterOutOfRange,
    RegisterProtected,
    ServoHasTorque,
    ServoNotResponding,
    UnknownChoice,
)
from lerobot_core.motors.brands import BRANDS
from lerobot_core.motors.bus import Motor, MotorsBus
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.register_facts import Change
from lerobot_core.motors.register_table import (
    BusServo,
    LinkedServo,
    ServoAccess,
    describe,
    describe_one,
    read_all,
    write_checked,
)
from lerobot_core.motors.register_words import WORDS
from lerobot_core.types import NormMode

ALL_MODELS = [model for brand in BRANDS.values() for model in brand.models]
WIRES: dict[str, Callable[[], WatchedLink]] = {
    "sts3215": lambda: wire(servo(3)),
    "scs0009": lambda: wire(scs_servo(3)),
    "xl330-m288": lambda: x_wire(x_servo(3)),
}
RETURN_DELAYS = {"sts3215": 7, "scs0009": 7, "xl330-m288": 9}


class Case:
    """One servo, reached over its link or over a bus."""

    def __init__(self, model: str, way: str) -> None:
        self.model = model
        self.link = WIRES[model]()
        self.simulated = self.link.chain.servo(3)
        self.bus: MotorsBus | None = None
        if way == "link":
            self.servo: ServoAccess = LinkedServo(self.link, 3, model)
        else:
            make = DynamixelMotorsBus if model.startswith("xl") else FeetechMotorsBus
            self.bus = make(
                "sim://test/chain",
                {"pan": Motor(3, model, NormMode.DEGREES)},
                opener=lambda address, baudrate: self.link,
                clock=self.link.now,
            )
            self.bus.connect()
            self.servo = BusServo(self.bus, "pan")

    def give_torque(self) -> None:
        address = 64 if self.model.startswith("xl") else 40
        self.simulated.write(address, b"\x01")

    def get(self, register: str) -> int:
        value: int = self.simulated.memory.get(register)
        return value


@pytest.fixture(params=[(model, way) for model in WIRES for way in ("link", "bus")], ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    return Case(*request.param)


@pytest.fixture(params=list(WIRES))
def linked(request: pytest.FixtureRequest) -> Case:
    return Case(request.param, "link")


# Described


@pytest.mark.parametrize("model", ALL_MODELS)
def test_every_register_of_every_model_is_described(model: str) -> None:
    infos = describe(model)
    places = [info.place.address for info in infos]
    assert places == sorted(set(places))
    for info in infos:
        assert info.words.endswith(".")
        assert (info.low is None) == (info.high is None) == (info.change is Change.NEVER)
        assert info.scale.step > 0
        if info.low is not None and info.high is not None:
            assert info.low <= info.high
            assert all(info.takes(counts) for counts in info.choices)


def test_every_word_belongs_to_a_register() -> None:
    described = {info.name for model in ALL_MODELS for info in describe(model)}
    assert set(WORDS) == described


@pytest.mark.parametrize(
    ("model", "register", "counts", "value", "unit"),
    [
        ("sts3215", "Present_Voltage", 74, 7.4, "V"),
        ("sts3215", "Present_Current", 100, 650.0, "mA"),
        ("sts3215", "Protection_Current", 250, 1625.0, "mA"),
        ("sts3215", "Present_Temperature", 31, 31.0, "°C"),
        ("sts3215", "Max_Torque_Limit", 500, 50.0, "%"),
        ("sts3215", "Return_Delay_Time", 250, 500.0, "µs"),
        ("sts3215", "Protection_Time", 200, 2000.0, "ms"),
        ("sts3215", "Homing_Offset", -1024, -90.0, "°"),
        ("sts3215", "Max_Position_Limit", 2048, 180.0, "°"),
        ("scs0009", "Max_Position_Limit", 512, 180.0, "°"),
        ("scs0009", "Present_Voltage", 60, 6.0, "V"),
        ("xl330-m288", "Present_Input_Voltage", 50, 5.0, "V"),
        ("xl330-m288", "Present_Current", -120, -120.0, "mA"),
        ("xm430-w350", "Current_Limit", 100, 269.0, "mA"),
        ("xl430-w250", "Present_Current", 150, 15.0, "%"),
        ("xl330-m288", "Velocity_Limit", 445, 101.905, "rpm"),
        ("xl330-m288", "PWM_Limit", 885, 100.005, "%"),
        ("xl330-m288", "Homing_Offset", 1024, 90.0, "°"),
    ],
)
def test_units_are_those_of_the_data_sheets(
    model: str, register: str, counts: int, value: float, unit: str
) -> None:
    info = describe_one(model, register)
    assert info.scale.unit == unit
    assert info.in_unit(counts) == pytest.approx(value)
    assert info.counts(value) == counts


@pytest.mark.parametrize(
    ("model", "register", "choices"),
    [
        ("sts3215", "Baud_Rate", {0: "1000000", 1: "500000", 7: "19200"}),
        ("xl330-m288", "Baud_Rate", {1: "57600", 3: "1000000", 6: "4000000"}),
        ("sts3215", "Operating_Mode", {0: "position", 1: "velocity", 3: "step"}),
        ("xl330-m288", "Operating_Mode", {3: "position", 5: "current_based_position"}),
    ],
)
def test_codes_are_shown_as_what_they_stand_for(
    model: str, register: str, choices: dict[int, str]
) -> None:
    assert choices.items() <= describe_one(model, register).choices.items()


def test_a_model_without_a_current_sensor_has_no_current() -> None:
    names = {info.name for info in describe("xl430-w250")}
    assert names.isdisjoint({"Current_Limit", "Goal_Current"})
    assert describe_one("xl430-w250", "Present_Current").words == WORDS["Present_Load"]


def test_what_is_not_known_is_said() -> None:
    with pytest.raises(UnknownChoice):
        describe("xyz")
    with pytest.raises(UnknownChoice):
        describe_one("sts3215", "Warp_Factor")
    with pytest.raises(UnknownChoice):
        LinkedServo(wire(), 1, "xyz")


# Read


def test_reads_them_all(case: Case) -> None:
    values = read_all(case.servo)
    assert set(values) == {info.name for info in describe(case.model)}
    assert values["ID"] == 3
    assert values["Torque_Enable"] == 0
    for name in ("Min_Voltage_Limit", "Max_Position_Limit", "Present_Position"):
        assert values[name] == case.get(name)
    assert case.link.written == []


def test_an_alarm_hides_nothing(case: Case) -> None:
    case.link.chain.faults.overloaded = {3}
    case.link.chain.advance(0.01)
    status = "Hardware_Error_Status" if case.model.startswith("xl") else "Status"
    assert read_all(case.servo)[status] == 0x20


def test_a_disturbed_wire_is_read_all_the_same(linked: Case) -> None:
    linked.link.chain.faults.corrupt_probability = 0.1
    assert read_all(linked.servo)["ID"] == 3


def test_says_what_keeps_it_from_reading(case: Case) -> None:
    case.link.chain.faults.unplugged = {3}
    with pytest.raises(ServoNotResponding):
        read_all(case.servo)
    case.link.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        read_all(case.servo)


def test_damage_is_told_apart_from_silence(linked: Case) -> None:
    linked.link.chain.faults.corrupt_probability = 1.0
    with pytest.raises(BadReply):
        linked.servo.read("ID")


# Changed


def test_changes_a_setting_that_is_kept_without_power(case: Case) -> None:
    write_checked(case.servo, "Return_Delay_Time", 10)
    case.link.chain.power_cycle()
    assert case.get("Return_Delay_Time") == 10


@pytest.mark.parametrize(("model", "lock"), [("sts3215", 55), ("scs0009", 48)])
def test_the_lock_is_opened_for_a_change_and_left_as_it_was(model: str, lock: int) -> None:
    case = Case(model, "link")
    write_checked(case.servo, "Return_Delay_Time", 10)
    assert [(packet[5], packet[6]) for packet in case.link.written] == [
        (lock, 0),
        (7, 10),
        (lock, 1),
    ]
    case.simulated.write(lock, b"\x00")
    write_checked(case.servo, "Return_Delay_Time", 12)
    assert case.get("Lock") == 0


def test_a_negative_number_is_kept() -> None:
    for model in ("sts3215", "xl330-m288"):
        case = Case(model, "link")
        write_checked(case.servo, "Homing_Offset", -1234)
        assert case.get("Homing_Offset") == -1234


def test_of_the_other_byte_order_as_well() -> None:
    case = Case("scs0009", "link")
    write_checked(case.servo, "Max_Torque_Limit", 500)
    assert case.link.written[1][5:8] == bytes((16, 0x01, 0xF4))
    assert case.get("Max_Torque_Limit") == 500


def test_under_torque_no_setting_that_is_kept_changes(case: Case) -> None:
    before = case.get("Return_Delay_Time")
    case.give_torque()
    with pytest.raises(ServoHasTorque):
        write_checked(case.servo, "Return_Delay_Time", 10)
    assert case.link.written == []
    assert case.get("Return_Delay_Time") == before


def test_a_passing_value_changes_under_torque_too(case: Case) -> None:
    case.give_torque()
    register = "LED" if case.model.startswith("xl") else "Acceleration"
    write_checked(case.servo, register, 1)
    assert case.get(register) == 1
    assert len(case.link.written) == 1


def test_torque_can_be_switched_off_and_not_on(case: Case) -> None:
    case.give_torque()
    write_checked(case.servo, "Torque_Enable", 0)
    assert case.get("Torque_Enable") == 0
    for value in (1, 128):
        with pytest.raises(RegisterOutOfRange):
            write_checked(case.servo, "Torque_Enable", value)
    assert case.get("Torque_Enable") == 0


@pytest.mark.parametrize("register", ["ID", "Baud_Rate", "Goal_Position", "Present_Position"])
def test_what_is_not_for_here_is_refused(case: Case, register: str) -> None:
    with pytest.raises(RegisterProtected):
        write_checked(case.servo, register, 1)
    assert case.link.written == []


def test_a_value_beyond_its_range_is_refused(case: Case) -> None:
    with pytest.raises(RegisterOutOfRange) as refused:
        write_checked(case.servo, "Return_Delay_Time", 255)
    assert refused.value.hint == "Possible is: 0 – 254."
    assert case.link.written == []


def test_only_modes_that_the_model_has_can_be_chosen() -> None:
    case = Case("xl330-m288", "link")
    with pytest.raises(RegisterOutOfRange) as refused:
        write_checked(case.servo, "Operating_Mode", 2)
    assert "16 (pwm)" in refused.value.hint
    write_checked(case.servo, "Operating_Mode", 5)
    assert case.get("Operating_Mode") == 5


def test_a_value_that_is_not_kept_is_said(linked: Case) -> None:
    ignored = RETURN_DELAYS[linked.model]
    whole_write = linked.simulated.write

    def deaf_write(address: int, data: bytes) -> int | None:
        return 0 if address == ignored else whole_write(address, data)

    linked.simulated.write = deaf_write
    with pytest.raises(RegisterNotKept, match="Servo 3 did not keep Return_Delay_Time = 10"):
        write_checked(linked.servo, "Return_Delay_Time", 10)
    if linked.model != "xl330-m288":
        assert linked.get("Lock") == 1  # closed again all the same


def test_a_servo_that_refuses_did_not_keep_it() -> None:
    case = Case("xl330-m288", "link")
    case.simulated.protection.status = 0x20
    case.simulated.memory.set("Torque_Enable", 0)
    case.simulated.write = lambda address, data: 7
    with pytest.raises(RegisterNotKept):
        write_checked(case.servo, "LED", 1)


def test_a_disturbed_wire_is_no_obstacle_to_a_change(linked: Case) -> None:
    linked.link.chain.faults.corrupt_probability = 0.15
    for value in (5, 6, 7):
        write_checked(linked.servo, "Return_Delay_Time", value)
    assert linked.get("Return_Delay_Time") == 7


def test_in_alarm_a_value_that_was_taken_is_no_failure(case: Case) -> None:
    case.link.chain.faults.celsius = {3: 90.0}
    case.link.chain.advance(0.01)
    register = "LED" if case.model.startswith("xl") else "Acceleration"
    write_checked(case.servo, register, 1)
    assert case.get(register) == 1
