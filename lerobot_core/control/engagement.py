"""Gentle ways from one pose to another: easing in, handing over, and going to rest.

Nothing here touches a robot: these are functions and values that say where the arm should be
at which time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lerobot_core.robots.limits import MotionLimit, limit_targets
from lerobot_core.types import Action, JointValues, ServoReading

CAUGHT_UP = 1.0  # units: a joint this near to where it is wanted has been handed over

REST_SPEED = 40.0  # units per second at most, on average over the way
NEAR_REST = 3.0  # units: gravity lets a joint hang a little below its target
SETTLE_S = 1.0  # after the end of the way, the arm has this long to come near
OVERLOAD_PERCENT = 80.0
STUCK = 1.5  # units: a joint that moved less has not moved
BLOCKED_AFTER_S = 0.5


def smoothstep(fraction: float) -> float:
    """From 0 to 1 without a jerk at either end; flat outside."""
    inside = min(max(fraction, 0.0), 1.0)
    return inside * inside * (3 - 2 * inside)


def gaps(wanted: Action, measured: Action) -> JointValues:
    """How far each joint would have to go, signed, in its user units."""
    return {joint: target - measured[joint] for joint, target in wanted.items()}


@dataclass(frozen=True)
class EaseIn:
    """A way from ``start`` to wherever the action source points meanwhile."""

    start: JointValues
    started_s: float
    seconds: float

    def fraction(self, now_s: float) -> float:
        """Share of the time that has passed, 0 to 1."""
        if self.seconds <= 0:
            return 1.0
        return min(max((now_s - self.started_s) / self.seconds, 0.0), 1.0)

    def blend(self, wanted: Action, now_s: float) -> JointValues:
        """Where to go now. NaN in ``wanted`` stays NaN, to be refused by the limits."""
        share = smoothstep(self.fraction(now_s))
        if share >= 1.0:
            return dict(wanted)
        return {
            joint: self.start[joint] + share * (target - self.start[joint])
            for joint, target in wanted.items()
        }


def has_caught_up(
    sent: Action, wanted: Action, measured: Action, limits: Mapping[str, MotionLimit]
) -> bool:
    """Whether no longer the speed, only range and gap, keep ``sent`` from ``wanted``."""
    reachable = limit_targets(wanted, wanted, measured, limits, seconds=0.0)
    return all(abs(sent[joint] - target) <= CAUGHT_UP for joint, target in reachable.items())


def rest_seconds(start: Action, pose: Action, speed: float = REST_SPEED) -> float:
    """Time for the way from ``start`` to ``pose`` so that no joint is faster than ``speed``.

    A smoothstep is fastest in its middle, 1.5 times its average.
    """
    longest = max((abs(gap) for gap in gaps(pose, start).values()), default=0.0)
    return 1.5 * longest / speed


@dataclass
class WayToRest:
    """A way to the rest pose that notices when the arm does not follow.

    ``pose`` may name fewer joints than the robot has; the others stay where they are.
    """

    ease: EaseIn
    pose: JointValues
    limits: Mapping[str, MotionLimit]
    _trouble: dict[str, tuple[float, float]] = field(default_factory=dict)  # since when, where

    @classmethod
    def plan(
        cls,
        start: JointValues,
        pose: Action,
        limits: Mapping[str, MotionLimit],
        now_s: float,
        speed: float = REST_SPEED,
    ) -> "WayToRest":
        """``speed`` is that of the fastest joint, in units per second."""
        reachable = {
            joint: min(max(pose.get(joint, here), limits[joint].low), limits[joint].high)
            for joint, here in start.items()
        }
        ease = EaseIn(dict(start), now_s, rest_seconds(start, reachable, speed))
        return cls(ease, reachable, limits)

    def target(self, now_s: float) -> JointValues:
        return self.ease.blend(self.pose, now_s)

    def is_over(self, measured: Action, now_s: float) -> bool:
        """The way has ended and the arm is near the pose, or had its time to come near."""
        if self.ease.fraction(now_s) < 1:
            return False
        near = all(abs(gap) <= NEAR_REST for gap in gaps(self.pose, measured).values())
        return near or now_s >= self.ease.started_s + self.ease.seconds + SETTLE_S

    def blocked_joint(
        self, measured: Action, servos: Mapping[str, ServoReading], now_s: float
    ) -> str | None:
        """The joint that has been far behind, or pushed in vain, for longer than a moment.

        A servo pushes with all it has while it catches up, too; only one that does not get
        any further has something in its way.
        ``servos`` are the newest readings, by joint key; they need not be fresh at every call.
        """
        target = self.target(now_s)
        for joint, gap in gaps(target, measured).items():
            load = servos[joint].load_percent if joint in servos else 0.0
            is_behind = abs(gap) > self.limits[joint].max_gap / 2
            since_s, where = self._trouble.get(joint, (now_s, measured[joint]))
            pushes = abs(load) >= OVERLOAD_PERCENT and abs(gap) > NEAR_REST
            is_stuck = pushes and abs(measured[joint] - where) < STUCK
            if not is_behind and not is_stuck:
                self._trouble.pop(joint, None)
                continue
            self._trouble[joint] = (since_s, where)
            if now_s - since_s >= BLOCKED_AFTER_S:
                return joint
        return None
