"""From what a scan found to words: a table of cases."""

from dataclasses import replace

import pytest

from lerobot_core.errors import (
    DeviceError,
    PortBusy,
    PortLost,
    PortNotFound,
    PortPermissionDenied,
    ServoNotResponding,
)
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.diagnosis import PortProblem, PortState, diagnose, port_state
from lerobot_core.motors.findings import Finding, Severity
from lerobot_core.motors.scan import FoundServo, RateScan, ScanResult, Stranger
from lerobot_core.serial.access import Access, Obstacle
from lerobot_core.serial.discovery import FoundPort, UsbIds
from lerobot_core.types import Alarm, NormMode

PORT = PortState("/dev/ttyACM0")
JOINTS = ("pan", "lift", "elbow", "wrist")
ARM = {joint: Motor(i, "sts3215", NormMode.DEGREES) for i, joint in enumerate(JOINTS, 1)}
GROUP = Access(False, False, "dialout", Obstacle.NOT_IN_GROUP, "sudo usermod -aG dialout $USER")


def found(servo_id: int, **changes) -> FoundServo:
    usual = FoundServo(servo_id, 1_000_000, "sts3215", 777, "3.10", 7.4, 4.0, 8.0, 30, 2000, False)
    return replace(usual, **changes)


def scanned(*servos: FoundServo, noise: int = 0, all_baudrates: bool = True) -> ScanResult:
    rates = sorted({servo.baudrate for servo in servos} | {1_000_000}, reverse=True)
    return ScanResult(
        tuple(
            RateScan(rate, tuple(servo for servo in servos if servo.baudrate == rate), noise)
            for rate in rates
        ),
        tuple(motor.id for motor in ARM.values()),
        all_baudrates=all_baudrates,
    )


ALL = [found(servo_id) for servo_id in (1, 2, 3, 4)]


def only(*ids: int) -> list[FoundServo]:
    return [found(servo_id) for servo_id in ids]


def put(servo_id: int, **changes) -> list[FoundServo]:
    return [found(servo.id, **changes) if servo.id == servo_id else servo for servo in ALL]


CASES = [
    ("all fine", ALL, ["All 4 servos answer, and nothing is wrong with them."]),
    ("everything after 2", only(1, 2), ["Everything after servo 2 (lift) is silent."]),
    ("the last one", only(1, 2, 3), ["Everything after servo 3 (elbow) is silent."]),
    (
        "one in the middle",
        only(1, 3, 4),
        ["Servo 2 (lift) is silent, though servos behind it answer."],
    ),
    (
        "the first one and the last one",
        only(2, 3),
        [
            "Everything after servo 3 (elbow) is silent.",
            "Servo 1 (pan) is silent, though servos behind it answer.",
        ],
    ),
    (
        "another id",
        only(1, 2, 3, 9),
        ["These ids are silent: 4. These answer instead: 9."],
    ),
    (
        "new servos, all with id 1",
        [found(1, damaged=4)],
        [
            "More than one servo seems to have the id 1.",
            "These ids are silent: 2, 3, 4. Their servos may share the id 1.",
        ],
    ),
    (
        "one id at two baud rates",
        [*ALL, found(2, baudrate=57_600)],
        ["More than one servo seems to have the id 2."],
    ),
    (
        "another arm",
        only(11, 12),
        ["On /dev/ttyACM0 the ids 11, 12 answer, but none of those expected: 1, 2, 3, 4."],
    ),
    (
        "a servo more",
        [*ALL, found(7)],
        ["These ids answer as well, which this robot does not have: 7."],
    ),
    (
        "another baud rate",
        put(3, baudrate=115_200),
        ["Servo 3: 115200 baud instead of 1000000."],
    ),
    (
        "all at another baud rate",
        [found(servo.id, baudrate=500_000) for servo in ALL],
        ["Servo 1, 2, 3, 4: 500000 baud instead of 1000000."],
    ),
    (
        "another model",
        put(2, model="sts3250", model_number=2825),
        ["Servo 2 (lift) is model sts3250, but sts3215 was expected."],
    ),
    (
        "a model that is not known",
        put(2, model=None, model_number=4242),
        ["Servo 2 (lift) is model 4242, but sts3215 was expected."],
    ),
    (
        "different firmware",
        put(4, firmware="3.9"),
        [
            "The servos have different firmware, so the arm will not connect: "
            "3.10 (1, 2, 3), 3.9 (4)."
        ],
    ),
    (
        "too much voltage",
        [found(servo.id, volts=12.0 + servo.id / 10) for servo in ALL],
        ["Servo 1, 2, 3, 4: 12.1–12.4 V, but no more than 8.0 V is allowed."],
    ),
    ("too little voltage", put(4, volts=3.2), ["Servo 4: 3.2 V, but at least 4.0 V is needed."]),
    (
        "a servo that cannot be read",
        put(2, model=None, model_number=None, firmware=None, volts=None),
        ["Servo 2 answers, but cannot be read."],
    ),
    (
        "overloads",
        [found(servo.id, alarms=(Alarm.OVERLOAD,) if servo.id < 3 else ()) for servo in ALL],
        ["Servo 1, 2 reports an overload, and has given way."],
    ),
    (
        "a wrong supply is told once",
        put(4, volts=3.2, alarms=(Alarm.VOLTAGE,)),
        ["Servo 4: 3.2 V, but at least 4.0 V is needed."],
    ),
    (
        "a wrong supply that is over",
        put(4, alarms=(Alarm.VOLTAGE,)),
        ["Servo 4 reports a wrong supply voltage, which is over by now."],
    ),
    (
        "several alarms",
        put(3, alarms=(Alarm.HEAT, Alarm.CURRENT)),
        ["Servo 3 reports that it is too hot.", "Servo 3 reports too much current."],
    ),
]


