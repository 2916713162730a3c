"""Where the arm is sent, tick by tick: easing in, following, and going to rest."""

from collections.abc import Collection, Mapping

from lerobot_core.control.clock import Clock
from lerobot_core.control.engagement import REST_SPEED, EaseIn, WayToRest, has_caught_up
from lerobot_core.control.following import FollowingWatch
from lerobot_core.control.gripper_care import GripperCare
from lerobot_core.control.stages import Stages
from lerobot_core.errors import JointBlocked, RestBlocked, SettingInvalid
from lerobot_core.robots.limits import MotionLimit, limit_targets, slowed
from lerobot_core.robots.robot import Robot
from lerobot_core.types import Action, JointValues, ServoLimits, ServoReading

STALL_S = 0.25  # after a longer pause the arm may be elsewhere: the guard may have held it


class Course:
    """The way that the arm is on, and what was sent last. It alone sends targets."""

    def __init__(self, robot: Robot, clock: Clock, stages: Stages, ease_in_s: float) -> None:
        self._robot = robot
        self._clock = clock
        self._stages = stages
        self._ease_in_s = ease_in_s
        self._ease: EaseIn | None = None
        self._way: WayToRest | None = None
        self._following = FollowingWatch()
        self._care = GripperCare({})
        self._loads: dict[str, ServoReading] = {}
        self.sent: JointValues = {}
        self._sent_at_s = 0.0

    def set_speed(self, fraction: float) -> None:
        """Limit the speed to a share of the robot's own limit. Raises SettingInvalid."""
        if not 0 < fraction <= 1:
            raise SettingInvalid(setting="The speed limit", reason="it is not above 0 and up to 1")
        self._speed_fraction = fraction
        self._limits: Mapping[str, MotionLimit] | None = (
            None  # the robot's are known once it is open
        )

    def begin(self, limits: Mapping[str, ServoLimits]) -> None:
        """The arm is engaged anew."""
        self._care = GripperCare(limits)

    def feel(self, readings: Mapping[str, ServoReading]) -> None:
        """The servos' newest readings."""
        self._loads |= readings
        self._care.take(readings)

    def leave(self) -> None:
        """Nothing is sent any more."""
        self._ease = self._way = None
        self._care.forget()
        self._following.forget()
        self.sent = {}

    # Following

    def follow_from(self, start: JointValues) -> None:
        """Ease in from ``start`` to wherever the source points."""
        now = self._clock.now()
        self._ease = EaseIn(dict(start), now, self._ease_in_s)
        self._following.forget()
        self.sent, self._sent_at_s = dict(start), now
        self._way = None

    def follow(
        self, wanted: JointValues, observed: JointValues, stale: Collection[str]
    ) -> tuple[JointValues, float, bool]:
        """Returns what was sent, how far the ease-in is, and whether it is still going on.

        Raises:
            JointBlocked: a joint is behind its target for too long. Nothing was sent.
        """
        now = self._clock.now()
        if now - self._sent_at_s > STALL_S:
            self.follow_from(observed)
        blocked = self._following.blocked_joint(self.sent, observed, stale, now)
        if blocked is not None:
            name = blocked.removesuffix(".pos")
            raise JointBlocked(joint=name, servo_id=self._robot.servo_ids[blocked])
        wanted = self._care.relaxed(wanted, observed, now)
        if self._ease is None:
            return self._send(wanted, observed, now), 1.0, False
        fraction = self._ease.fraction(now)
        sent = self._send(self._ease.blend(wanted, now), observed, now)
        if fraction >= 1 and has_caught_up(sent, wanted, observed, self._slowed()):
            self._ease = None
        # This tick still belongs to the ease-in, even if it was its last.
        return sent, fraction, True

    # Going to rest

    def set_off(self, start: JointValues, pose: Action) -> WayToRest:
        now = self._clock.now()
        speed = min([REST_SPEED, *(limit.max_speed for limit in self._slowed().values())])
        self._way = WayToRest.plan(start, pose, self._robot.limits, now, speed)
        self._loads = {}
        self.sent, self._sent_at_s = dict(start), now
        return self._way

    def rest(self, observed: JointValues) -> tuple[JointValues, bool]:
        """Returns what was sent, and whether the arm has arrived.

        Raises:
            RestBlocked: something is in its way. Nothing was sent.
        """
        way, now = self._way, self._clock.now()
        assert way is not None  # set with the mode
        if now - self._sent_at_s > STALL_S:
            way = self.set_off(observed, way.pose)
        blocked = way.blocked_joint(observed, self._loads, now)
        if blocked is not None:
            raise RestBlocked(joint=blocked.removesuffix(".pos"))
        # A gripper that holds something would close on it with all it has, until it gives way.
        target = self._care.relaxed(way.target(now), observed, now)
        return self._send(target, observed, now), way.is_over(observed, now)

    # Sending

    def _send(self, target: JointValues, observed: JointValues, now: float) -> JointValues:
        with self._stages.timed("limits"):
            limited = limit_targets(
                target, self.sent, observed, self._slowed(), now - self._sent_at_s
            )
        with self._stages.timed("write"):
            sent = self._robot.send_action(limited)
        self.sent, self._sent_at_s = self.sent | sent, now
        return dict(self.sent)

    def _slowed(self) -> Mapping[str, MotionLimit]:
        if self._limits is None:
            self._limits = slowed(self._robot.limits, self._speed_fraction)
        return self._limits
