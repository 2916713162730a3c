"""What simulated chains of servos share, whatever protocol they speak: wire, power and faults."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.sim.faults import Faults

_OF_SERVOS = (
    "unplugged",
    "only_place",
    "cut_before",
    "corrupted",
    "delayed",
    "volts",
    "overloaded",
    "celsius",
)
"""Faults that are not the wire's."""

_TORN_PACKET_S = 0.01  # an instruction with a pause as long as this in it is forgotten


class Reply(NamedTuple):
    """Bytes that a servo sends, and when the last of them has arrived."""

    delay_s: float  # after the instruction was handed over, its own time on the wire included
    data: bytes


class ServoProtection(Protocol):
    """The faults that a servo's own watch can be made to see."""

    forced_celsius: float | None
    forced_overload: bool

    @property
    def is_tripped(self) -> bool: ...


class ChainServo(Protocol):
    """A servo as its chain feeds it."""

    supply_volts: float
    zero_ticks: int
    """What its encoder counts at angle 0: where the horn was screwed on."""

    @property
    def servo_id(self) -> int: ...

    @property
    def baudrate(self) -> int: ...

    @property
    def return_delay_s(self) -> float: ...

    @property
    def is_powered(self) -> bool: ...

    @property
    def protection(self) -> ServoProtection: ...

    @property
    def kept(self) -> bytes:
        """Its EEPROM."""
        ...

    @property
    def is_as_new(self) -> bool:
        """Nobody has set it up since it left its maker."""
        ...

    def restore(self, kept: bytes) -> None: ...

    def keep(self, register: str, value: int) -> None: ...

    def reset_to_factory(self) -> None: ...

    def power_on(self) -> None: ...

    def power_off(self) -> None: ...

    def advance(self, seconds: float) -> None: ...


Servo = TypeVar("Servo", bound=ChainServo)


class Chain(ABC, Generic[Servo]):
    """Servos in the order of their cable, the adapter's side first.

    ``baudrate`` is what the host sends with; servos set to another rate hear only noise.
    """

    def __init__(self, servos: Sequence[Servo]) -> None:
        self.servos = list(servos)
        self.baudrate = DEFAULT_BAUDRATE
        self.faults = Faults()
        self._received = bytearray()
        self._quiet_s = 0.0

    # Bytes

    def receive(self, data: bytes) -> list[Reply]:
        """Hand over what the host sent; packets may come in pieces. Returns what comes back."""
        self._apply_faults()
        self._quiet_s = 0.0
        self._received += data
        return self._obey(len(data) * self._byte_s)

    @abstractmethod
    def _obey(self, wire_s: float) -> list[Reply]:
        """Take whole instructions out of ``_received`` and carry them out.

        ``wire_s`` is how long the bytes were on the wire.
        """

    def advance(self, seconds: float) -> None:
        """Let time pass for all servos."""
        self._apply_faults()
        self._quiet_s += seconds
        if self._quiet_s >= _TORN_PACKET_S:
            self._received.clear()
        for servo in self.servos:
            servo.advance(seconds)

    def swap_servos(self, other: "Chain[Servo]") -> None:
        """Plug each adapter into the other's servos; what ails a servo, and its supply, go along.

        A pulled adapter and bad bytes stay: they are of the wire.
        """
        self.servos, other.servos = other.servos, self.servos
        for name in _OF_SERVOS:
            mine, others = getattr(self.faults, name), getattr(other.faults, name)
            setattr(self.faults, name, others)
            setattr(other.faults, name, mine)

    # Power and memory

    def power_cycle(self) -> None:
        """Switch the supply off and on: RAM is fresh, EEPROM as it was kept."""
        for servo in self.servos:
            servo.power_off()
            servo.power_on()

    def snapshot(self) -> dict[str, Any]:
        """EEPROMs and horns, for a JSON file."""
        return {
            "eeprom": [servo.kept.hex() for servo in self.servos],
            "zero_ticks": [servo.zero_ticks for servo in self.servos],
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Take EEPROMs back and power up. Raises ValueError if they are not of this chain.

        A snapshot of before horns could be moved says nothing of them.
        """
        memories = _one_each(snapshot.get("eeprom"), self.servos)
        zeros = _one_each(
            snapshot.get("zero_ticks", [servo.zero_ticks for servo in self.servos]), self.servos
        )
        for servo, memory, zero in zip(self.servos, memories, zeros, strict=True):
            servo.zero_ticks = int(zero)
            servo.restore(bytes.fromhex(memory))

    def servo(self, servo_id: int) -> Servo:
        """The first servo with this id. Raises KeyError."""
        for servo in self.servos:
            if servo.servo_id == servo_id:
                return servo
        raise KeyError(servo_id)

    def _apply_faults(self) -> None:
        faults = self.faults
        behind_cut = False
        for place, servo in enumerate(self.servos):
            servo_id = servo.servo_id
            behind_cut = behind_cut or servo_id == faults.cut_before
            is_out = faults.only_place is not None and place != faults.only_place
            if behind_cut or is_out or servo_id in faults.unplugged:
                servo.power_off()
                continue
            servo.power_on()
            servo.supply_volts = faults.volts
            servo.protection.forced_overload = servo_id in faults.overloaded
            servo.protection.forced_celsius = faults.celsius.get(servo_id)

    # For the protocols

    @property
    def _byte_s(self) -> float:
        return 10 / self.baudrate  # eight bits, a start and a stop bit

    def _hearing(self) -> list[Servo]:
        return [
            servo for servo in self.servos if servo.is_powered and servo.baudrate == self.baudrate
        ]

    def _reply(
        self, servo: Servo, servo_id: int, packet: bytes, wire_s: float
    ) -> tuple[Reply, float]:
        """The reply, and when the wire is free again."""
        free_s = wire_s + servo.return_delay_s + len(packet) * self._byte_s
        faults = self.faults
        late_s = faults.extra_delay_s + faults.delayed.get(servo_id, 0.0)
        return Reply(free_s + late_s, faults.corrupt(packet, servo_id)), free_s

    def _replies_at_once(
        self, answers: Sequence[tuple[Servo, bytes]], servo_id: int, wire_s: float
    ) -> list[Reply]:
        """Of all servos with one id; those that share it talk at once: a 0 wins over a 1."""
        if not answers:
            return []
        data = reduce(_collide, (answer for _, answer in answers))
        return [self._reply(answers[0][0], servo_id, data, wire_s)[0]]


def _one_each(values: object, servos: Sequence[object]) -> list[Any]:
    """The values, if there is one for each servo. Raises ValueError."""
    if not isinstance(values, list) or len(values) != len(servos):
        raise ValueError("the memory is not of this chain")
    return values


def _collide(first: bytes, second: bytes) -> bytes:
    both = bytes(a & b for a, b in zip(first, second, strict=False))
    longer = first if len(first) > len(second) else second
    return both + longer[len(both) :]