def sentences(findings: list[Finding]) -> list[str]:
    return [finding.sentence for finding in findings]


@pytest.mark.parametrize(
    ("servos", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_says_what_is_wrong(servos: list[FoundServo], words: list[str]) -> None:
    said = sentences(diagnose(ARM, scanned(*servos), PORT))
    assert said == words


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        (scanned(), "nothing_answers"),
        (scanned(all_baudrates=False), "nothing_answers_so_far"),
        (scanned(noise=17), "only_noise"),
    ],
)
def test_tells_kinds_of_silence_apart(scan: ScanResult, code: str) -> None:
    [finding, others] = diagnose(ARM, scan, replace(PORT, other_ports=("/dev/ttyACM1",)))
    assert finding.code == code
    assert others.sentence == "An arm may also be at: /dev/ttyACM1."


@pytest.mark.parametrize(
    ("problem", "access", "code", "hint"),
    [
        (PortProblem.MISSING, Access(), "port_missing", "Plug the adapter in"),
        (PortProblem.BUSY, Access(), "port_busy", "Close the other program"),
        (PortProblem.LOST, Access(), "port_lost", "USB cable"),
        (PortProblem.DENIED, GROUP, "port_denied_not_in_group", "usermod -aG dialout $USER"),
        (
            PortProblem.DENIED,
            replace(GROUP, obstacle=Obstacle.LOGIN_NEEDED),
            "port_denied_login_needed",
            "Log out",
        ),
        (PortProblem.DENIED, Access(), "port_denied", "sudo chmod a+rw /dev/ttyACM0"),
    ],
)
def test_a_port_that_cannot_be_had_is_the_finding(
    problem: PortProblem, access: Access, code: str, hint: str
) -> None:
    [finding] = diagnose(ARM, None, replace(PORT, problem=problem, access=access))
    assert finding.code == code
    assert hint in finding.hint


def test_no_command_is_offered_for_a_port_that_is_no_device() -> None:
    port = PortState("sim://default/follower", PortProblem.DENIED)
    assert [finding.code for finding in diagnose(ARM, None, port)] == ["port_refused"]


def test_without_expectations_only_the_servos_themselves_are_judged() -> None:
    assert [finding.code for finding in diagnose({}, scanned(*only(3, 8)), PORT)] == ["all_fine"]


def test_a_wrong_supply_is_told_first() -> None:
    findings = diagnose(ARM, scanned(found(1, volts=12.0), found(2, volts=12.0)), PORT)
    assert [finding.code for finding in findings] == ["voltage_high", "silent_behind"]
    assert findings[0].servo_ids == (1, 2)
    assert findings[1].servo_ids == (3, 4)


def test_firmware_that_differs_keeps_the_arm_from_connecting() -> None:
    [finding] = diagnose(ARM, scanned(*put(4, firmware="3.9")), PORT)
    assert finding.severity is Severity.PROBLEM
    assert finding.hint.endswith("with the maker's program, FD.")
    assert finding.servo_ids == (4,)


def test_firmware_may_differ_where_every_model_has_its_own() -> None:
    servos = [
        found(1, model="xl430-w250", model_number=1060, firmware="48"),
        found(2, model="xl330-m288", model_number=1200, firmware="51"),
    ]
    arm = {
        "pan": Motor(1, "xl430-w250", NormMode.DEGREES),
        "lift": Motor(2, "xl330-m288", NormMode.DEGREES),
    }
    assert [finding.code for finding in diagnose(arm, scanned(*servos), PORT)] == ["all_fine"]


@pytest.mark.parametrize(
    ("expected", "model", "number", "codes"),
    [
        ("sts_series", "sts3250", 2825, ["all_fine"]),
        ("sts_series", None, 4242, ["all_fine"]),
        ("sts_series", "scs0009", 1284, ["wrong_model"]),
        ("scs_series", "scs0009", 1284, ["all_fine"]),
        ("scs_series", "sts3215", 777, ["wrong_model"]),
    ],
)
def test_a_series_takes_its_members_and_unknown_ones(
    expected: str, model: str | None, number: int, codes: list[str]
) -> None:
    arm = {"pan": Motor(1, expected, NormMode.DEGREES)}
    scan = scanned(found(1, model=model, model_number=number))
    assert [finding.code for finding in diagnose(arm, scan, PORT)] == codes


