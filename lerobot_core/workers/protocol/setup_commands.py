"""Commands: app → set-up worker, which finds, checks, names and calibrates arms.

It does one thing at a port at a time: the next command for a port ends what went on before
there. It never switches torque on. Joints are named without “.pos”.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class WatchDevices:
    """List ports, cameras and inputs now, and again whenever they change, until switched off."""

    running: bool = True


@dataclass(frozen=True)
class ScanArm:
    """Ask every id at every baud rate. Answered by JobProgress and ArmScanned, or Problem.

    ``kind`` is the arm that is expected there ("so101_follower"); empty: whoever answers.
    """

    address: str
    kind: str = ""


@dataclass(frozen=True)
class WatchArm:
    """Read the servos of an arm twice a second: ArmWatched, until StopPort.

    Ends no calibration and no mirror that goes on at the port: PortDone comes at once.
    """

    address: str
    kind: str


@dataclass(frozen=True)
class WatchMovement:
    """Tell which of these ports' arms is moved by hand: MovementSeen ten times a second."""

    addresses: list[str]


@dataclass(frozen=True)
class StopPort:
    """End what goes on at a port and close it. Empty: at all ports."""

    address: str = ""


@dataclass(frozen=True)
class BeginIds:
    """Give ids. In place: all at once, where ids are distinct already (``present``: joint → id).

    Answered by IdsState, again after each step. ``done``: joints that have theirs already, to go
    on after an interruption.
    """

    address: str
    kind: str
    in_place: bool = False
    present: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LookForServo:
    """Who is plugged in now, alone? Nothing is written. Repeated by the worker once a second."""

    address: str


@dataclass(frozen=True)
class WriteId:
    """Write id and baud rate to the servo that was found, and read them back."""

    address: str


@dataclass(frozen=True)
class SkipJoint:
    """The next joint's servo; this one's comes last."""

    address: str


@dataclass(frozen=True)
class ChooseJoint:
    """This joint's servo next: one that was skipped, or one to do again."""

    address: str
    joint: str


@dataclass(frozen=True)
class ReadRegisters:
    """Every register of one servo that a scan found: RegistersRead."""

    address: str
    servo_id: int
    model: str
    baudrate: int = 1_000_000


@dataclass(frozen=True)
class WriteRegister:
    """Of the servo whose registers were read last: checked, written, read back.

    Answered by RegistersRead again, or Problem.
    """

    address: str
    register: str
    counts: int


@dataclass(frozen=True)
class BackUpRegisters:
    """The settings of that servo into a JSON file: FileWritten."""

    address: str
    path: str


@dataclass(frozen=True)
class RestoreRegisters:
    """From such a file; id and baud rate are left alone. RegistersRestored, or Problem."""

    address: str
    path: str


@dataclass(frozen=True)
class ShowCameras:
    """Open these cameras (name → config) for thumbnails, and only these: CameraReady, Problem."""

    cameras: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class BeginCalibration:
    """Calibrate one arm: ``arm`` is its config as to_dict gives it (robot or teleoperator).

    ``side`` "left" or "right" of a bimanual arm. ``joint``: only this one, keeping the frame of
    existing recordings. Answered by CalibrationNow, then ten times a second while joints move.
    """

    arm: dict[str, Any]
    is_robot: bool
    side: str = ""
    joint: str = ""


@dataclass(frozen=True)
class CalibrationStep:
    """``step``: release, take_middle, sweep_again, finish_sweep, check_sign, finish_signs, save,
    cancel, as control.calibrate.ArmCalibration has them."""

    step: str
    joint: str = ""
    accept: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BeginMirror:
    """Read a calibrated, limp arm 30 times a second: MirrorPose, until StopPort."""

    arm: dict[str, Any]
    is_robot: bool
    side: str = ""


@dataclass(frozen=True)
class ReadCalibration:
    """Which calibration does this arm hold? CalibrationHeld, and the port is closed again."""

    arm: dict[str, Any]
    is_robot: bool
    side: str = ""


@dataclass(frozen=True)
class AskBench:
    """A hand or a fault of a virtual bench (sim.commands). Answered by BenchAnswered or Problem."""

    bench: str
    command: str
    arguments: dict[str, Any] = field(default_factory=dict)
    number: int = 0  # repeated in the answer


SetupCommand = (
    WatchDevices
    | ScanArm
    | WatchArm
    | WatchMovement
    | StopPort
    | BeginIds
    | LookForServo
    | WriteId
    | SkipJoint
    | ChooseJoint
    | ReadRegisters
    | WriteRegister
    | BackUpRegisters
    | RestoreRegisters
    | ShowCameras
    | BeginCalibration
    | CalibrationStep
    | BeginMirror
    | ReadCalibration
    | AskBench
)
