"""What is known of the arm at one port, and which arm is moved by hand. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    FindingSeen,
    MovementSeen,
    Problem,
    ServoSeen,
)

_MOVES_DEG = 0.4  # in a tenth of a second: what a hand does, and noise does not

# What a scan can find and a live look, which asks at one baud rate only, cannot.
_BLIND = frozenset(
    {"wrong_baudrate", "duplicate_id", "silent_beside_duplicates", "silent_beside_extra"}
    | {"extra_servos", "other_brand", "mixed_brands", "other_arm", "wrong_port", "wrong_model"}
)


@dataclass(frozen=True)
class ArmLook:
    """What is known of the arm at one port."""

    scan: ArmScanned | None = None
    expected: tuple[ServoSeen, ...] = ()  # of the scan that goes on
    live: ArmWatched | None = None  # newer than the scan
    doing: str = ""  # the worker's work at this port: scan, watch, ids, registers
    problem: Problem | None = None  # of the last attempt

    @property
    def findings(self) -> list[FindingSeen]:
        """The newest; of a live look where one goes on."""
        if self.live is not None and self.live.findings:
            return self.live.findings
        return [] if self.scan is None else self.scan.findings

    @property
    def servos(self) -> list[ServoSeen]:
        if self.doing == "scan" and self.expected:
            return list(self.expected)
        if self.live is None:
            return [] if self.scan is None else self.scan.servos
        live = {seen.servo_id for seen in self.live.servos}
        found = [] if self.scan is None else self.scan.servos
        strangers = [seen for seen in found if not (seen.joint or seen.servo_id in live)]
        return [*self.live.servos, *strangers]

    @property
    def kinds(self) -> list[str]:
        """Single arms that it may be: the one that was looked for, or those that it looks like."""
        if self.scan is None:
            return []
        return [self.scan.kind] if self.scan.kind else list(self.scan.looks_like)

    @property
    def has_trouble(self) -> bool:
        if self.problem is not None:
            return True
        return any(finding.severity == "problem" for finding in self.findings)

    @property
    def can_be_watched(self) -> bool:
        """Servos answer, at the usual baud rate, and are those that a live look asks for."""
        if self.scan is None or not self.kinds or not any(seen.answers for seen in self.servos):
            return False
        return not any(finding.code in _BLIND for finding in self.scan.findings)

    def is_checked_as(self, kind: str) -> bool:
        """It was scanned as this kind of arm, or found to be one."""
        return self.scan is not None and kind in self.kinds

    @property
    def is_fine(self) -> bool:
        """Scanned, and nothing is wrong that keeps it from being used."""
        return self.scan is not None and not self.has_trouble


@dataclass(frozen=True)
class Movement:
    """Which arm is moved by hand, while that is watched."""

    is_watched: bool = False
    ports: tuple[str, ...] = ()  # that are watched
    seen: MovementSeen | None = None
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # degrees, by port
    replugged: str = ""  # a port that was pulled out and plugged in meanwhile

    @property
    def found(self) -> str:
        """The port that the operator means; empty as long as that is not clear."""
        return (self.seen.moved if self.seen is not None else "") or self.replugged

    def is_moving(self, port: str) -> bool:
        """Within the last third of a second."""
        return any(degrees > _MOVES_DEG for degrees in self.history.get(port, ())[-3:])
