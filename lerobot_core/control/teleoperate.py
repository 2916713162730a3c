"""An action source drives a robot, one tick at a time.

The caller owns the loop and its pace; nothing here waits or starts a thread. Whatever goes
wrong in a tick, the arm is told to hold before the error is raised.
"""

import logging
from collections.abc import Mapping, Sequence
from enum import StrEnum

from lerobot_core.control.clock import Clock
from lerobot_core.control.engagement import REST_SPEED, EaseIn, WayToRest, gaps, has_caught_up
from lerobot_core.control.stages import Stages, StageTime
from lerobot_core.control.tick import ActionSource, FrameSource, Tick, TickObserver
from lerobot_core.errors import RestBlocked, ServoLost, SettingInvalid, WorkbenchError
from lerobot_core.robots.limits import MotionLimit, limit_targets, slowed
from lerobot_core.robots.robot import Robot
from lerobot_core.teleoperators.teleoperator import Teleoperator
from lerobot_core.types import Action, FrameStamp, JointValues, ServoReading

log = logging.getLogger(__name__)

MAX_STALE_TICKS = 15  # a quarter of a second at 60 Hz
STALL_S = 0.25  # after a longer pause the arm may be elsewhere: the guard may have held it
_LOAD_EVERY_TICKS = 10  # on the way to rest: the reading costs an exchange


class Mode(StrEnum):
    """What happens to the robot."""

    IDLE = "idle"  # torque is off
    HOLDING = "holding"  # torque is on, nothing is sent
    FOLLOWING = "following"
    RESTING = "resting"  # on the way to the rest pose


