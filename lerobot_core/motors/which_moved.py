"""Which port is this arm on? The operator moves it by hand, and the port that moved is named.

Only reads. Servos with torque on are not believed: they may be moving by themselves. The arms
may be of different brands; ``serial.replug`` has the other way, by pulling out a cable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lerobot_core.errors import PortLost
from lerobot_core.motors.brand import ServoBrand
from lerobot_core.motors.brands import BRANDS
from lerobot_core.motors.scan import FoundServo, scan_bus
from lerobot_core.serial.link import SerialLink

MOVED_TURNS = 0.04
"""How far a joint must be turned to count: 14 degrees, more than an arm sags or is nudged."""

_CLEAR_RATIO = 3.0  # how much further than on any other port
_USUAL_RESOLUTION = 4096  # counts in a turn, for a model that is not known
_USUAL_IDS = range(1, 13)  # asked one by one: not every servo heeds a call to all


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


@dataclass(frozen=True)
class _Arm:
    """Who answered on one port."""

    link: SerialLink
    brand: ServoBrand
    servos: list[FoundServo]


class MovementWatch:
    """Watches the arms on several ports at once, whatever their brands.

    Args:
        links: Port → its open link. Left at the baud rate of the servos that were found there.
    """

    def __init__(self, links: Mapping[str, SerialLink]) -> None:
        self._links = dict(links)
        self._arms: dict[str, _Arm] = {}
        self._ranges: dict[str, dict[int, TurnRange]] = {}
        self._stiff: dict[str, set[int]] = {}
        self._lost: set[str] = set()

    def begin(self) -> dict[str, list[int]]:
        """Find the servos of each port: port → ids. Takes a few seconds for each port.

        Asked are the usual baud rates of every brand, and the link's own.
        """
        self._arms = {}
        for port, link in self._links.items():
            try:
                arm = _find_arm(link)
                if arm is not None:
                    self._arms[port] = arm
            except PortLost:
                self._lost.add(port)
        self.start_again()
        found = {port: [servo.id for servo in arm.servos] for port, arm in self._arms.items()}
        return {port: found.get(port, []) for port in self._links if port not in self._lost}

    @property
    def brands(self) -> dict[str, str]:
        """Port → the brand of its servos, as its maker writes it; only where servos answered."""
        return {port: arm.brand.name for port, arm in self._arms.items()}

    def start_again(self) -> None:
        """Forget what has moved so far."""
        self._ranges = {port: {} for port in self._arms}
        self._stiff = {port: set() for port in self._arms}

    def look(self) -> Moved | None:
        """Read all positions once. Which port was moved by hand since the beginning, if clear."""
        for port, arm in self._arms.items():
            if port in self._lost:
                continue
            try:
                for servo in arm.servos:
                    arm.link.set_baudrate(servo.baudrate)
                    self._note(port, arm.brand.probe.locate(arm.link, servo))
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
        model = self._arms[port].brand.models.get(servo.table or "")
        turns = servo.position / (model.resolution if model else _USUAL_RESOLUTION)
        if servo.id in ranges:
            ranges[servo.id].add(turns)
        else:
            ranges[servo.id] = TurnRange(turns)


def _find_arm(link: SerialLink) -> _Arm | None:
    """Of the first brand that answers. Raises PortLost."""
    rate = link.baudrate
    for brand in BRANDS.values():
        rates = dict.fromkeys((rate, *brand.usual_baudrates))
        possible = [each for each in rates if each in brand.probe.baudrates]
        scan = scan_bus(link, brand.probe, expected_ids=_USUAL_IDS, baudrates=possible)
        if scan.servos:
            return _Arm(link, brand, scan.servos)
    return None
