"""What can go wrong with a chain of servos, on demand."""

from dataclasses import dataclass, field
from random import Random

from lerobot_core.sim.servo import NOMINAL_VOLTS


@dataclass
class Faults:
    """Set any of these at any time; servos are named by id."""

    unplugged: set[int] = field(default_factory=set)
    """Servos without a cable: silent and without power, so also limp. Plugged in again, they
    start as after power-on."""

    only_place: int | None = None
    """Only the servo at this place of the cable, counted from 0, is plugged in."""

    cut_before: int | None = None
    """The cable in front of this servo is out: it and all behind it are unplugged."""

    corrupt_probability: float = 0.0
    """Share of replies in which one byte is damaged."""

    corrupted: dict[int, float] = field(default_factory=dict)
    """Servo → share of its own replies in which one byte is damaged."""

    extra_delay_s: float = 0.0
    """How much later every reply comes."""

    delayed: dict[int, float] = field(default_factory=dict)
    """Servo → seconds by which its replies come later than they should."""

    skip_silent: bool = True
    """In a sync read, servos go on after one that is silent. False: they wait for it in vain."""

    volts: float = NOMINAL_VOLTS
    """Supply voltage of the chain."""

    overloaded: set[int] = field(default_factory=set)
    """Servos that believe their joint is blocked."""

    celsius: dict[int, float] = field(default_factory=dict)
    """Servo → temperature its motor has, whatever it does."""

    adapter_gone: bool = False
    """The USB adapter was pulled out: the link raises PortLost."""

    random: Random = field(default_factory=lambda: Random(0))
    """Where chance comes from; seeded, so that a test can be repeated."""

    def corrupt(self, data: bytes, servo_id: int) -> bytes:
        """A reply of this servo, now and then with a damaged byte."""
        probability = max(self.corrupt_probability, self.corrupted.get(servo_id, 0.0))
        if not probability or self.random.random() >= probability:
            return data
        damaged = bytearray(data)
        damaged[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        return bytes(damaged)
