"""An action source drives a robot, one tick at a time.

The caller owns the loop and its pace; nothing here waits or starts a thread. Whatever goes
wrong in a tick, the arm is told to hold before the error is raised.
"""

import logging
from collections.abc import Mapping, Sequence

from lerobot_core.control.clock import Clock
from lerobot_core.control.course import Course
from lerobot_core.control.engagement import gaps
from lerobot_core.control.losses import raise_if_lost
from lerobot_core.control.mode import MOVING, Mode
from lerobot_core.control.stages import Stages, StageTime
from lerobot_core.control.tick import (
    ActionSource,
    AsksAhead,
    FrameSource,
    NoCameras,
    Tick,
    TickObserver,
)
from lerobot_core.control.vigil import Vigil
from lerobot_core.errors import DeviceError, SettingInvalid, WorkbenchError
from lerobot_core.robots.robot import Robot
from lerobot_core.teleoperators.teleoperator import Teleoperator
from lerobot_core.types import Action, JointValues

log = logging.getLogger(__name__)

MAX_STALE_TICKS = 15  # a quarter of a second at 60 Hz


class Teleoperation:
    """Lets an action source drive a robot, and tells its observers about every tick.

    It ticks in every mode, so that joints and cameras can be watched before torque is on;
    targets are sent only while following and on the way to rest.
    """

    def __init__(
        self,
        robot: Robot,
        teleoperator: Teleoperator,
        clock: Clock,
        *,
        frames: FrameSource | None = None,
        observers: Sequence[TickObserver] = (),
        ease_in_s: float = 1.0,
        speed_fraction: float = 1.0,
        max_stale_ticks: int = MAX_STALE_TICKS,
    ) -> None:
        self.robot = robot
        self.teleoperator = teleoperator
        self.observers = list(observers)
        self.newest: Tick | None = None
        self._clock = clock
        self._source: ActionSource = teleoperator
        self._frames: FrameSource = frames or NoCameras()
        self._max_stale_ticks = max_stale_ticks
        self._stages = Stages(clock)
        self._mode = Mode.HOLDING if robot.is_torque_on else Mode.IDLE
        self._course = Course(robot, clock, self._stages, ease_in_s)
        self._course.set_speed(speed_fraction)
        self.vigil = Vigil(robot)
        self._is_at_rest = False
        self._number = 0

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def is_at_rest(self) -> bool:
        """The way to the rest pose has ended there; the arm holds."""
        return self._is_at_rest

    @property
    def gap(self) -> JointValues:
        """How far each joint would go, or still has to go, to where the source points."""
        return {} if self.newest is None else gaps(self.newest.wanted, self.newest.observed)

    @property
    def trouble(self) -> DeviceError | None:
        """A servo of an arm that holds, or is limp, does not do its part."""
        return self.vigil.failure()

    def stages(self) -> dict[str, StageTime]:
        """Times of read, frames, leader, limits, write, observers, and the whole tick."""
        return self._stages.summary()

    def set_speed(self, fraction: float) -> None:
        """Limit the speed to a share of the robot's own limit. Raises SettingInvalid."""
        self._course.set_speed(fraction)

    # What the operator asks for

    def engage(self) -> None:
        """Switch torque on where the arm is, and ease in to where the source points.

        Raises:
            DeviceError: torque is off, or the arm holds; nothing moved.
            SettingInvalid: the teleoperator has a joint that the robot lacks.
        """
        self._check_joints()
        too_hot = self.vigil.heat()
        if too_hot is not None:
            raise too_hot
        try:
            if self._source is self.teleoperator:
                self.teleoperator.check()
            self.vigil.prepare()
            self.vigil.wake_servos()
            # Even when torque is thought to be on: a guard or a servo may have switched it off.
            self.robot.enable_torque()
            self.vigil.begin()
            self._course.begin(self.vigil.limits)
            self._follow_from(_joints(self.robot.get_observation(), self.robot))
            self.teleoperator.engaged(True)
        except Exception:
            self._stop_safely()
            raise

    def clear_overload(self, joint: str) -> None:
        """Let a servo that protects itself hold its joint again, where that is now.

        An arm that moves is stopped before; the other joints hold all the time.

        Raises:
            DeviceError: it still protects itself, or does not hold.
            SettingInvalid: there is no such joint.
        """
        if self._mode in MOVING:
            self.stop()
        self.robot.clear_overload(joint)
        self.vigil.begin()

    def use(self, source: ActionSource) -> None:
        """Let another source drive; if the robot is following, it is eased over."""
        self._source = source
        if self._mode is Mode.FOLLOWING:
            self._follow_from(self._course.sent)

    def stop(self) -> None:
        """Freeze where the arm is, and hold."""
        try:
            self.robot.hold()
        finally:
            self._leave()

    def release(self) -> None:
        """Torque off at once, read back. Raises TorqueNotOff."""
        try:
            self.robot.release()
        finally:
            self._leave()

    def go_to_rest(self, pose: Action) -> None:
        """Set off to ``pose``; ticks do the moving, ``is_at_rest`` tells of the arrival.

        With torque off there is nothing to be moved, and nothing happens.
        """
        start = self._course.sent if self._mode in MOVING else {}
        self._leave()
        if not self.robot.is_torque_on:
            return
        self._course.set_off(start or _joints(self.robot.get_observation(), self.robot), pose)
        self._mode = Mode.RESTING

    # The tick

    def tick(self, due_s: float) -> Tick:
        """One turn: observe, ask, limit, send, tell. The arm holds whenever this raises.

        Raises:
            ServoLost: a joint was not heard of for too many ticks.
            UnsafeAction: the source gave something that is no number. Nothing was sent.
            JointBlocked, RestBlocked: something is in the arm's way.
            ServoOverloaded, TorqueLost: a servo protects itself, or started afresh.
            ServoTooHot, ServoStraining, SupplyFailing: one is about to; only while following.
            DeviceError: the port or a camera is gone.
        """
        try:
            with self._stages.timed("whole"):
                tick = self._turn(due_s)
            self._look_after_servos()
        except Exception:
            self._stop_safely()
            raise
        return tick

    def _turn(self, due_s: float) -> Tick:
        with self._stages.timed("read"):
            self.robot.request_observation()
            if isinstance(self._source, AsksAhead):
                self._source.request_action()
            observed = _joints(self.robot.get_observation(), self.robot)
        with self._stages.timed("frames"):
            frames = dict(self._frames.newest())
        with self._stages.timed("leader"):
            wanted = self._source.get_action()
        stale = dict(self.robot.stale_joints)
        self._check_stale()
        sent, engaged_fraction, is_handover = self._move(wanted, observed, stale)
        tick = Tick(
            number=self._number,
            due_s=due_s,
            observed=observed,
            frames=frames,
            wanted=wanted,
            sent=sent,
            is_handover=is_handover,
            engaged_fraction=engaged_fraction,
            stale=stale,
        )
        self._number += 1
        self.newest = tick
        with self._stages.timed("observers"):
            for observer in self.observers:
                observer.on_tick(tick)
        return tick

    def _move(
        self, wanted: JointValues, observed: JointValues, stale: Mapping[str, int]
    ) -> tuple[JointValues, float, bool]:
        """Returns what was sent, how far the ease-in is, and whether it is still going on."""
        if self._mode is Mode.FOLLOWING:
            return self._course.follow(wanted, observed, stale)
        if self._mode is Mode.RESTING:
            sent, is_over = self._course.rest(observed)
            if is_over:
                self._leave()
                self._is_at_rest = True
            return sent, 0.0, True
        return dict(observed), 0.0, True

    def _look_after_servos(self) -> None:
        """An arm that moves is stopped for a servo that fails or is about to.

        One that holds stays as it is, and ``trouble`` tells; but torque that is gone from every
        servo is switched off here, too. On the way to rest heat and load are no reason to stop:
        resting is what helps.
        """
        is_moving = self._mode in MOVING
        if self.vigil.turn(self._clock.now(), is_moving=is_moving):
            self._course.feel(self.vigil.readings)
        if not is_moving and not self.vigil.is_limp:
            return
        error = self.vigil.failure()
        if error is None and self._mode is Mode.FOLLOWING:
            error = self.vigil.danger()
        if error is not None:
            raise error

    def _check_joints(self) -> None:
        foreign = self.teleoperator.action_features.keys() - self.robot.action_features.keys()
        if foreign:
            raise SettingInvalid(
                setting="The teleoperator",
                reason=f"the robot has no joint {min(foreign).removesuffix('.pos')}",
            )

    def _check_stale(self) -> None:
        """Only while the arm moves: at rest an unplugged servo is a chip, not a stop."""
        if self._mode in MOVING:
            raise_if_lost(self.robot, self._max_stale_ticks)
        if self._mode is Mode.FOLLOWING and self._source is self.teleoperator:
            raise_if_lost(self.teleoperator, self._max_stale_ticks, " of the leader")

    def _follow_from(self, start: JointValues) -> None:
        self._course.follow_from(start)
        self._is_at_rest = False
        self._mode = Mode.FOLLOWING

    def _leave(self) -> None:
        """Stop sending, and let a scripted teleoperator pause."""
        was_following = self._mode is Mode.FOLLOWING
        self._mode = Mode.HOLDING if self.robot.is_torque_on else Mode.IDLE
        self._course.leave()
        self._is_at_rest = False
        if was_following:
            try:
                self.teleoperator.engaged(False)
            except WorkbenchError as error:  # it must not keep the arm from being stopped
                log.warning("the teleoperator was not told of the stop: %s", error)

    def _stop_safely(self) -> None:
        """Hold as far as that is still possible; the error that led here is the one to show."""
        if self.robot.is_connected and self.robot.is_torque_on:
            try:
                self.vigil.release_limp() if self.vigil.is_limp else self.robot.hold()
            except WorkbenchError as error:
                log.warning("the arm could not be told to hold: %s", error)
        self._leave()


def _joints(observation: Mapping[str, object], robot: Robot) -> JointValues:
    return {joint: float(observation[joint]) for joint in robot.action_features}  # type: ignore[arg-type]
