"""What every teleoperator can do, with upstream's verbs."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from lerobot_core.registry import Choice
from lerobot_core.types import Action, JointValues, ServoReading

if TYPE_CHECKING:
    from lerobot_core.robots.arm import Arm


@dataclass(frozen=True, kw_only=True)
class TeleoperatorConfig(Choice):
    """Description of one teleoperator. Importing configs loads no driver."""

    id: str | None = None
    calibration_dir: str | None = None

    @property
    def arms(self) -> Mapping[str, "TeleoperatorConfig"]:
        """Each arm by itself, as it is called by the teleoperator's ``arms``."""
        return {"": self}

    @property
    def addresses(self) -> list[str]:
        """The ports this teleoperator opens, for leases."""
        return []

    def build(self) -> "Teleoperator":
        """The teleoperator, not yet connected."""
        raise TypeError(f"{type(self).__name__} is a family, not a teleoperator")


class Teleoperator(ABC):
    """Says where the robot should go. Keys of joints are ``<joint>.pos``."""

    name: str
    """Folder of its calibrations, as upstream spells it."""

    def __init__(self, config: TeleoperatorConfig) -> None:
        self.config = config
        self.id = config.id

    @property
    @abstractmethod
    def action_features(self) -> dict[str, type]: ...

    @property
    def feedback_features(self) -> dict[str, type]:
        return {}

    @property
    @abstractmethod
    def is_connected(self) -> bool: ...

    @property
    @abstractmethod
    def is_calibrated(self) -> bool: ...

    @abstractmethod
    def connect(self, calibrate: bool = True) -> None:
        """Open and check. Raises DeviceError; everything opened is closed again."""

    @abstractmethod
    def calibrate(self) -> None: ...

    @abstractmethod
    def configure(self) -> None: ...

    def request_action(self) -> None:
        """Ask the joints now; ``get_action`` collects the answer.

        Several buses answer at the same time this way. Raises PortLost.
        """

    @abstractmethod
    def get_action(self) -> JointValues:
        """Where it points now. A reading that was lost keeps its last value."""

    @property
    def arms(self) -> Mapping[str, "Arm"]:
        """Its arms, for who sets them up or calibrates them; what has no servos has none."""
        return {}

    @property
    def stale_joints(self) -> Mapping[str, int]:
        """Joint key → how many readings in a row were lost."""
        return {}

    @property
    def lost_by_joint(self) -> Mapping[str, int]:
        """Joint key → how many of its readings were lost since it was made."""
        return {}

    @property
    def servo_ids(self) -> Mapping[str, int]:
        """Joint key → id of its servo on the bus, for messages. Empty without servos."""
        return {}

    def send_feedback(self, feedback: Action) -> None:
        """Positions for the operator to feel. Keys are those of ``feedback_features``.

        Nothing is felt while torque is off, or where there are no ``feedback_features``.

        Raises:
            UnsafeAction: a target is not finite. Nothing was sent.
        """

    def enable_torque(self) -> None:
        """Make it stiff where it is, so that it can be moved by ``send_feedback``.

        Only teleoperators with ``feedback_features`` can be.
        """

    def disable_torque(self) -> None:
        """Make it limp again, read back. Raises TorqueNotOff."""

    def check(self) -> None:
        """Whether it still is what was connected, asked before a robot is to follow it.

        Raises:
            DeviceError: another arm was plugged in since, or it does not answer.
        """

    def engaged(self, engaged: bool) -> None:
        """The robot starts or stops to follow. Scripted teleoperators play only meanwhile."""

    def read_servos(self) -> dict[str, ServoReading]:
        return {}

    @property
    def packets(self) -> tuple[int, int]:
        """Exchanges so far, and how many of them were lost or damaged."""
        return 0, 0

    @abstractmethod
    def disconnect(self) -> None: ...

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *exc: object) -> None:
        if self.is_connected:
            self.disconnect()
