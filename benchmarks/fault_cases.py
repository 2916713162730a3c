"""One case of the fault matrix: a rig, a phase, a fault, an operator; and the verdict on it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from benchmarks.fault_kinds import FAULTS, FaultKind, Strike
from benchmarks.fault_rig import JOINTS, RIGS, FaultRig
from benchmarks.fault_watch import AWAY_TICKS, Watch
from lerobot_core.control.teleoperate import Mode
from lerobot_core.errors import TorqueNotOff, WorkbenchError
from lerobot_core.workers.protocol import DeviceState
from lerobot_core.workers.reports import SERVOS_HZ, Every, arm_reading

PHASES = ("idle", "engaging", "teleoperating", "resting")

FOLLOWS_WITHIN_S = 2.0
"""So long after engaging or after the fault struck a joint may be elsewhere..."""

LOOKED_AT_S = 2.5
"""... and then it is looked at for so long. A joint that was elsewhere at any time in it stalled,
and the operator must have been told."""

NEAR = 12.0
"""Degrees, or percent: a joint this near to where it is wanted follows. A servo is a little behind
the goal, the goal an ease-in or a tick behind the leader; what is held up is told from 10 on."""

STILL_SHOWN_S = 1.0
"""A chip that changed its word earlier says nothing of a joint that stalls now."""

STOPS_WITHIN_S = 0.25
"""STOP is done in this time, whatever is silent."""

LONGEST_TICK_S = 0.1
"""A turn of the loop that takes longer is a stall."""

_REST_ABOVE = 10.0  # units above where it lies: an arm that just falls does not come to rest
_ENGAGING_PACKETS = 30  # about as many as engaging takes
_SETTINGS = (
    "Operating_Mode",
    "Acceleration",
    "Torque_Limit",
    "P_Coefficient",
    "Position_P_Gain",
    "Position_D_Gain",
    "Goal_Current",
)


@dataclass(frozen=True)
class Case:
    """``joint`` is where the fault strikes; of no meaning where it strikes the whole arm."""

    robot: str
    fault: str
    role: str
    joint: str
    phase: str
    seed: int = 0

    @property
    def place(self) -> str:
        return self.role if FAULTS[self.fault].whole_arm else f"{self.role} {self.joint}"

    def __str__(self) -> str:
        return f"{self.robot} {self.place}: {self.fault} while {self.phase}"


@dataclass
class Outcome:
    """``wrong`` is empty when every promise was kept; ``happened`` says what the operator saw."""

    case: Case
    happened: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        return not self.wrong


def all_cases(robot: str, seed: int = 0) -> Iterator[Case]:
    """Every fault, in every servo that it makes sense for, in every phase."""
    for role in ("follower", "leader"):
        for name, fault in FAULTS.items():
            if role == "leader" and not fault.in_leader:
                continue
            for joint in JOINTS[:1] if fault.whole_arm else JOINTS:
                for phase in PHASES:
                    yield Case(robot, name, role, joint, phase, seed)


def sample(cases: Iterable[Case], count: int, seed: int) -> list[Case]:
    """Some of the cases, chance's choice, spread evenly over faults, phases, joints and robots."""
    left, chosen = list(cases), list[Case]()
    used: Counter[str] = Counter()
    Random(seed).shuffle(left)
    while left and len(chosen) < count:
        case = min(left, key=lambda case: sum(used[mark] for mark in _marks(case)))
        left.remove(case)
        chosen.append(case)
        used.update(_marks(case))
    return chosen


def _marks(case: Case) -> tuple[str, ...]:
    # The fault counts most: there are more of them than of anything else.
    return (case.fault, case.fault, case.phase, case.joint, f"{case.robot} {case.role}")


def run_case(case: Case, folder: Path) -> Outcome:
    """``folder`` is for calibration files."""
    story = _Story(case, folder)
    try:
        story.play()
    except WorkbenchError as error:
        story.outcome.wrong.append(f"ended in {error.code}: {error}")
    return story.outcome


