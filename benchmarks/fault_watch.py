"""What must never happen to an arm, watched in every slice of time and around every packet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.fault_bench import JOINTS, RAD_PER_TICK, TICKS_PER_TURN, BenchArm
from benchmarks.fault_rig import FaultRig
from lerobot_core.control.tick import Tick
from lerobot_core.robots.limits import LONGEST_STEP_S

MARGIN = 1.25
"""A joint under torque, and its goal, may be this much faster than the configured limit: servos
run at their own speed from one goal to the next, and the clock of a tick is a little uneven."""

AHEAD_DEG = 5.0
"""How far a joint may get ahead of that, over any time."""

AWAY_TICKS = 60
"""Torque may come on with a goal this far from the joint: an arm that leans on its stop is up to
5 degrees outside the range that its goals keep to."""

READ_BEFORE_TICKS = 15
"""A joint goes on by so much while it is read and told to stop there."""

OTHERS_DEG = 10.0
"""A reading that is this far from the truth is late by more than a bus may be, or another's."""


@dataclass
class _Seen:
    """One servo at the last look."""

    servo: object
    has_torque: bool
    goal: int
    goal_at_s: float
    angle_rad: float
    ahead_rad: float = 0.0


class Watch:
    """Keeps everything that was wrong, in words, in the order it happened."""

    def __init__(self, rig: FaultRig) -> None:
        self.wrong: list[str] = []
        self._rig = rig
        self._may_drop = False
        self._seen = {joint: self._look(joint) for joint in rig.joints}
        rig.time.on_slice.append(self._on_slice)
        for arm in rig.follower.arms:
            arm.before_write.append(partial(self._before_write, arm))
            arm.after_write.append(partial(self._after_write, arm))

    @contextmanager
    def operator_lets_go(self) -> Iterator[None]:
        """Torque may be switched off meanwhile."""
        before, self._may_drop = self._may_drop, True
        try:
            yield
        finally:
            self._may_drop = before

    @contextmanager
    def operator_engages(self) -> Iterator[None]:
        """If it fails, an arm that was limp may be made limp again, one that was held may not."""
        self._may_drop = not any(self._has_torque(joint) for joint in self._rig.joints)
        try:
            yield
        finally:
            self._may_drop = False

    def note(self, words: str) -> None:
        if words not in self.wrong:
            self.wrong.append(words)

    # Slices: how the joints move

    def _on_slice(self, seconds: float) -> None:
        for joint in self._rig.joints:
            seen, servo = self._seen[joint], self._rig.follower.servo(joint)
            angle_rad = servo.plant.angle_rad
            moved_rad, seen.angle_rad = abs(angle_rad - seen.angle_rad), angle_rad
            if servo is not seen.servo or not self._has_torque(joint):
                seen.ahead_rad = 0.0  # limp, or another servo: gravity and hands may move it
                continue
            allowed_rad = self._speed_ticks_s(joint) * MARGIN * seconds * RAD_PER_TICK
            seen.ahead_rad = max(seen.ahead_rad + moved_rad - allowed_rad, 0.0)
            if seen.ahead_rad > AHEAD_DEG * RAD_PER_TICK * TICKS_PER_TURN / 360:
                self.note(f"{joint} jumped")

    # Packets: what the servos are told

    def _before_write(self, arm: BenchArm) -> None:
        for joint in map(arm.name_of, JOINTS):
            before = self._look(joint)
            seen = self._seen[joint]
            before.goal_at_s, before.ahead_rad = seen.goal_at_s, seen.ahead_rad
            if before.servo is not seen.servo or before.has_torque != seen.has_torque:
                before.goal_at_s = self._rig.time.now()
            self._seen[joint] = before

    def _after_write(self, arm: BenchArm) -> None:
        now_s = self._rig.time.now()
        for joint in map(arm.name_of, JOINTS):
            seen, has_torque = self._seen[joint], self._has_torque(joint)
            goal = self._rig.follower.register(joint, "Goal_Position")
            if has_torque and not seen.has_torque:
                self._check_goal_of_raised(joint, goal)
            elif seen.has_torque and not has_torque and not self._may_drop:
                self.note(f"{joint} was let fall")
            elif has_torque and goal != seen.goal:
                self._check_step(joint, goal, seen, now_s)
            if goal != seen.goal or has_torque != seen.has_torque:
                seen.goal_at_s = now_s
            seen.goal, seen.has_torque = goal, has_torque

    def _check_goal_of_raised(self, joint: str, goal: int) -> None:
        away = abs(goal - self._rig.follower.servo(joint).present_ticks)
        if away > AWAY_TICKS:
            self.note(f"{joint} got torque with its goal {_degrees(away)} away")

    def _check_step(self, joint: str, goal: int, seen: _Seen, now_s: float) -> None:
        """A goal may go on at the limit's speed, and back to where the joint is at once."""
        present = self._rig.follower.servo(joint).present_ticks
        seconds = min(now_s - seen.goal_at_s, LONGEST_STEP_S)
        allowed = self._speed_ticks_s(joint) * MARGIN * seconds + READ_BEFORE_TICKS
        low, high = sorted((float(seen.goal), float(present)))
        beyond = max(low - goal, goal - high, 0.0)
        if beyond > allowed:
            self.note(f"the goal of {joint} jumped by {_degrees(beyond)}")

    # Ticks: what the loop believes

    def on_tick(self, tick: Tick) -> None:
        rig = self._rig
        for arm, values, stale in (
            (rig.follower, tick.observed, tick.stale),
            (rig.leader_arm, tick.wanted, rig.leader.stale_joints),
        ):
            for joint in rig.joints:
                if f"{joint}.pos" in stale or not arm.servo(joint).is_powered:
                    continue
                off = abs(values[f"{joint}.pos"] - arm.position(joint))
                if off * arm.ticks_per_unit(joint) > OTHERS_DEG * TICKS_PER_TURN / 360:
                    self.note(f"{arm.role} {joint} was read as another's")

    # Details

    def _look(self, joint: str) -> _Seen:
        arm = self._rig.follower
        return _Seen(
            arm.servo(joint),
            self._has_torque(joint),
            arm.register(joint, "Goal_Position"),
            self._rig.time.now(),
            arm.servo(joint).plant.angle_rad,
        )

    def _has_torque(self, joint: str) -> bool:
        servo = self._rig.follower.servo(joint)
        return bool(servo.is_powered) and servo.memory.get("Torque_Enable") == 1

    def _speed_ticks_s(self, joint: str) -> float:
        limit = self._rig.robot.limits[f"{joint}.pos"]
        return limit.max_speed * self._rig.follower.ticks_per_unit(joint)


def _degrees(ticks: float) -> str:
    return f"{ticks * 360 / TICKS_PER_TURN:.0f}°"
