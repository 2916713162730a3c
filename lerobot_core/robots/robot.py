"""What every robot can do, with upstream's verbs and what safety asks for beyond them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from lerobot_core.cameras.config import CameraConfig, cameras_from_dict
from lerobot_core.registry import Choice
from lerobot_core.robots.limits import MotionLimit
from lerobot_core.types import (
    Action,
    Alarm,
    JointValues,
    Observation,
    ServoLimits,
    ServoReading,
)

if TYPE_CHECKING:
    from lerobot_core.robots.arm import Arm


@dataclass(frozen=True, kw_only=True)
class RobotConfig(Choice):
    """Description of one robot. Importing configs loads no driver."""

    id: str | None = None
    calibration_dir: str | None = None
    cameras: Mapping[str, CameraConfig] = field(default_factory=dict)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        return cls(**{**values, "cameras": cameras_from_dict(values.get("cameras", {}))})

    @property
    def arms(self) -> Mapping[str, "RobotConfig"]:
        """Each arm by itself, as it is called by the robot's ``arms``."""
        return {"": self}

    @property
    def addresses(self) -> list[str]:
        """The ports this robot opens, for leases; cameras not included."""
        return []

    def build(self) -> "Robot":
        """The robot, not yet connected."""
        raise TypeError(f"{type(self).__name__} is a family, not a robot")


class Robot(ABC):
    """An arm (or more) that follows targets.

    Torque is off after ``connect``, unless the arm was found held, as a session that died leaves
    it: it stays held then, and ``is_torque_on`` says so. ``enable_torque`` makes the present
    position the goal, reads that back, and only then switches torque on; ``send_action`` does so
    by itself when a script forgets it. Keys of joints are ``<joint>.pos``.
    """

    name: str
    """Folder of its calibrations and ``robot_type`` of its datasets, as upstream spells it."""

    def __init__(self, config: RobotConfig) -> None:
        self.config = config
        self.id = config.id

    @property
    @abstractmethod
    def observation_features(self) -> dict[str, type | tuple[int, int, int]]:
        """Joint keys → float, camera names → (height, width, 3)."""

    @property
    @abstractmethod
    def action_features(self) -> dict[str, type]:
        """Joint keys → float."""

    @property
    @abstractmethod
    def is_connected(self) -> bool: ...

    @property
    @abstractmethod
    def is_calibrated(self) -> bool:
        """The servos hold what the calibration file says."""

    @property
    @abstractmethod
    def limits(self) -> Mapping[str, MotionLimit]:
        """Bounds of each joint key. Finite for every robot."""

    @property
    @abstractmethod
    def servo_ids(self) -> Mapping[str, int]:
        """Joint key → id of its servo on the bus, for messages."""

    @property
    @abstractmethod
    def arms(self) -> Mapping[str, "Arm"]:
        """Its arms, for who sets them up or calibrates them: “left” and “right”, or “” alone."""

    @abstractmethod
    def connect(self, calibrate: bool = True) -> None:
        """Open cameras, then the bus; check servos, voltage and calibration. Nothing moves.

        Nothing is ever asked, and no calibration is written. With ``calibrate`` (the default) a
        missing or foreign calibration is refused; without it the robot opens all the same, so
        that ``calibrate()`` can be called, and only torque is refused.

        Raises:
            DeviceError: with what is missing or wrong. Everything opened is closed again.
        """

    @abstractmethod
    def calibrate(self) -> None:
        """Write the calibration file's values to the servos. Raises CalibrationMissing."""

    @abstractmethod
    def configure(self) -> None:
        """Write operating modes, gains and protections. Torque must be off."""

    def request_observation(self) -> None:
        """Ask the joints now; ``get_observation`` collects the answer.

        Several buses answer at the same time this way. Raises PortLost.
        """

    @abstractmethod
    def get_observation(self) -> Observation:
        """One reading of all joints, and the newest picture of each camera.

        A joint whose reading was lost keeps its last value and is named in ``stale_joints``.
        """

    @property
    @abstractmethod
    def stale_joints(self) -> Mapping[str, int]:
        """Joint key → how many readings in a row were lost. Empty on a good day."""

    @property
    @abstractmethod
    def lost_by_joint(self) -> Mapping[str, int]:
        """Joint key → how many of its readings were lost since the robot was made."""

    @abstractmethod
    def send_action(self, action: Action) -> JointValues:
        """Move towards ``action``, limited by ``limits``. Returns the targets really sent.

        Raises:
            UnsafeAction: a target is not finite. Nothing was sent.
        """

    @abstractmethod
    def enable_torque(self) -> None: ...

    @abstractmethod
    def hold(self) -> None:
        """Freeze: the present position becomes the goal. Torque stays on."""

    @abstractmethod
    def release(self) -> None:
        """Torque off, read back. Raises TorqueNotOff with the servos that did not confirm."""

    @property
    @abstractmethod
    def is_torque_on(self) -> bool: ...

    @abstractmethod
    def clear_overload(self, joint: str) -> None:
        """Let a joint whose servo protects itself try again, from where it is.

        Its torque goes off for a moment; the other joints hold.

        Raises:
            ServoAlarm: the servo still protects itself.
            GoalNotTaken: it does not take its position as its target; it stays limp.
            SettingInvalid: the robot has no such joint.
        """

    @abstractmethod
    def read_servos(self) -> dict[str, ServoReading]:
        """Load, voltage and temperature by joint key. One exchange; lost ones are left out."""

    def servo_limits(self) -> Mapping[str, ServoLimits]:
        """By joint key, where the servos protect themselves. Several exchanges: not in a tick."""
        return {}

    def read_torque(self) -> dict[str, bool]:
        """Whether each joint really has torque: a servo may drop it, or start afresh, by itself.

        One exchange; lost ones are left out.
        """
        return {}

    def read_alarms(self) -> dict[str, frozenset[Alarm]]:
        """What each joint's servo complains of now. One exchange; lost ones are left out."""
        return {}

    @property
    @abstractmethod
    def packets(self) -> tuple[int, int]:
        """Exchanges so far, and how many of them were lost or damaged."""

    @abstractmethod
    def guard_plan(self) -> list[dict[str, Any]]:
        """What the guard needs to hold or release this robot by itself, one entry a bus.

        Each entry: ``protocol`` ("feetech" or "dynamixel"), ``descriptor`` (of the open link),
        ``ids``, and ``present_position``, ``goal_position``, ``torque_enable`` as
        [address, bytes].
        """

    @abstractmethod
    def disconnect(self) -> None:
        """Torque off first, then the bus, then the cameras."""

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *exc: object) -> None:
        if self.is_connected:
            self.disconnect()
