"""Every word that the app and its workers say to each other on one machine.

One message is one line of JSON: the message's name and its fields. Pictures do not travel
this way; they go through rings (``lerobot_core.cameras.ring``). Unknown messages are kept
as ``Unknown`` and ignored, so that an older and a newer program can talk.
"""

import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from lerobot_core.errors import ERRORS, Facts, WorkbenchError

PROTOCOL_VERSION = 1


class Phase(StrEnum):
    """What a session does; the worker's truth, the same on every screen."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    IDLE = "idle"  # connected, torque off
    TELEOPERATING = "teleoperating"
    RECORDING = "recording"
    RESETTING = "resetting"  # between episodes: the teleoperator drives, nothing is recorded
    SAVING = "saving"
    HOLDING = "holding"  # stopped, torque on
    GOING_TO_REST = "going_to_rest"


class DeviceState(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"
    WORKING = "working"


# Commands: app → session


@dataclass(frozen=True)
class Heartbeat:
    """The window is alive; sent at least four times a second."""


@dataclass(frozen=True)
class Connect:
    """Open the rig's devices with torque off, or try again after a problem."""


@dataclass(frozen=True)
class Engage:
    """Switch torque on and let the teleoperator drive the robot, easing in."""


@dataclass(frozen=True)
class Disengage:
    """Stop driving: go to the rest pose and switch torque off."""


@dataclass(frozen=True)
class Stop:
    """Freeze within one tick and hold."""


@dataclass(frozen=True)
class Release:
    """Torque off at once, read back."""


@dataclass(frozen=True)
class GoToRest:
    """From holding: move slowly to the rest pose, then switch torque off."""


@dataclass(frozen=True)
class SetSpeedLimit:
    fraction: float  # of the robot's own limit, 0 to 1


@dataclass(frozen=True)
class StartRecording:
    """Create the dataset and start the first episode."""

    repo_id: str
    task: str
    root: str = ""  # empty: the datasets' home
    episodes: int = 50
    fps: int = 30
    episode_s: float = 30.0
    reset_s: float = 10.0


@dataclass(frozen=True)
class StartEpisode:
    """End the reset phase now."""


@dataclass(frozen=True)
class FinishEpisode:
    """Keep what was recorded and save it."""


@dataclass(frozen=True)
class RedoEpisode:
    """Throw away the take in progress, or the one just saved is not touched."""


@dataclass(frozen=True)
class StopRecording:
    """Save the take in progress, finish the dataset, go on teleoperating."""


@dataclass(frozen=True)
class EndSession:
    """Go to rest, switch torque off, close everything, exit."""


# Commands: session → media process


@dataclass(frozen=True)
class OpenCamera:
    """Open a camera, or open it again after a problem. Answered by CameraReady or Problem."""

    name: str
    config: dict[str, Any]  # as CameraConfig.to_dict gives it


@dataclass(frozen=True)
class StartClips:
    """Begin a video for each open camera in ``folder``, one frame for each Row to come."""

    number: int  # of these videos, repeated in the answer
    folder: str
    fps: int


@dataclass(frozen=True)
class Row:
    """A row of the dataset: which picture of each camera belongs to it."""

    frames: dict[str, int]  # camera → sequence in its ring


@dataclass(frozen=True)
class FinishClips:
    """Close the videos. Answered by ClipsFinished or ClipsFailed."""


@dataclass(frozen=True)
class DiscardClips:
    """Throw the videos away. Answered by ClipsDiscarded."""


# Events: worker → app


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
class DeviceReading:
    name: str  # "follower", "leader", or the camera's name
    role: str  # "robot", "teleoperator" or "camera"
    state: DeviceState
    word: str = ""  # what is wrong, or what it does: "connecting", "unplugged"
    volts: float | None = None
    celsius: float | None = None
    fps: float | None = None
    age_ms: float | None = None


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


@dataclass(frozen=True)
class Unknown:
    """A message from a newer program."""

    line: str


Command = (
    Heartbeat | Connect | Engage | Disengage | Stop | Release | GoToRest | SetSpeedLimit
    | StartRecording | StartEpisode | FinishEpisode | RedoEpisode | StopRecording | EndSession
    | OpenCamera | StartClips | Row | FinishClips | DiscardClips
)  # fmt: skip
Event = (
    Started | PhaseChanged | Devices | CameraReady | Telemetry | LoopStatistics
    | CameraStatus | ClipsFinished | ClipsFailed | ClipsDiscarded | JobProgress | JobOutput
    | RecordingProgress | EpisodeSaved | RecordingFinished | Problem | ProblemSolved | Happened
    | Finished | Cancelled | Failed
)  # fmt: skip
Message = Command | Event | Unknown

_MESSAGES: dict[str, type[Any]] = {
    message.__name__: message for message in (*get_args(Command), *get_args(Event))
}


def problem(error: WorkbenchError, device: str = "", details: str = "") -> Problem:
    return Problem(error.code, error.facts, device, details)


def error_of(report: Problem | ClipsFailed | Failed) -> WorkbenchError:
    """The error that a worker reported, to be raised here."""
    try:
        return ERRORS[report.code](**report.facts)
    except KeyError:  # from a newer program, or without the facts that its sentence needs
        return WorkbenchError()


def to_line(message: Message) -> str:
    if isinstance(message, Unknown):
        return message.line
    return json.dumps({"message": type(message).__name__} | asdict(message))


def from_line(line: str) -> Message:
    """Read one message. What is not understood comes back as ``Unknown``; nothing is raised."""
    try:
        values = json.loads(line)
        kind = _MESSAGES[values.pop("message")]
        return _build(kind, values)  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unknown(line)


def _build(kind: Any, value: Any) -> Any:
    """Turn decoded JSON into ``kind``: a dataclass, an enum, a list or dict of them, a value."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        known = {entry.name for entry in fields(kind)}
        given = {name: _build(hints[name], entry) for name, entry in value.items() if name in known}
        return kind(**given)  # type: ignore[operator]
    if kind is Any:
        return value
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is list:
        return [_build(arguments[0], entry) for entry in value]
    if origin is dict:
        return {key: _build(arguments[1], entry) for key, entry in value.items()}
    if origin in (Union, UnionType):
        return value
    return kind(value)