class NoCameras:
    """The frame source of a robot without cameras."""

    def newest(self) -> Mapping[str, FrameStamp]:
        return {}


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
        self._ease_in_s = ease_in_s
        self._max_stale_ticks = max_stale_ticks
        self._stages = Stages(clock)
        self._mode = Mode.HOLDING if robot.is_torque_on else Mode.IDLE
        self._ease: EaseIn | None = None
        self._way: WayToRest | None = None
        self._loads: dict[str, ServoReading] = {}
        self._is_at_rest = False
        self._number = 0
        self._sent: JointValues = {}
        self._sent_at_s = 0.0
        self.set_speed(speed_fraction)

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

    def stages(self) -> dict[str, StageTime]:
        """Times of read, frames, leader, limits, write, observers, and the whole tick."""
        return self._stages.summary()

    def set_speed(self, fraction: float) -> None:
        """Limit the speed to a share of the robot's own limit. Raises SettingInvalid."""
        if not 0 < fraction <= 1:
            raise SettingInvalid(setting="The speed limit", reason="it is not above 0 and up to 1")
        self._speed_fraction = fraction
        self._limits: Mapping[str, MotionLimit] | None = (
            None  # the robot's are known once it is open
        )

    # What the operator asks for

    def engage(self) -> None:
        """Switch torque on where the arm is, and ease in to where the source points.

        Raises:
            DeviceError: torque is off, or the arm holds; nothing moved.
            SettingInvalid: the teleoperator has a joint that the robot lacks.
        """
        self._check_joints()
        try:
            # Even when torque is thought to be on: a guard or a servo may have switched it off.
            self.robot.enable_torque()
            self._follow_from(_joints(self.robot.get_observation(), self.robot))
            self.teleoperator.engaged(True)
        except Exception:
            self._stop_safely()
            raise

    def use(self, source: ActionSource) -> None:
        """Let another source drive; if the robot is following, it is eased over."""
        self._source = source
        if self._mode is Mode.FOLLOWING:
            self._follow_from(self._sent)

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
        start = self._sent if self._mode in (Mode.FOLLOWING, Mode.RESTING) else {}
        self._leave()
        if not self.robot.is_torque_on:
            return
        self._set_off(start or _joints(self.robot.get_observation(), self.robot), pose)
        self._mode = Mode.RESTING

    # The tick

    def tick(self, due_s: float) -> Tick:
        """One turn: observe, ask, limit, send, tell. The arm holds whenever this raises.

        Raises:
            ServoLost: a joint was not heard of for too many ticks.
            UnsafeAction: the source gave something that is no number. Nothing was sent.
            RestBlocked: something is in the arm's way to rest.
            DeviceError: the port or a camera is gone.
        """
        try:
            with self._stages.timed("whole"):
                tick = self._turn(due_s)
        except Exception:
            self._stop_safely()
            raise
        return tick

    def _turn(self, due_s: float) -> Tick:
        with self._stages.timed("read"):
            observed = _joints(self.robot.get_observation(), self.robot)
        with self._stages.timed("frames"):
            frames = dict(self._frames.newest())
        with self._stages.timed("leader"):
            wanted = self._source.get_action()
        stale = dict(self.robot.stale_joints)
        self._check_stale(stale)
        sent, engaged_fraction, is_handover = self._move(wanted, observed)
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

    def _move(self, wanted: JointValues, observed: JointValues) -> tuple[JointValues, float, bool]:
        """Returns what was sent, how far the ease-in is, and whether it is still going on."""
        if self._mode is Mode.FOLLOWING:
            return self._follow(wanted, observed)
        if self._mode is Mode.RESTING:
            return self._rest(observed), 0.0, True
        return dict(observed), 0.0, True

    def _follow(
        self, wanted: JointValues, observed: JointValues
    ) -> tuple[JointValues, float, bool]:
        now = self._clock.now()
        if now - self._sent_at_s > STALL_S:
            self._follow_from(observed)
        if self._ease is None:
            return self._send(wanted, observed, now), 1.0, False
        fraction = self._ease.fraction(now)
        sent = self._send(self._ease.blend(wanted, now), observed, now)
        if fraction >= 1 and has_caught_up(sent, wanted, observed, self._slowed()):
            self._ease = None
        # This tick still belongs to the ease-in, even if it was its last.
        return sent, fraction, True

    def _rest(self, observed: JointValues) -> JointValues:
        way, now = self._way, self._clock.now()
        assert way is not None  # set with the mode
        if now - self._sent_at_s > STALL_S:
            way = self._set_off(observed, way.pose)
        if self._number % _LOAD_EVERY_TICKS == 0:
            self._loads |= self.robot.read_servos()
        blocked = way.blocked_joint(observed, self._loads, now)
        if blocked is not None:
            raise RestBlocked(joint=_name(blocked))
        sent = self._send(way.target(now), observed, now)
        if way.is_over(observed, now):
            self._leave()
            self._is_at_rest = True
        return sent

    def _send(self, target: JointValues, observed: JointValues, now: float) -> JointValues:
        with self._stages.timed("limits"):
            limited = limit_targets(
                target, self._sent, observed, self._slowed(), now - self._sent_at_s
            )
        with self._stages.timed("write"):
            sent = self.robot.send_action(limited)
        self._sent, self._sent_at_s = self._sent | sent, now
        return dict(self._sent)

    def _check_joints(self) -> None:
        foreign = self.teleoperator.action_features.keys() - self.robot.action_features.keys()
        if foreign:
            raise SettingInvalid(
                setting="The teleoperator",
                reason=f"the robot has no joint {_name(min(foreign))}",
            )

    def _check_stale(self, robot_stale: Mapping[str, int]) -> None:
        """Only while the arm moves: at rest an unplugged servo is a chip, not a stop."""
        if self._mode in (Mode.FOLLOWING, Mode.RESTING):
            self._raise_if_lost(robot_stale, self.robot.servo_ids, "")
        if self._mode is Mode.FOLLOWING and self._source is self.teleoperator:
            self._raise_if_lost(
                self.teleoperator.stale_joints, self.teleoperator.servo_ids, " of the leader"
            )

    def _raise_if_lost(
        self, stale: Mapping[str, int], servo_ids: Mapping[str, int], whose: str
    ) -> None:
        for joint, ticks in stale.items():
            if ticks > self._max_stale_ticks:
                raise ServoLost(
                    joint=_name(joint) + whose, servo_id=servo_ids.get(joint, 0), ticks=ticks
                )

    def _follow_from(self, start: JointValues) -> None:
        now = self._clock.now()
        self._ease = EaseIn(dict(start), now, self._ease_in_s)
        self._sent, self._sent_at_s = dict(start), now
        self._way = None
        self._is_at_rest = False
        self._mode = Mode.FOLLOWING

    def _set_off(self, start: JointValues, pose: Action) -> WayToRest:
        now = self._clock.now()
        speed = min([REST_SPEED, *(limit.max_speed for limit in self._slowed().values())])
        self._way = WayToRest.plan(start, pose, self.robot.limits, now, speed)
        self._loads = {}
        self._sent, self._sent_at_s = dict(start), now
        return self._way

    def _leave(self) -> None:
        """Stop sending, and let a scripted teleoperator pause."""
        was_following = self._mode is Mode.FOLLOWING
        self._mode = self._mode_at_rest()
        self._ease = self._way = None
        self._is_at_rest = False
        self._sent = {}
        if was_following:
            try:
                self.teleoperator.engaged(False)
            except WorkbenchError as error:  # it must not keep the arm from being stopped
                log.warning("the teleoperator was not told of the stop: %s", error)

    def _stop_safely(self) -> None:
        """Hold as far as that is still possible; the error that led here is the one to show."""
        needs_hold = self.robot.is_connected and self.robot.is_torque_on
        if needs_hold:
            try:
                self.robot.hold()
            except WorkbenchError as error:
                log.warning("the arm could not be told to hold: %s", error)
        self._leave()

    def _mode_at_rest(self) -> Mode:
        return Mode.HOLDING if self.robot.is_torque_on else Mode.IDLE

    def _slowed(self) -> Mapping[str, MotionLimit]:
        if self._limits is None:
            self._limits = slowed(self.robot.limits, self._speed_fraction)
        return self._limits


def _joints(observation: Mapping[str, object], robot: Robot) -> JointValues:
    return {joint: float(observation[joint]) for joint in robot.action_features}  # type: ignore[arg-type]


def _name(joint: str) -> str:
    return joint.removesuffix(".pos")