class _Story:
    """The operator's afternoon."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.outcome = Outcome(case)
        self.fault: FaultKind = FAULTS[case.fault]
        self.random = Random(f"{case.seed} {case}")
        self.rig = FaultRig(RIGS[case.robot], folder)
        self.watch = Watch(self.rig)
        self.watch.wrong = self.outcome.wrong
        self.rig.loop.observers.append(self.watch)
        self.strike = Strike(self.rig, self.rig.arm(case.role), case.joint, self.random)
        self.told: dict[str, float] = {}  # errors and warnings, and when they were shown last
        self.codes: list[str] = []  # of errors
        self.newest_words = ""
        self._servos_due = Every(SERVOS_HZ)
        self._rest_pose = {
            f"{joint}.pos": self.rig.follower.position(joint) + _REST_ABOVE for joint in JOINTS
        }
        self._late: dict[str, float] = {}  # when a joint was last seen where it should not be
        self._settings = self._read_settings()

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
        if self._engage():
            self.run(0.2)
        if self._pending is not None:  # easing in by now
            self._pending = None
            self._begin()
        self._follow_or_engage()

    def _teleoperating(self) -> None:
        self._engage()
        self.run(2.0 + self.random.random())
        self._begin()
        self._follow_or_engage()

    def _resting(self) -> None:
        self._engage()
        self.run(2.0 + self.random.random())
        self.rig.loop.go_to_rest(self._rest_pose)
        self.run(0.1 + 0.5 * self.random.random())
        self._begin()
        if self.case.fault == "stale goal":
            self._engage_and_follow()
            return
        self.run(2 * FOLLOWS_WITHIN_S + LOOKED_AT_S, until_told=True)

    def _follow_or_engage(self) -> None:
        if self.rig.is_moving:
            self.run(FOLLOWS_WITHIN_S + LOOKED_AT_S, until_told=True)
        elif not self.codes:
            self._engage_and_follow()

    def _engage_and_follow(self) -> None:
        if self._engage():
            self.run(FOLLOWS_WITHIN_S + LOOKED_AT_S, until_told=True)

    _pending: Callable[[], None] | None = None

    def _after_packets(self, count: int, strike: Callable[[], None]) -> None:
        """Let it happen before the packet of that number from now on."""
        hooks, left = self.rig.follower.before_write, [count]

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
        self.rig.follower.chain.advance(0.0)

    # The verdict

    def _judge(self) -> None:
        wrong, rig = self.outcome.wrong, self.rig
        lost = rig.robot.packets[1] + rig.leader.packets[1]
        named = [words for words in self.told if self._names(words)]
        if self.codes:
            self.outcome.happened = self.codes[0]
            if self.fault.tolerable:
                wrong.append(f"stopped by what it should bear: {self.newest_words}")
            elif self.codes[0] in self.fault.lies:
                wrong.append(f"said what is not so: {self.newest_words}")
            elif not named:
                wrong.append(f"did not name it: {self.newest_words}")
            return
        shown = [w for w in named if rig.time.now() - self.told[w] < STILL_SHOWN_S]
        behind = self._behind()
        if behind and not shown:
            wrong.append(f"silent stall: {behind} is not where it is wanted")
        if self.case.fault == "disturbed 5 %" and not lost:
            wrong.append("lost packets were not counted")
        self.outcome.happened = f"warned: {shown[0]}" if shown else "went on"
        if lost and not shown:
            self.outcome.happened += f", {lost} lost"

    def _behind(self) -> str | None:
        """The joint that did not do what it should, of late."""
        rig = self.rig
        if rig.is_moving or rig.loop.is_at_rest:
            return max(self._late, key=lambda joint: self._late[joint], default=None)
        return "the arm"

    def _note_late(self) -> None:
        """Look where the joints are, and keep those that are not where they are wanted."""
        rig, now_s = self.rig, self.rig.time.now()
        if rig.loop.mode is Mode.FOLLOWING:
            wanted = {f"{joint}.pos": rig.leader_arm.position(joint) for joint in JOINTS}
        elif rig.loop.is_at_rest:
            wanted = self._rest_pose
        else:
            return
        limits = rig.robot.limits
        for joint in JOINTS:
            if joint == "gripper" and rig.follower.joints[joint].is_blocked:
                continue  # it has got hold of something
            key = f"{joint}.pos"
            target = min(max(wanted[key], limits[key].low), limits[key].high)
            if abs(rig.follower.position(joint) - target) > NEAR:
                self._late[joint] = now_s
            elif now_s - self._late.get(joint, now_s) > LOOKED_AT_S:
                del self._late[joint]

    def _names(self, text: str) -> bool:
        if self.fault.whole_arm:
            return any(name in text for name in self.fault.names)
        words = text.lower()
        if self.case.role == "leader" and "leader" not in words:
            return False  # the operator would look at the other arm
        return self.case.joint in words or f"servo {self.strike.servo_id}" in words

    # What the operator does while the fault lasts, and after

    def _engage_what_is_foreign(self) -> None:
        if self.rig.is_moving:
            self._stop()
        self.run(1.0)
        if self._engage():
            self.outcome.wrong.append("engaged with what is not its own")
        elif not self._names(self.newest_words):
            self.outcome.wrong.append(f"did not name what is foreign: {self.newest_words}")

    def _end_under_fault(self) -> None:
        if self.random.random() < 0.5:
            self._stop()
        else:
            self._release(named=True)

    def _stop(self) -> None:
        rig, started = self.rig, self.rig.time.now()
        if rig.loop.mode is Mode.IDLE:
            return
        self._ask(rig.loop.stop)
        if rig.time.now() - started > STOPS_WITHIN_S:
            self.outcome.wrong.append(f"STOP took {rig.time.now() - started:.2f} s")
        self.run(0.3)
        for joint in JOINTS:
            servo = rig.follower.servo(joint)
            away = abs(rig.follower.register(joint, "Goal_Position") - servo.present_ticks)
            has_torque = servo.is_powered and rig.follower.register(joint, "Torque_Enable") == 1
            if has_torque and away > AWAY_TICKS and not rig.follower.joints[joint].is_blocked:
                self.outcome.wrong.append(f"{joint} does not rest after STOP")

    def _release(self, *, named: bool) -> None:
        with self.watch.operator_lets_go():
            ok = self._ask(self.rig.loop.release)
        if not ok and self.codes[-1] != TorqueNotOff.code:
            self.outcome.wrong.append(f"release failed: {self.newest_words}")
        elif not ok and named and not self._names(self.newest_words):
            self.outcome.wrong.append(f"release did not name it: {self.newest_words}")
        for joint in JOINTS:
            servo = self.rig.follower.servo(joint)
            if servo.is_powered and self.rig.follower.register(joint, "Torque_Enable") == 1:
                self.outcome.wrong.append(f"{joint} kept its torque when released")
        if ok and self.rig.robot.is_torque_on:
            self.outcome.wrong.append("a released arm counts as held")

    def _go_on_after(self) -> None:
        """The cause is gone: the operator engages again, by the way the hints say."""
        wrong = self.outcome.wrong
        if not self._engage() and not self._clear():
            wrong.append(f"could not be engaged again: {self.newest_words}")
            return
        self.codes.clear()
        self.run(FOLLOWS_WITHIN_S + LOOKED_AT_S)
        if self.codes:
            wrong.append(f"stopped again: {self.newest_words}")
        elif behind := self._behind():
            wrong.append(f"does not follow again: {behind}")
        for joint, settings in self._read_settings().items():
            if settings != self._settings[joint]:
                wrong.append(f"{joint} lost its settings")
        self._stop()
        self._release(named=False)

    def _clear(self) -> bool:
        """As the hint of an alarm says: clear it, else switch power off and on."""
        if not self.fault.ends_by_power:
            return False
        with self.watch.operator_lets_go():
            is_clear = self._ask(lambda: self.rig.loop.clear_overload(self.case.joint))
        if is_clear and self._engage():
            return True
        servo = self.strike.arm.servo(self.case.joint)
        servo.power_off()
        self.run(0.3)
        return self._engage()

    # Turns of the loop

    def run(self, seconds: float, *, until_told: bool = False) -> None:
        end = self.rig.time.now() + seconds
        while self.rig.time.now() < end and not (until_told and self.codes):
            due_s = self.rig.pace.wait()
            started = self.rig.time.now()
            self._ask(lambda: self.rig.loop.tick(due_s))  # noqa: B023  asked at once
            self._note_late()
            if self.rig.time.now() - started > LONGEST_TICK_S:
                self.watch.note("the loop stalled")
            if self._servos_due.is_due(due_s):
                self._ask(self._look_at_servos)

    def _engage(self) -> bool:
        with self.watch.operator_engages():
            return self._ask(self.rig.loop.engage)

    def _ask(self, action: Callable[[], object]) -> bool:
        """An error is told to the operator, as the session does."""
        try:
            action()
        except WorkbenchError as error:
            self.codes.append(error.code)
            self._tell(str(error))
            return False
        return True

    def _look_at_servos(self) -> None:
        """What the chips of the window say."""
        rig = self.rig
        for role, arm in (("follower", rig.robot), ("leader", rig.leader)):
            reading = arm_reading(role, role, arm.read_servos(), arm.stale_joints)
            if reading.state is not DeviceState.OK:
                self._tell(f"{role}: {reading.word}")

    def _tell(self, text: str) -> None:
        self.newest_words = text
        self.told[text] = self.rig.time.now()

    def _read_settings(self) -> dict[str, list[int | None]]:
        """Of each servo of the follower; None where its make lacks the register."""
        settings: dict[str, list[int | None]] = {}
        for joint in JOINTS:
            settings[joint] = []
            for register in _SETTINGS:
                try:
                    settings[joint].append(self.rig.follower.register(joint, register))
                except KeyError:
                    settings[joint].append(None)
        return settings
