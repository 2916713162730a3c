"""Looks after the servos while a loop runs: what they report, and what is to be done about it.

One exchange every few ticks, in turns: loads and temperatures, torque, alarms. Each of them comes
round several times a second, so that a servo that protects itself, or starts afresh after a
moment without power, is noticed well within a second.
"""

import logging
from collections.abc import Mapping
from itertools import cycle

from lerobot_core.control.servo_watch import Concern, Finding, Level, ServoWatch
from lerobot_core.errors import (
    DeviceError,
    ServoAlarm,
    ServoDrawsTooMuch,
    ServoHotSoon,
    ServoOverloaded,
    ServosMissing,
    ServoStraining,
    ServoTooHot,
    ServoWarm,
    SupplyFailing,
    SupplySagging,
    TorqueLost,
)
from lerobot_core.robots.robot import Robot
from lerobot_core.types import Alarm, ServoLimits, ServoReading

log = logging.getLogger(__name__)

ROUND_S = 0.25  # in which each of the three is read once
_ASK_AGAIN_S = 5.0  # for the limits, where a servo was silent
_PASSING = (Concern.OVERLOAD, Concern.CURRENT)  # over, or a stop, before anyone reads of it
_GRAVE = (Alarm.SENSOR, Alarm.CURRENT, Alarm.SHOCK)
_FRESH_START = "it started afresh, as after a moment without power"


