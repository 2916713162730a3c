"""Events: set-up worker → app."""

from dataclasses import dataclass, field
from typing import Any

from lerobot_core.errors import Facts


@dataclass(frozen=True)
class PortSeen:
    address: str
    stable_address: str
    adapter: str
    serial_number: str = ""
    is_virtual: bool = False
    may_be_arm: bool = True
    is_allowed: bool = True
    obstacle: str = ""  # serial.access.Obstacle
    command: str = ""  # for a terminal, helps against the obstacle
    is_in_use: bool = False  # a session, or this worker, holds it


@dataclass(frozen=True)
class CameraSeen:
    name: str  # as the device calls itself
    address: str
    stable_address: str
    serial_number: str = ""
    is_virtual: bool = False
    is_allowed: bool = True
    command: str = ""
    config: dict[str, Any] = field(default_factory=dict)  # a CameraConfig to open it with


@dataclass(frozen=True)
class DevicesSeen:
    """All of them, each time."""

    ports: list[PortSeen]
    cameras: list[CameraSeen]


@dataclass(frozen=True)
class ServoSeen:
    servo_id: int
    baudrate: int
    joint: str = ""  # of the expected arm; empty: a stranger
    model: str = ""
    firmware: str = ""
    volts: float | None = None
    celsius: float | None = None
    position: int | None = None
    has_torque: bool | None = None
    answers: bool = True


@dataclass(frozen=True)
class FindingSeen:
    """motors.findings: code and facts are the words; ``servo_ids`` are marked in the drawing."""

    code: str
    severity: str  # fine, advice, problem
    facts: Facts = field(default_factory=dict)
    servo_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class ScanBegan:
    """``servos``: those expected, in the order of the chain; nobody has answered yet."""

    address: str
    kind: str
    servos: list[ServoSeen]


@dataclass(frozen=True)
class ArmScanned:
    """``servos``: those expected, in the order of the chain (``answers`` tells), then strangers."""

    address: str
    kind: str
    servos: list[ServoSeen]
    findings: list[FindingSeen]
    seconds: float
    baudrates: int  # how many were asked
    looks_like: list[str] = field(default_factory=list)  # kinds of arms that these servos fit


@dataclass(frozen=True)
class ArmWatched:
    """``findings``: what can be said without asking at other baud rates."""

    address: str
    servos: list[ServoSeen]
    findings: list[FindingSeen] = field(default_factory=list)


@dataclass(frozen=True)
class MovementSeen:
    """Furthest turned joint of each port since the last event, and in all; ``moved`` once clear."""

    degrees_now: dict[str, float]
    degrees_in_all: dict[str, float]
    moved: str = ""
    stiff: dict[str, list[int]] = field(default_factory=dict)  # servos with torque: not believed
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class IdsState:
    """How far giving ids is. ``found``: who is plugged in alone now, if that is clear."""

    address: str
    kind: str
    joints: dict[str, int]  # joint → id it gets, in the order of plugging in
    done: list[str]
    wanted: str = ""  # the joint whose servo is to be plugged in; empty: all are done
    found: ServoSeen | None = None
    can_write: bool = False
    findings: list[FindingSeen] = field(default_factory=list)  # of the last look or writing


@dataclass(frozen=True)
class RegisterSeen:
    """One register: motors.register_facts.RegisterInfo, and what it holds now, in counts."""

    name: str
    address: int
    size: int
    counts: int | None
    meaning: str
    unit: str = ""
    step: float = 1.0  # units a count
    low: int | None = None  # counts that may be written
    high: int | None = None
    choices: dict[str, str] = field(default_factory=dict)  # counts → what they stand for
    is_kept: bool = False  # without power
    change: str = "never"  # motors.register_facts.Change


@dataclass(frozen=True)
class RegistersRead:
    address: str
    servo_id: int
    model: str
    registers: list[RegisterSeen]


@dataclass(frozen=True)
class FileWritten:
    path: str


@dataclass(frozen=True)
class RegistersRestored:
    address: str
    written: int  # registers that differed


@dataclass(frozen=True)
class SweepSeen:
    """One joint's sweep, in encoder counts, unwrapped."""

    low: int
    high: int
    now: int
    travel_deg: float
    verdict: str  # motors.travel.Verdict
    least_deg: float  # expected travel
    most_deg: float  # 0: any
    is_full_turn: bool = False
    meets_seam: bool = False


@dataclass(frozen=True)
class SignSeen:
    words: str
    found: str  # control.calibration_state.Direction
    can_be_corrected: bool


@dataclass(frozen=True)
class CalibrationValues:
    homing_offset: int
    range_min: int
    range_max: int
    drive_mode: int = 0


@dataclass(frozen=True)
class ChangeSeen:
    new: CalibrationValues
    held: CalibrationValues | None = None
    filed: CalibrationValues | None = None
    scale: float | None = None  # of values in old recordings, where one joint keeps the frame
    shift: float | None = None


@dataclass(frozen=True)
class CalibrationNow:
    """A calibration at one moment; ``problem_code`` pauses it until the reason is gone."""

    stage: str  # control.calibration_state.CalibrationStage
    joints: list[str]
    family: str
    path: str
    sweeps: dict[str, SweepSeen] = field(default_factory=dict)
    growing: list[str] = field(default_factory=list)  # joints whose sweep got larger a moment ago
    signs: dict[str, SignSeen] = field(default_factory=dict)
    checking: str = ""
    changes: dict[str, ChangeSeen] = field(default_factory=dict)
    volts: float | None = None
    problem_code: str = ""
    problem_facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class MirrorPose:
    """Where a limp arm is, in its units (degrees, −100 to 100, gripper percent), and in radians
    those joints that are told in degrees."""

    values: dict[str, float]
    radians: dict[str, float] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    address: str = ""


@dataclass(frozen=True)
class CalibrationHeld:
    """What the servos of an arm hold, and how that is told apart (motors.provenance)."""

    address: str
    values: dict[str, CalibrationValues]
    fingerprint: str


@dataclass(frozen=True)
class BenchAnswered:
    number: int
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PortDone:
    """What went on at a port has ended and it is closed; ``doing`` names the command."""

    address: str
    doing: str


SetupEvent = (
    DevicesSeen
    | ScanBegan
    | ArmScanned
    | ArmWatched
    | MovementSeen
    | IdsState
    | RegistersRead
    | FileWritten
    | RegistersRestored
    | CalibrationNow
    | MirrorPose
    | CalibrationHeld
    | BenchAnswered
    | PortDone
)
