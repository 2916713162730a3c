"""What a session says of its servos: each trouble and each warning once, and when it is over."""

from collections.abc import Mapping

from lerobot_core.control.mode import MOVING
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.errors import DeviceError
from lerobot_core.workers.news import News
from lerobot_core.workers.rig_devices import FOLLOWER

_Key = tuple[str, bool]


class ServoNews:
    """Tells the app of the follower's servos.

    What stops an arm that moves is told by whoever stops it. Here is the rest: trouble of an arm
    that holds, and warnings. Each warning speaks of a device of its own, ``follower elbow_flex``,
    so that its end ends nothing else.
    """

    def __init__(self, news: News) -> None:
        self._news = news
        self._trouble: tuple[str, object] | None = None
        self._warned: dict[str, _Key] = {}

    def tell(self, loop: Teleoperation) -> None:
        """A few times a second."""
        trouble = None if loop.mode in MOVING else loop.trouble
        if trouble is not None:
            self._tell_trouble(trouble)
        self._tell_warnings(loop.vigil.warnings())

    def told(self, error: DeviceError) -> None:
        """This trouble is known to the app."""
        self._trouble = _key(error)

    def forget_trouble(self) -> None:
        """The operator has done something about it; what is left of it is news again."""
        self._trouble = None

    def withdraw(self) -> None:
        """The arm is gone, and all that was said of it."""
        self._tell_warnings({})

    def _tell_trouble(self, error: DeviceError) -> None:
        if _key(error) != self._trouble:
            self.told(error)
            self._news.problem(error, FOLLOWER)

    def _tell_warnings(self, warnings: Mapping[str, DeviceError]) -> None:
        for joint in [joint for joint in self._warned if joint not in warnings]:
            del self._warned[joint]
            self._news.solved(_device(joint))
        for joint, error in warnings.items():
            key = error.code, error.facts.get("minutes") == 1  # the last minute is said again
            if self._warned.get(joint) != key:
                if joint in self._warned:
                    self._news.solved(_device(joint))
                self._warned[joint] = key
                self._news.problem(error, _device(joint))


def _key(error: DeviceError) -> tuple[str, object]:
    return error.code, error.facts.get("servo_id")


def _device(joint: str) -> str:
    return f"{FOLLOWER} {joint.removesuffix('.pos')}"
