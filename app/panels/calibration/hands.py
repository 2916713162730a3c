"""Virtual hands: on a bench, they move the joints that an operator would move."""

from collections.abc import Callable
from itertools import count
from math import degrees

from PySide6.QtCore import QObject, QTimer, Slot

from app.panels.calibration.arms import ArmChoice
from app.panels.calibration.pose import swept_pose
from app.port_sharing import PortSharing
from app.widgets.arm_shapes import arm_shape_for
from lerobot_core.workers.protocol import AskBench, BenchAnswered, SweepSeen

SIGN_DEG = 25.0
"""So far a joint is moved for its direction: more than is needed to be sure."""

_ROOM_COUNTS = 500  # up to its stop; with less, a joint is brought away from there first
_STILL_HELD_MS = 150  # before hands let go, so that gravity gets no joint in between
_NUMBERS = count(900_001)  # of what is asked of benches here, apart from other panels' numbers
_GRIPPER = "gripper"
_SIGN_PERCENT = (20.0, 80.0)  # of the gripper: from where to where it is opened


class Hands(QObject):
    """Asks the bench of a virtual arm; does nothing for any other."""

    def __init__(self, sharing: PortSharing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sharing = sharing
        self._later = QTimer(self, singleShot=True)
        self._rest: Callable[[], None] = _nothing
        self._awaited = 0  # number of the answer that says how long hands take
        self._later.timeout.connect(self._go_on)

    def sweep(self, arm: ArmChoice | None, joint: str = "") -> None:
        """All joints from stop to stop, or one."""
        self._ask(arm, "sweep", {"joint": joint} if joint else {})

    def let_go(self, arm: ArmChoice | None) -> None:
        self._later.stop()
        self._awaited = 0
        self._ask(arm, "let_go", {})

    def move_up(
        self,
        arm: ArmChoice | None,
        family: str,
        joint: str,
        sweep: SweepSeen,
        begin: Callable[[str], None],
    ) -> None:
        """Up, after ``begin`` was told; where there is no room up, away from the stop first."""
        low, high = self._way(family, joint, sweep)

        def rest() -> None:
            begin(joint)
            self._ask(arm, "move_joint", {"joint": joint, "degrees": high})

        self.let_go(arm)
        if joint != _GRIPPER and sweep.high - sweep.now > _ROOM_COUNTS:
            rest()
            return
        self._rest = rest
        self._awaited = self._ask(arm, "move_joint", {"joint": joint, "degrees": low})

    @Slot(object)
    def on_event(self, event: object) -> None:
        """The bench says how long hands take; they go on before they let go."""
        if isinstance(event, BenchAnswered) and event.number == self._awaited and self._awaited:
            self._awaited = 0
            seconds = float(event.answer.get("seconds", 0.0))
            self._later.start(max(round(seconds * 1000) - _STILL_HELD_MS, 0))

    def _way(self, family: str, joint: str, sweep: SweepSeen) -> tuple[float, float]:
        if joint == _GRIPPER:
            return _SIGN_PERCENT
        shape = arm_shape_for(family)
        now = degrees(swept_pose({joint: sweep}, shape).get(joint, 0.0))
        return now - SIGN_DEG, now + SIGN_DEG

    def _ask(self, arm: ArmChoice | None, command: str, arguments: dict[str, object]) -> int:
        """The number of the question, or 0 where there is no bench to ask."""
        if arm is None or arm.bench is None:
            return 0
        bench, chain = arm.bench
        number = next(_NUMBERS)
        self._sharing.send(AskBench(bench, command, {"chain": chain, **arguments}, number))
        return number

    def _go_on(self) -> None:
        rest, self._rest = self._rest, _nothing
        rest()


def _nothing() -> None:
    """No hand has anything left to do."""
