"""The cases of the fault matrix: what strikes where, and in which phase."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from benchmarks.fault_bench import JOINTS
from benchmarks.fault_kinds import FAULTS
from benchmarks.fault_rig import RIGS

PHASES = ("idle", "engaging", "teleoperating", "resting")


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

    @property
    def side(self) -> str:
        """Of a pair, the arm in which it strikes."""
        return next(iter(RIGS[self.robot].followers))

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
    """Every fault, in every servo that it makes sense for, in every phase.

    Of a pair, in one servo of the left arm: what its arms do alone is known by then.
    """
    is_pair = len(RIGS[robot].followers) > 1
    for role in ("follower", "leader"):
        for number, (name, fault) in enumerate(FAULTS.items()):
            if role == "leader" and not fault.in_leader:
                continue
            struck: Sequence[str] = JOINTS[:1] if fault.whole_arm else JOINTS
            if is_pair:
                struck = struck[number % len(struck) :][:1]
            for joint in struck:
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
