"""What a session tells the app, and how often: numbers for people, not every tick."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lerobot_core.control.tick import Tick
from lerobot_core.types import JointValues, ServoReading
from lerobot_core.workers.protocol import DeviceReading, DeviceState, JointRow, Telemetry

TELEMETRY_HZ = 30.0
DEVICES_HZ = 2.0
STATISTICS_HZ = 2.0
PROGRESS_HZ = 10.0
SERVOS_HZ = 4.0


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
}
"""What a chip says of a device in trouble, by the code of its error."""


def trouble_reading(name: str, role: str, code: str) -> DeviceReading:
    return DeviceReading(name, role, DeviceState.BAD, TROUBLE_WORDS.get(code, "failed"))


def arm_reading(
    name: str, role: str, servos: Mapping[str, ServoReading], stale: Mapping[str, int]
) -> DeviceReading:
    """An arm's chip: the lowest voltage and the highest temperature of its servos."""
    if stale:
        joint = max(stale, key=lambda key: stale[key]).removesuffix(".pos")
        return DeviceReading(name, role, DeviceState.WARN, f"{joint} silent")
    volts = min((reading.volts for reading in servos.values()), default=None)
    celsius = max((reading.celsius for reading in servos.values()), default=None)
    return DeviceReading(name, role, DeviceState.OK, "", volts, celsius)


def camera_reading(name: str, fps: float, wanted_fps: float, age_ms: float) -> DeviceReading:
    """A camera's chip; frozen when its newest picture is older than half a second."""
    if age_ms > 500:
        return DeviceReading(name, "camera", DeviceState.BAD, "no picture", fps=fps, age_ms=age_ms)
    if fps < 0.8 * wanted_fps:
        word = f"{fps:.0f} of {wanted_fps:.0f} fps"
        return DeviceReading(name, "camera", DeviceState.WARN, word, fps=fps, age_ms=age_ms)
    return DeviceReading(name, "camera", DeviceState.OK, "", fps=fps, age_ms=age_ms)
