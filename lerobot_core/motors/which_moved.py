"""Which port is this arm on? The operator moves it by hand, and the port that moved is named.

Only reads. Servos with torque on are not believed: they may be moving by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lerobot_core.errors import PortLost
from lerobot_core.motors.scan import FoundServo, Probe, scan_bus
from lerobot_core.motors.tables import MODELS
from lerobot_core.serial.link import SerialLink

MOVED_TURNS = 0.04
"""How far a joint must be turned to count: 14 degrees, more than an arm sags or is nudged."""

_CLEAR_RATIO = 3.0  # how much further than on any other port
_USUAL_RESOLUTION = 4096  # counts in a turn, for a model that is not known


@dataclass(frozen=True)
class Moved:
    """What a hand moved."""

    port: str
    servo_id: int  # the one that was turned furthest
    turns: float


@dataclass
class TurnRange:
    """How far one joint was turned, counted on across the end of a turn."""

    turns: float  # newest position, unwrapped
    low: float = field(init=False)
    high: float = field(init=False)

    def __post_init__(self) -> None:
        self.low = self.high = self.turns

    def add(self, turns: float) -> None:
        """A position within one turn. Between two of them a hand turns less than half a turn."""
        self.turns += (turns - self.turns + 0.5) % 1 - 0.5
        self.low, self.high = min(self.low, self.turns), max(self.high, self.turns)

    @property
    def travel(self) -> float:
        return self.high - self.low


def decide(travels: Mapping[str, Mapping[int, float]]) -> Moved | None:
    """The port with a joint that was moved by hand, if it is clear which.

    Args:
        travels: Port → servo id → turns so far.

    Returns:
        None while nothing moved far enough, and while another port moved nearly as far.
    """
    furthest = sorted(
        (
            Moved(port, *max(servos.items(), key=lambda item: item[1]))
            for port, servos in travels.items()
            if servos
        ),
        key=lambda moved: moved.turns,
        reverse=True,
    )
    if not furthest or furthest[0].turns < MOVED_TURNS:
        return None
    if len(furthest) > 1 and furthest[0].turns < _CLEAR_RATIO * furthest[1].turns:
        return None
    return furthest[0]


class MovementWatch:
    """Watches the arms on several ports at once.

    Args:
        links: Port → its open link, at the baud rate of its servos.
    """

    def __init__(self, links: Mapping[str, SerialLink], probe: Probe) -> None:
        self._links = dict(links)
        self._probe = probe
        self._servos: dict[str, list[int]] = {}
        self._ranges: dict[str, dict[int, TurnRange]] = {}
        self._stiff: dict[str, set[int]] = {}
        self._lost: set[str] = set()

    def begin(self) -> dict[str, list[int]]:
        """Find the servos of each port: port → ids. Takes most of a second for each port."""
        self._servos = {}
        for port, link in self._links.items():
            try:
                found = scan_bus(link, self._probe, baudrates=(link.baudrate,))
                self._servos[port] = [servo.id for servo in found.servos]
            except PortLost:
                self._lost.add(port)
        self.start_again()
        return self._servos

    def start_again(self) -> None:
        """Forget what has moved so far."""
        self._ranges = {port: {} for port in self._servos}
        self._stiff = {port: set() for port in self._servos}

    def look(self) -> Moved | None:
        """Read all positions once. Which port was moved by hand since the beginning, if clear."""
        for port, servo_ids in self._servos.items():
            if port in self._lost:
                continue
            try:
                for servo_id in servo_ids:
                    self._note(port, self._probe.identify(self._links[port], servo_id))
            except PortLost:
                self._lost.add(port)
        return decide(self.travels)

    @property
    def travels(self) -> dict[str, dict[int, float]]:
        """Port → servo id → turns since the beginning, to be shown. Lost ports are left out."""
        return {
            port: {servo_id: seen.travel for servo_id, seen in ranges.items()}
            for port, ranges in self._ranges.items()
            if port not in self._lost
        }

    @property
    def stiff(self) -> dict[str, list[int]]:
        """Port → ids of servos that have torque, so that nobody forces them."""
        return {port: sorted(ids) for port, ids in self._stiff.items() if ids}

    @property
    def lost(self) -> list[str]:
        """Ports that were pulled out meanwhile."""
        return sorted(self._lost)

    def _note(self, port: str, servo: FoundServo) -> None:
        ranges = self._ranges[port]
        if servo.has_torque:
            self._stiff[port].add(servo.id)
            ranges.pop(servo.id, None)  # counted anew once it is limp
            return
        if servo.has_torque is None or servo.position is None:
            return  # silent for once
        self._stiff[port].discard(servo.id)
        model = MODELS.get(servo.model or "")
        turns = servo.position / (model.resolution if model else _USUAL_RESOLUTION)
        if servo.id in ranges:
            ranges[servo.id].add(turns)
        else:
            ranges[servo.id] = TurnRange(turns)
