"""What a session tells the app, and how often: numbers for people, not every tick."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lerobot_core.control.clock import Pace
from lerobot_core.control.mode import Mode
from lerobot_core.control.servo_watch import Concern, Finding, Level
from lerobot_core.control.teleoperate import Teleoperation
from lerobot_core.control.tick import Tick
from lerobot_core.errors import DeviceError
from lerobot_core.types import JointValues, ServoReading
from lerobot_core.workers.protocol import (
    DeviceReading,
    DeviceState,
    JointRow,
    LoopStatistics,
    Phase,
    StageTiming,
    Telemetry,
)

TELEMETRY_HZ = 30.0
DEVICES_HZ = 2.0
STATISTICS_HZ = 2.0
PROGRESS_HZ = 10.0
SERVOS_HZ = 4.0

PHASES = {
    Mode.IDLE: Phase.IDLE,
    Mode.HOLDING: Phase.HOLDING,
    Mode.RESTING: Phase.GOING_TO_REST,
    Mode.FOLLOWING: Phase.TELEOPERATING,
}
"""What the app calls the modes of the loop; while recording it has other words."""


class Every:
    """Says “now” at most ``rate_hz`` times a second."""

    def __init__(self, rate_hz: float) -> None:
        self._period = 1 / rate_hz
        self._due = 0.0

    def is_due(self, now_s: float) -> bool:
        if now_s < self._due:
            return False
        self._due = max(self._due + self._period, now_s + self._period / 2)
        return True


@dataclass
class JointBoard:
    """The newest of everything known about each joint."""

    leader: JointValues = field(default_factory=dict)
    goal: JointValues = field(default_factory=dict)
    position: JointValues = field(default_factory=dict)
    servos: Mapping[str, ServoReading] = field(default_factory=dict)
    stale: Mapping[str, int] = field(default_factory=dict)
    limits_s: Mapping[str, float] = field(default_factory=dict)  # see JointRow.limit_s

    def rows(self) -> dict[str, JointRow]:
        keys = self.position or self.leader
        return {key.removesuffix(".pos"): self._row(key) for key in keys}

    def _row(self, key: str) -> JointRow:
        servo = self.servos.get(key)
        return JointRow(
            leader=self.leader.get(key),
            goal=self.goal.get(key),
            position=self.position.get(key),
            load_percent=servo.load_percent if servo else None,
            celsius=servo.celsius if servo else None,
            stale=key in self.stale,
            limit_s=self.limits_s.get(key),
        )


class TelemetryObserver:
    """Keeps the joint board from ticks, and sends it as often as a screen can show it."""

    def __init__(self, send: Callable[[Telemetry], None], board: JointBoard) -> None:
        self._send = send
        self._board = board
        self._due = Every(TELEMETRY_HZ)

    def on_tick(self, tick: Tick) -> None:
        board = self._board
        board.leader, board.goal, board.position = tick.wanted, tick.sent, tick.observed
        board.stale = tick.stale
        self.report(tick.due_s, tick.engaged_fraction)

    def report(self, now_s: float, engaged_fraction: float = 0.0) -> None:
        if self._due.is_due(now_s):
            self._send(Telemetry(now_s, self._board.rows(), engaged_fraction))


TROUBLE_WORDS = {
    "port_not_found": "not found",
    "port_permission_denied": "no permission",
    "port_busy": "in use",
    "device_in_use": "in use",
    "port_lost": "unplugged",
    "servos_missing": "servo silent",
    "servo_lost": "servo silent",
    "supply_voltage_wrong": "wrong voltage",
    "calibration_missing": "not calibrated",
    "calibration_mismatch": "other arm",
    "camera_not_found": "not found",
    "camera_lost": "no picture",
    "bench_unavailable": "no bench",
    "media_lost": "no picture",
    "servo_overloaded": "overloaded",
    "torque_lost": "limp",
    "supply_failing": "low supply",
}
"""What a chip says of a device in trouble, by the code of its error."""


def trouble_reading(name: str, role: str, code: str) -> DeviceReading:
    return DeviceReading(name, role, DeviceState.BAD, TROUBLE_WORDS.get(code, "failed"))


_TROUBLED = {"servo_overloaded": "overloaded", "torque_lost": "limp"}
_NEAR = {
    Concern.HEAT: "hot",
    Concern.OVERLOAD: "straining",
    Concern.CURRENT: "straining",
    Concern.SUPPLY: "low supply",
}
_PASSING_S = 1.0  # a strain with more time left than this is mostly a grip, or a start


def arm_reading(
    name: str,
    role: str,
    servos: Mapping[str, ServoReading],
    stale: Mapping[str, int],
    findings: Sequence[Finding] = (),
    trouble: DeviceError | None = None,
) -> DeviceReading:
    """An arm's chip: the lowest voltage and the highest temperature of its servos.

    What a servo comes near to is told with the time that is left.
    """
    if stale:
        joint = max(stale, key=lambda key: stale[key]).removesuffix(".pos")
        return DeviceReading(name, role, DeviceState.WARN, f"{joint} silent")
    volts = min((reading.volts for reading in servos.values()), default=None)
    celsius = max((reading.celsius for reading in servos.values()), default=None)
    reading = DeviceReading(name, role, DeviceState.OK, "", volts, celsius)
    if trouble is not None and trouble.code in _TROUBLED:
        word = f"{trouble.facts['joint']} {_TROUBLED[trouble.code]}"
        return replace(reading, state=DeviceState.BAD, word=word)
    pressing = [finding for finding in findings if not _may_pass(finding)]
    return _with_limit(reading, pressing[0]) if pressing else reading


def _may_pass(finding: Finding) -> bool:
    is_strain = finding.concern in (Concern.OVERLOAD, Concern.CURRENT)
    return is_strain and finding.seconds_left is not None and finding.seconds_left > _PASSING_S


def _with_limit(reading: DeviceReading, finding: Finding) -> DeviceReading:
    joint = finding.joint.removesuffix(".pos")
    return replace(
        reading,
        state=DeviceState.BAD if finding.level is Level.CRITICAL else DeviceState.WARN,
        word=f"{joint} {_NEAR[finding.concern]}",
        limit=str(finding.concern),
        limit_joint=joint,
        limit_s=finding.seconds_left,
    )


def loop_statistics(loop: Teleoperation, pace: Pace) -> LoopStatistics:
    """How the loop runs, and what the wires lose."""
    counts = (loop.robot.packets, loop.teleoperator.packets)
    return LoopStatistics(
        rate_hz=pace.recent_hz(),
        target_hz=pace.rate_hz,
        ticks=pace.ticks,
        late_ticks=pace.late_ticks + pace.skipped_ticks,
        packets=sum(total for total, _ in counts),
        lost_packets=sum(lost for _, lost in counts),
        stages={
            name: StageTiming(time.p50_ms, time.p95_ms) for name, time in loop.stages().items()
        },
        lost_by_joint=_by_name(loop.robot.lost_by_joint),
        leader_lost_by_joint=_by_name(loop.teleoperator.lost_by_joint),
    )


def _by_name(counts: Mapping[str, int]) -> dict[str, int]:
    return {joint.removesuffix(".pos"): count for joint, count in counts.items()}


def camera_reading(name: str, fps: float, wanted_fps: float, age_ms: float) -> DeviceReading:
    """A camera's chip; frozen when its newest picture is older than half a second."""
    if age_ms > 500:
        return DeviceReading(name, "camera", DeviceState.BAD, "no picture", fps=fps, age_ms=age_ms)
    if fps < 0.8 * wanted_fps:
        word = f"{fps:.0f} of {wanted_fps:.0f} fps"
        return DeviceReading(name, "camera", DeviceState.WARN, word, fps=fps, age_ms=age_ms)
    return DeviceReading(name, "camera", DeviceState.OK, "", fps=fps, age_ms=age_ms)
