"""Who uses the arm in a case of the fault matrix: runs the loop, presses buttons, is told."""

from collections.abc import Callable

from benchmarks.fault_rig import FaultRig
from benchmarks.fault_watch import Watch
from lerobot_core.control.mode import Mode
from lerobot_core.errors import WorkbenchError
from lerobot_core.workers.protocol import DeviceState
from lerobot_core.workers.reports import SERVOS_HZ, Every, arm_reading

LOOKED_AT_S = 2.5
"""Joints are looked at for so long, once they had their time to follow. One that was not where it
is wanted at any moment of it stalled, and the operator must have been told."""

NEAR = 12.0
"""Degrees, or percent: a joint this near to where it is wanted follows. A servo is a little behind
the goal, the goal an ease-in or a tick behind the leader; what is held up is told from 10 on."""

LONGEST_TICK_S = 0.1
"""A turn of the loop that takes longer is a stall."""

_REST_ABOVE = 10.0  # units above where it lies: an arm that just falls does not come to rest
_SETTINGS = (
    "Operating_Mode",
    "Acceleration",
    "Torque_Limit",
    "P_Coefficient",
    "Position_P_Gain",
    "Position_D_Gain",
    "Goal_Current",
)


class Operator:
    """Sees what a session tells: errors, chips and warnings."""

    def __init__(self, rig: FaultRig) -> None:
        self.rig = rig
        self.watch = Watch(rig)
        rig.loop.observers.append(self.watch)
        self.told: dict[str, float] = {}  # errors and warnings, and when they were shown last
        self.errors: list[WorkbenchError] = []
        self.rest_pose = {
            f"{joint}.pos": rig.follower.position(joint) + _REST_ABOVE for joint in rig.joints
        }
        self._servos_due = Every(SERVOS_HZ)
        self._late: dict[str, float] = {}  # when a joint was last seen where it should not be

    def run(self, seconds: float, *, until_told: bool = False) -> None:
        end = self.rig.time.now() + seconds
        while self.rig.time.now() < end and not (until_told and self.errors):
            due_s = self.rig.pace.wait()
            started = self.rig.time.now()
            self.ask(lambda: self.rig.loop.tick(due_s))  # noqa: B023  asked at once
            self._note_late()
            if self.rig.time.now() - started > LONGEST_TICK_S:
                self.watch.note("the loop stalled")
            if self._servos_due.is_due(due_s):
                self.ask(self._look_at_servos)

    def engage(self) -> bool:
        with self.watch.operator_engages():
            return self.ask(self.rig.loop.engage)

    def ask(self, action: Callable[[], object]) -> bool:
        """An error is told to the operator, as the session does."""
        try:
            action()
        except WorkbenchError as error:
            self.errors.append(error)
            self._tell(str(error))
            return False
        return True

    def _look_at_servos(self) -> None:
        """What the chips and the banner of the window say."""
        rig = self.rig
        for role, arm in (("follower", rig.robot), ("leader", rig.leader)):
            reading = arm_reading(role, role, arm.read_servos(), arm.stale_joints)
            if reading.state is not DeviceState.OK:
                self._tell(f"{role}: {reading.word}")
        for warning in rig.loop.vigil.warnings().values():
            self._tell(str(warning))

    def _tell(self, text: str) -> None:
        self.told[text] = self.rig.time.now()

    def read_settings(self) -> dict[str, list[int | None]]:
        """Of each servo of the follower; None where its make lacks the register."""
        settings: dict[str, list[int | None]] = {}
        for joint in self.rig.joints:
            settings[joint] = []
            for register in _SETTINGS:
                try:
                    settings[joint].append(self.rig.follower.register(joint, register))
                except KeyError:
                    settings[joint].append(None)
        return settings

    # Where the joints are

    def behind(self) -> str | None:
        """The joint that did not do what it should, of late."""
        rig = self.rig
        if rig.is_moving or rig.loop.is_at_rest:
            since_s = rig.time.now() - LOOKED_AT_S
            return next((joint for joint, at_s in self._late.items() if at_s > since_s), None)
        return "the arm"

    def _note_late(self) -> None:
        """Look where the joints are, and keep those that are not where they are wanted."""
        rig, now_s = self.rig, self.rig.time.now()
        if rig.loop.mode is Mode.FOLLOWING:
            wanted = {f"{joint}.pos": rig.leader_arm.position(joint) for joint in rig.joints}
        elif rig.loop.is_at_rest:
            wanted = self.rest_pose
        else:
            return
        limits = rig.robot.limits
        for joint in rig.joints:
            if joint.endswith("gripper") and rig.follower.plant(joint).is_blocked:
                continue  # it has got hold of something
            key = f"{joint}.pos"
            target = min(max(wanted[key], limits[key].low), limits[key].high)
            if abs(rig.follower.position(joint) - target) > NEAR:
                self._late[joint] = now_s