class Vigil:
    """What is known of one robot's servos. ``turn`` belongs to every tick."""

    def __init__(self, robot: Robot) -> None:
        self.readings: dict[str, ServoReading] = {}
        self.limits: Mapping[str, ServoLimits] = {}
        self._robot = robot
        self._watch = ServoWatch({})
        self._torque: dict[str, bool] = {}
        self._alarms: dict[str, frozenset[Alarm]] = {}
        self._next = cycle((self._read_servos, self._read_torque, self._read_alarms))
        self._lost_power = False
        self._due_s = self._limits_due_s = float("-inf")

    # What is read

    def prepare(self) -> None:
        """Learn the servos' limits, if they are not known yet. Raises DeviceError."""
        if not self.limits:
            self.limits = self._robot.servo_limits()
            self._watch = ServoWatch(self.limits)

    def turn(self, now_s: float, *, is_moving: bool) -> bool:
        """Read what is due. Returns whether loads and temperatures are fresh. Raises PortLost."""
        if not self.limits and not is_moving and now_s >= self._limits_due_s:
            self._prepare_patiently(now_s)
        if now_s < self._due_s:
            return False
        self._due_s = max(self._due_s, now_s - ROUND_S) + ROUND_S / 3
        read = next(self._next)
        read(now_s)
        return read == self._read_servos

    def begin(self) -> None:
        """Torque or alarms were just changed: what was read before says nothing any more."""
        self._torque, self._alarms = {}, {}
        self._watch.forget()

    def _prepare_patiently(self, now_s: float) -> None:
        try:
            self.prepare()
        except ServosMissing as error:
            log.info("the servos' limits are not known yet: %s", error)
            self._limits_due_s = now_s + _ASK_AGAIN_S

    def _read_servos(self, now_s: float) -> None:
        fresh = self._robot.read_servos()
        self.readings |= fresh
        self._watch.take(fresh, now_s)

    def _read_torque(self, now_s: float = 0.0) -> None:
        if self._robot.is_torque_on:
            self._torque |= self._robot.read_torque()
            if not all(self._torque.values()):
                self._read_alarms()  # they say why

    def _read_alarms(self, now_s: float = 0.0) -> None:
        self._alarms |= self._robot.read_alarms()

    # After a moment without power

    def release_limp(self) -> None:
        """No servo has torque any more; a goal might give it back to some. Raises TorqueNotOff."""
        self._lost_power = True
        self._robot.release()

    def wake_servos(self) -> None:
        """What servos forget without power is written anew, before they get torque.

        Raises:
            DeviceError: one does not take it.
        """
        if self._lost_power and not self._robot.is_torque_on:
            self._robot.configure()
        limp = [joint for joint, is_on in self._torque.items() if not is_on]
        for joint in limp:
            if not self._alarms.get(joint):  # one that protects itself is cleared on request only
                self._robot.clear_overload(joint)
        self._lost_power = False

    # What follows from it

    @property
    def findings(self) -> list[Finding]:
        """What servos come near to, the most urgent first."""
        return self._watch.findings

    @property
    def seconds_left(self) -> Mapping[str, float]:
        return self._watch.seconds_left

    @property
    def is_limp(self) -> bool:
        """Torque should be on, and every servo that was heard says that it has none."""
        known = self._torque.values()
        return self._robot.is_torque_on and bool(known) and not any(known)

    def failure(self) -> DeviceError | None:
        """A servo that does not do what it is told any more, whatever the arm is about."""
        if self._robot.is_torque_on:
            for joint, is_on in self._torque.items():
                if not is_on:
                    return TorqueLost(**self._who(joint), reason=self._reason(joint))
        for joint, alarms in self._alarms.items():
            grave = [alarm for alarm in _GRAVE if alarm in alarms]
            if Alarm.OVERLOAD in alarms and self._robot.is_torque_on:
                return ServoOverloaded(**self._who(joint))
            if grave:
                return ServoAlarm(servo_id=self._robot.servo_ids[joint], alarm=str(grave[0]))
        return None

    def danger(self) -> DeviceError | None:
        """A servo that is about to protect itself: reason to stop following. Raises PortLost."""
        for finding in self.findings:
            if finding.level is Level.CRITICAL:
                self._read_torque()  # perhaps it is too late already
                return self.failure() or self._danger_of(finding)
        return None

    def heat(self) -> DeviceError | None:
        """A servo that is too hot to be given work."""
        for finding in self.findings:
            if finding.level is Level.CRITICAL and finding.concern is Concern.HEAT:
                return self._danger_of(finding)
        return None

    def warnings(self) -> dict[str, DeviceError]:
        """Joint → what people should know before it becomes worse.

        A strain is over, or a stop, before anyone could read of it: chips show that.
        """
        warned = {}
        for finding in reversed(self.findings):
            if finding.level is Level.WARN and finding.concern not in _PASSING:
                warned[finding.joint] = self._warning_of(finding)
        return warned

    def _danger_of(self, finding: Finding) -> DeviceError:
        who, limits = self._who(finding.joint), self.limits[finding.joint]
        if finding.concern is Concern.HEAT:
            return ServoTooHot(**who, celsius=round(finding.value), limit=round(finding.limit))
        if finding.concern is Concern.OVERLOAD:
            return ServoStraining(**who, percent=round(finding.value))
        if finding.concern is Concern.CURRENT:
            return ServoDrawsTooMuch(**who, amperes=round(finding.value / 1000, 1))
        volts = round(finding.value, 1)
        return SupplyFailing(**who, volts=volts, low=limits.low_volts, high=limits.high_volts)

    def _warning_of(self, finding: Finding) -> DeviceError:
        who = self._who(finding.joint)
        if finding.concern is Concern.SUPPLY:
            return SupplySagging(**who, volts=round(finding.value, 1), low=finding.limit)
        facts = {"celsius": round(finding.value), "limit": round(finding.limit)}
        if finding.seconds_left is None:
            return ServoWarm(**who, **facts)
        minutes = max(round(finding.seconds_left / 60), 1)
        return ServoHotSoon(**who, **facts, minutes=minutes)

    def _reason(self, joint: str) -> str:
        alarms = self._alarms.get(joint)
        return ", ".join(sorted(alarms)) if alarms else _FRESH_START

    def _who(self, joint: str) -> dict[str, str | int]:
        return {
            "joint": joint.removesuffix(".pos"),
            "servo_id": self._robot.servo_ids[joint],
        }
