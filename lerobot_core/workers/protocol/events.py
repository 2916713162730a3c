"""Events: what workers tell."""

from dataclasses import dataclass, field
from typing import Any

from lerobot_core.errors import Facts
from lerobot_core.workers.protocol.states import DeviceState, Phase

PROTOCOL_VERSION = 1


@dataclass(frozen=True)
class Started:
    """The first event of every worker."""

    protocol: int = PROTOCOL_VERSION
    pid: int = 0
    lifeline: str = ""  # a session's shared file, see workers.lifeline


@dataclass(frozen=True)
class PhaseChanged:
    phase: Phase
    episode: int = 0  # of the recording, counted from 1; 0 when there is none
    torque_on: bool = False
    torque_off_confirmed: bool = False  # read back from the servos


@dataclass(frozen=True)
class RestPoseRecorded:
    """The rig rests there from now on; its file says so."""

    pose: dict[str, float]  # joint key → units


@dataclass(frozen=True)
class DeviceReading:
    name: str  # "follower", "leader", or the camera's name
    role: str  # "robot", "teleoperator" or "camera"
    state: DeviceState
    word: str = ""  # what is wrong, or what it does: "connecting", "unplugged"
    volts: float | None = None
    celsius: float | None = None
    fps: float | None = None
    age_ms: float | None = None
    limit: str = ""  # what a servo comes near to: control.servo_watch.Concern; empty: nothing
    limit_joint: str = ""  # whose servo that is, without ".pos"
    limit_s: float | None = None  # until it is reached, if it goes on like this


@dataclass(frozen=True)
class Devices:
    readings: list[DeviceReading]


@dataclass(frozen=True)
class CameraReady:
    name: str
    ring: str  # path of the frame ring
    height: int
    width: int


@dataclass(frozen=True)
class CameraStatus:
    """Twice a second for each open camera, from the media process."""

    name: str
    fps: float  # measured over the last second
    age_ms: float  # of the newest picture


@dataclass(frozen=True)
class ClipsFinished:
    number: int
    clips: dict[str, dict[str, Any]]  # camera → facts of its video, datasets.video.ClipFacts
    lost_frames: int  # named by a row, but gone before they could be encoded
    repeated_frames: int  # the same picture in two rows that follow each other


@dataclass(frozen=True)
class ClipsFailed:
    """The videos of this episode cannot be used; they were thrown away."""

    number: int
    code: str
    facts: Facts = field(default_factory=dict)
    device: str = ""


@dataclass(frozen=True)
class ClipsDiscarded:
    number: int


@dataclass(frozen=True)
class JobProgress:
    fraction: float  # 0 to 1
    doing: str


@dataclass(frozen=True)
class JobOutput:
    """A job has left a file in its folder."""

    path: str
    summary: str  # one line for people


@dataclass(frozen=True)
class JointRow:
    """One joint now, in the robot's units. None: no answer, or not known."""

    leader: float | None
    goal: float | None
    position: float | None
    load_percent: float | None = None
    celsius: float | None = None
    stale: bool = False
    limit_s: float | None = None  # until the servo protects itself, if it goes on like this


@dataclass(frozen=True)
class Telemetry:
    """About 30 times a second while connected."""

    time_s: float
    joints: dict[str, JointRow]  # keys without ".pos"
    engaged_fraction: float = 0.0  # of the ease-in; 1 when it is over


@dataclass(frozen=True)
class StageTiming:
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class LoopStatistics:
    """Twice a second while the loop runs."""

    rate_hz: float
    target_hz: float
    ticks: int
    late_ticks: int
    packets: int
    lost_packets: int
    stages: dict[str, StageTiming]  # read, frames, leader, limits, write, observers, whole
    lost_by_joint: dict[str, int] = field(default_factory=dict)  # readings of the follower
    leader_lost_by_joint: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordingProgress:
    """About 10 times a second while a dataset is being recorded."""

    phase: Phase
    episode: int  # counted from 1
    wanted: int
    saved: int
    redone: int
    seconds: float  # of the phase
    of_seconds: float
    frames: int
    fps: float
    lost_frames: int
    free_mb: int
    needed_mb_per_hour: float = 0.0


@dataclass(frozen=True)
class EpisodeSaved:
    index: int
    frames: int
    seconds: float
    save_ms: float
    repeated_frames: int = 0


@dataclass(frozen=True)
class RecordingFinished:
    root: str
    episodes: int
    frames: int


@dataclass(frozen=True)
class Problem:
    """Something went wrong that the session survives. The sentence is found by the code."""

    code: str
    facts: Facts = field(default_factory=dict)
    device: str = ""
    details: str = ""


@dataclass(frozen=True)
class ProblemSolved:
    """The devices a problem spoke of work again."""

    device: str


@dataclass(frozen=True)
class Happened:
    """One line of the story of a stop, for people."""

    time_s: float  # since the epoch
    severity: DeviceState
    text: str


@dataclass(frozen=True)
class Finished:
    """The last event of a worker that ran to its end."""


@dataclass(frozen=True)
class Cancelled:
    """The last event of a worker that was stopped on request."""


@dataclass(frozen=True)
class Failed:
    """The last event of a worker that could not go on."""

    code: str
    facts: Facts = field(default_factory=dict)
    details: str = ""


Event = (
    Started | PhaseChanged | RestPoseRecorded | Devices | CameraReady | Telemetry | LoopStatistics
    | CameraStatus | ClipsFinished | ClipsFailed | ClipsDiscarded | JobProgress | JobOutput
    | RecordingProgress | EpisodeSaved | RecordingFinished | Problem | ProblemSolved | Happened
    | Finished | Cancelled | Failed
)  # fmt: skip
