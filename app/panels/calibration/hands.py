"""Virtual hands: on a bench, they move the joints that an operator would move."""

from collections.abc import Callable
from math import degrees

from PySide6.QtCore import QObject, QTimer

from app.panels.calibration.arms import ArmChoice
from app.panels.calibration.pose import swept_pose
from app.port_sharing import PortSharing
from app.widgets.arm_shapes import arm_shape_for
from lerobot_core.workers.protocol import AskBench, SweepSeen

SIGN_DEG = 25.0
"""So far a joint is moved for its direction: more than is needed to be sure."""

_AWAY_MS = 2500  # as long as hands take to bring a joint away from its stop
_GRIPPER = "gripper"
_SIGN_PERCENT = (20.0, 80.0)  # of the gripper: from where to where it is opened


class Hands(QObject):
    """Asks the bench of a virtual arm; does nothing for any other."""

    def __init__(self, sharing: PortSharing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._later = QTimer(self, singleShot=True, interval=_AWAY_MS)
        self._rest: Callable[[], None] = _nothing
        self._later.timeout.connect(self._go_on)

    def sweep(self, arm: ArmChoice | None, joint: str = "") -> None:
        """All joints from stop to stop, or one."""
        self._ask(arm, "sweep", {"joint": joint} if joint else {})

    def let_go(self, arm: ArmChoice | None) -> None:
        if self._later.isActive():
            self._later.stop()
        if arm is not None and arm.bench is not None:
            self._ask(arm, "let_go", {})

    def move_up(
        self,
        arm: ArmChoice | None,
        family: str,
        joint: str,
        sweep: SweepSeen,
        begin: Callable[[str], None],
    ) -> None:
        """Away from the upper stop first, then ``begin`` is told, then up."""
        low, high = self._way(family, joint, sweep)
        self._ask(arm, "move_joint", {"joint": joint, "degrees": low})

        def rest() -> None:
            begin(joint)
            self._ask(arm, "move_joint", {"joint": joint, "degrees": high})

        self._rest = rest
        self._later.start()

    def _way(self, family: str, joint: str, sweep: SweepSeen) -> tuple[float, float]:
        if joint == _GRIPPER:
            return _SIGN_PERCENT
        shape = arm_shape_for(family)
        now = degrees(swept_pose({joint: sweep}, shape).get(joint, 0.0))
        return now - SIGN_DEG, now + SIGN_DEG

    def _ask(self, arm: ArmChoice | None, command: str, arguments: dict[str, object]) -> None:
        if arm is not None and arm.bench is not None:
            bench, chain = arm.bench
            self._sharing.send(AskBench(bench, command, {"chain": chain, **arguments}))

    def _go_on(self) -> None:
        rest, self._rest = self._rest, _nothing
        rest()


def _nothing() -> None:
    """No hand has anything left to do."""