# Other arms and other brands

LEADER = {joint: Motor(i, "xl330-m077", NormMode.DEGREES) for i, joint in enumerate(JOINTS, 1)}
FOLLOWER = {joint: Motor(i, "xl330-m288", NormMode.DEGREES) for i, joint in enumerate(JOINTS, 1)}


def leader_servos(*ids: int) -> list[FoundServo]:
    return [found(servo_id, model="xl330-m077", model_number=1190) for servo_id in ids]


@pytest.mark.parametrize(
    ("servos", "codes"),
    [
        (leader_servos(1, 2, 3, 4), ["other_arm", "other_ports"]),
        (leader_servos(1, 2), ["other_arm", "other_ports"]),
        (
            [found(i, model="xl330-m288", model_number=1200) for i in (1, 2, 3, 4)],
            ["all_fine"],
        ),
        (  # one servo may have been changed for a wrong one
            [
                *(found(i, model="xl330-m288", model_number=1200) for i in (1, 2, 3)),
                *leader_servos(4),
            ],
            ["wrong_model"],
        ),
        (leader_servos(1), ["silent_behind", "wrong_model"]),
    ],
)
def test_the_arm_of_the_other_role_is_known_by_its_models(
    servos: list[FoundServo], codes: list[str]
) -> None:
    port = replace(PORT, other_ports=("/dev/ttyACM1",))
    findings = diagnose(
        FOLLOWER, scanned(*servos), port, other_arms={"koch_leader": LEADER, "other": {}}
    )
    assert [finding.code for finding in findings] == codes
    if codes[0] == "other_arm":
        assert findings[0].sentence == (
            "The servos on /dev/ttyACM0 are those of another arm: koch_leader."
        )


def strange(*ids: int) -> tuple[Stranger, ...]:
    return tuple(Stranger("Dynamixel", servo) for servo in leader_servos(*ids))


def test_another_brand_instead_of_the_expected_one() -> None:
    scan = replace(scanned(), strangers=strange(1, 2))
    [finding, _] = diagnose(ARM, scan, replace(PORT, other_ports=("/dev/ttyACM1",)))
    assert finding.sentence == (
        "On /dev/ttyACM0 servos of Dynamixel answer (1, 2); Feetech was expected."
    )


def test_another_brand_beside_the_expected_one() -> None:
    scan = replace(scanned(*ALL), strangers=strange(7))
    [finding] = diagnose(ARM, scan, PORT)
    assert finding.sentence == (
        "On /dev/ttyACM0 servos of Dynamixel answer as well (7), beside those of Feetech."
    )
    assert finding.hint.endswith("unplug those of Dynamixel.")


def test_of_an_unknown_arm_the_brand_that_was_found_is_judged() -> None:
    scan = replace(scanned(*put(2, firmware="3.9")), brand="feetech", strangers=strange(9))
    codes = [finding.code for finding in diagnose({}, scan, PORT)]
    assert codes == ["mixed_brands", "mixed_firmware"]


# From the list of ports


USB = UsbIds(0x1A86, 0x55D3)
PORTS = [
    FoundPort("/dev/ttyACM0", "/dev/ttyACM0", "Adapter", usb=USB, access=GROUP),
    FoundPort("/dev/ttyACM1", "/dev/ttyACM1", "Adapter", usb=USB),
    FoundPort("/dev/ttyS0", "/dev/ttyS0", "Serial port"),
    FoundPort("sim://default/leader", "sim://default/leader", "Virtual", is_virtual=True),
]


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (None, None),
        (PortNotFound(port="x"), PortProblem.MISSING),
        (PortPermissionDenied(port="x"), PortProblem.DENIED),
        (PortBusy(port="x"), PortProblem.BUSY),
        (PortLost(port="x"), PortProblem.LOST),
    ],
)
def test_knows_the_port_and_its_neighbours(
    error: DeviceError | None, problem: PortProblem | None
) -> None:
    state = port_state("/dev/ttyACM0", PORTS, error)
    assert state == PortState("/dev/ttyACM0", problem, GROUP, ("/dev/ttyACM1",))


def test_a_port_is_known_by_its_stable_name_as_well() -> None:
    stable = "/dev/serial/by-id/usb-1a86_5A46-if00"
    ports = [replace(PORTS[0], stable_address=stable), *PORTS[1:]]
    state = port_state(stable, ports, PortPermissionDenied(port=stable))
    assert state == PortState(stable, PortProblem.DENIED, GROUP, ("/dev/ttyACM1",))


def test_an_error_that_is_not_of_the_port_goes_on() -> None:
    with pytest.raises(ServoNotResponding):
        port_state("/dev/ttyACM0", PORTS, ServoNotResponding(servo_id=3))
