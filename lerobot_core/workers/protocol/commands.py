"""Commands: what a session and its media process are asked to do."""

from dataclasses import dataclass
from typing import Any

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
class RecordRestPose:
    """Where the arm is now is where it rests from now on; kept with the rig."""


@dataclass(frozen=True)
class ClearOverload:
    """Give a servo of the follower its full torque again, where the joint is now."""

    joint: str  # without ".pos"


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


Command = (
    Heartbeat | Connect | Engage | Disengage | Stop | Release | GoToRest | ClearOverload
    | RecordRestPose | SetSpeedLimit | StartRecording | StartEpisode | FinishEpisode | RedoEpisode
    | StopRecording | EndSession | OpenCamera | StartClips | Row | FinishClips | DiscardClips
)  # fmt: skip
