"""One case of the fault matrix: a rig, a phase, a fault, an operator; and the verdict on it."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from benchmarks.fault_kinds import FAULTS, FaultKind, Strike
from benchmarks.fault_list import Case, Outcome
from benchmarks.fault_operator import LOOKED_AT_S, Operator
from benchmarks.fault_rig import RIGS, FaultRig
from benchmarks.fault_watch import AWAY_TICKS
from lerobot_core.control.mode import Mode
from lerobot_core.errors import TorqueNotOff, WorkbenchError

FOLLOWS_WITHIN_S = 2.0
"""So long after engaging or after the fault struck a joint may be elsewhere."""

STILL_SHOWN_S = 1.0
"""A chip that changed its word earlier says nothing of a joint that stalls now."""

STOPS_WITHIN_S = 0.25
"""STOP is done in this time, whatever is silent."""

_ENGAGING_PACKETS = 60  # about as many as engaging takes


def run_case(case: Case, folder: Path) -> Outcome:
    """``folder`` is for calibration files."""
    story = _Story(case, folder)
    try:
        story.play()
    except WorkbenchError as error:
        story.outcome.wrong.append(f"ended in {error.code}: {error}")
    return story.outcome


class _Story(Operator):
    """The operator's afternoon."""

    def __init__(self, case: Case, folder: Path) -> None:
        super().__init__(FaultRig(RIGS[case.robot], folder))
        self.case = case
        self.outcome = Outcome(case, wrong=self.watch.wrong)
        self.fault: FaultKind = FAULTS[case.fault]
        self.random = Random(f"{case.seed} {case}")
        self.strike = Strike(self.rig, self.rig.struck(case.role), case.joint, self.random)
        self._settings = self.read_settings()

    def play(self) -> None:
        self.run(0.5)
        getattr(self, f"_{self.case.phase}")()
        self._judge()
        if self.fault.is_foreign:
            self._engage_what_is_foreign()
        self._end_under_fault()
        self.strike.end()
        self.run(0.5)
        self._go_on_after()

    # Until the fault strikes, and what follows from it

    def _idle(self) -> None:
        self._begin()
        self.run(1.0)
        self._engage_and_follow()

    def _engaging(self) -> None:
        packets = self.random.randrange(_ENGAGING_PACKETS)
        if not self.fault.can_strike_at_once:
            packets = 0
        self._after_packets(packets, self._begin)
        if self.engage():
            self.run(0.2)
        if self._pending is not None:  # easing in by now
            self._pending = None
            self._begin()
        self._follow_or_engage()

    def _teleoperating(self) -> None:
        self.engage()
        self.run(2.0 + self.random.random())
        self._begin()
        self._follow_or_engage()

    def _resting(self) -> None:
        self.engage()
        self.run(2.0 + self.random.random())
        self.rig.loop.go_to_rest(self.rest_pose)
        self.run(0.1 + 0.5 * self.random.random())
        self._begin()
        if self.case.fault == "stale goal":
            self._engage_and_follow()
            return
        self.run(2 * FOLLOWS_WITHIN_S + LOOKED_AT_S, until_told=True)

    def _follow_or_engage(self) -> None:
        if self.rig.is_moving:
            self.run(FOLLOWS_WITHIN_S + LOOKED_AT_S, until_told=True)
        elif not self.errors:
            self._engage_and_follow()

    def _engage_and_follow(self) -> None:
        if self.engage():
            self.run(FOLLOWS_WITHIN_S + LOOKED_AT_S, until_told=True)

    _pending: Callable[[], None] | None = None

    def _after_packets(self, count: int, strike: Callable[[], None]) -> None:
        """Let it happen before the packet of that number from now on."""
        hooks, left = self.rig.struck("follower").before_write, [count]

        def look() -> None:
            if self._pending is None:
                hooks.remove(look)
            elif left[0] == 0:
                hooks.remove(look)
                self._pending = None
                strike()
            left[0] -= 1

        self._pending = strike
        hooks.insert(0, look)  # before the watch looks at the servos

    def _begin(self) -> None:
        with self.watch.operator_lets_go():  # one of the faults has the arm let go
            self.fault.begin(self.strike)
        self.strike.arm.chain.advance(0.0)

    # The verdict

    def _judge(self) -> None:
        wrong, rig = self.outcome.wrong, self.rig
        lost = rig.robot.packets[1] + rig.leader.packets[1]
        if self.errors:
            self.outcome.happened = self.errors[0].code
            if self.fault.tolerable:
                wrong.append(f"stopped by what it should bear: {self.errors[0]}")
            elif any(error.code in self.fault.lies for error in self.errors):
                wrong.append(f"said what is not so: {self.errors[0]}")
            elif not any(self._names(str(error)) for error in self.errors):
                wrong.append(f"did not name it: {self.errors[0]}")
            return
        since_s = rig.time.now() - STILL_SHOWN_S
        shown = [words for words, at_s in self.told.items() if at_s > since_s]
        shown = [words for words in shown if self._names(words)]
        behind = self.behind()
        if behind and not shown:
            wrong.append(f"silent stall: {behind} is not where it is wanted")
        if self.case.fault == "disturbed 5 %" and not lost:
            wrong.append("lost packets were not counted")
        self.outcome.happened = f"warned: {shown[0]}" if shown else "went on"
        if lost and not shown:
            self.outcome.happened += f", {lost} lost"

    def _names(self, text: str) -> bool:
        words = text.lower()
        if self.case.side not in words:
            return False
        if self.fault.whole_arm:
            return any(name in text for name in self.fault.names)
        if self.case.role == "leader" and "leader" not in words:
            return False  # the operator would look at the other arm
        return self.case.joint in words or f"servo {self.strike.servo_id}" in words

    # What the operator does while the fault lasts, and after

    def _engage_what_is_foreign(self) -> None:
        if self.rig.is_moving:
            self._stop()
        self.run(1.0)
        if self.engage():
            self.outcome.wrong.append("engaged with what is not its own")
        elif not self._names(str(self.errors[-1])):
            self.outcome.wrong.append(f"did not name what is foreign: {self.errors[-1]}")

    def _end_under_fault(self) -> None:
        if self.random.random() < 0.5:
            self._stop()
        else:
            self._release(named=True)

    def _stop(self) -> None:
        rig, started = self.rig, self.rig.time.now()
        if rig.loop.mode is Mode.IDLE:
            return
        self.ask(rig.loop.stop)
        if rig.time.now() - started > STOPS_WITHIN_S:
            self.outcome.wrong.append(f"STOP took {rig.time.now() - started:.2f} s")
        self.run(0.3)
        for joint in rig.joints:
            servo = rig.follower.servo(joint)
            away = abs(rig.follower.register(joint, "Goal_Position") - servo.present_ticks)
            has_torque = servo.is_powered and rig.follower.register(joint, "Torque_Enable") == 1
            if has_torque and away > AWAY_TICKS and not rig.follower.plant(joint).is_blocked:
                self.outcome.wrong.append(f"{joint} does not rest after STOP")

    def _release(self, *, named: bool) -> None:
        with self.watch.operator_lets_go():
            ok = self.ask(self.rig.loop.release)
        if not ok and not isinstance(self.errors[-1], TorqueNotOff):
            self.outcome.wrong.append(f"release failed: {self.errors[-1]}")
        elif not ok and named and not self._names(str(self.errors[-1])):
            self.outcome.wrong.append(f"release did not name it: {self.errors[-1]}")
        for joint in self.rig.joints:
            servo = self.rig.follower.servo(joint)
            if servo.is_powered and self.rig.follower.register(joint, "Torque_Enable") == 1:
                self.outcome.wrong.append(f"{joint} kept its torque when released")
        if ok and self.rig.robot.is_torque_on:
            self.outcome.wrong.append("a released arm counts as held")

    def _go_on_after(self) -> None:
        """The cause is gone: the operator engages again, by the way the hints say."""
        wrong = self.outcome.wrong
        if not self.engage() and not self._clear():
            wrong.append(f"could not be engaged again: {self.errors[-1]}")
            return
        self.errors.clear()
        self.run(FOLLOWS_WITHIN_S + LOOKED_AT_S)
        if self.errors:
            wrong.append(f"stopped again: {self.errors[-1]}")
        elif behind := self.behind():
            wrong.append(f"does not follow again: {behind}")
        for joint, settings in self.read_settings().items():
            if settings != self._settings[joint]:
                wrong.append(f"{joint} lost its settings")
        self._stop()
        self._release(named=False)

    def _clear(self) -> bool:
        """As the hint of an alarm says: clear it, else switch power off and on."""
        if not self.fault.ends_by_power:
            return False
        with self.watch.operator_lets_go():
            name = self.strike.arm.name_of(self.case.joint)
            is_clear = self.ask(lambda: self.rig.loop.clear_overload(name))
        if is_clear and self.engage():
            return True
        servo = self.strike.arm.servo(self.case.joint)
        servo.power_off()
        self.run(0.3)
        return self.engage()
