"""What the commands of a bench make of their arguments, and what they refuse."""

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

from lerobot_core.errors import SettingInvalid, UnknownChoice

if TYPE_CHECKING:
    from lerobot_core.sim.assembly import BenchChain
    from lerobot_core.sim.bench import Bench

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


def name(arguments: Arguments, key: str, known: "Mapping[str, Any] | tuple[str, ...]") -> str:
    given = arguments.get(key)
    if not isinstance(given, str) or given not in known:
        raise UnknownChoice(kind=str(given), known=", ".join(known))
    return given


def chain(bench: "Bench", arguments: Arguments) -> "BenchChain":
    """The servos behind an address."""
    return bench.chains[name(arguments, "chain", bench.chains)]


def servo_id(found: "BenchChain", arguments: Arguments) -> int:
    """An id that a servo of the chain has now."""
    servo = whole(arguments, "servo")
    known = [servo.servo_id for servo in found.servos]
    if servo not in known:
        raise UnknownChoice(kind=f"servo {servo}", known=", ".join(map(str, known)))
    return servo


def place(bench: "Bench", arguments: Arguments) -> int:
    """The place in the cable of a servo, which goes by the id it has in a finished arm."""
    servo = whole(arguments, "servo")
    arm = bench.cables[name(arguments, "chain", bench.chains)]
    known = [part.servo_id for part in bench.twin.arms[arm].parts]
    if servo not in known:
        raise UnknownChoice(kind=f"servo {servo}", known=", ".join(map(str, known)))
    return known.index(servo)


def truth(arguments: Arguments, key: str, default: bool | None = None) -> bool:
    value = arguments.get(key, default)
    if not isinstance(value, bool):
        raise SettingInvalid(setting=key, reason="it is neither true nor false")
    return value


def number(arguments: Arguments, key: str, low: float = -1e9, high: float = 1e9) -> float:
    value = arguments.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SettingInvalid(setting=key, reason="it is not a number")
    if not low <= value <= high:
        raise SettingInvalid(setting=key, reason=f"it is not between {low:g} and {high:g}")
    return float(value)


def whole(arguments: Arguments, key: str) -> int:
    """A number without its fraction."""
    return int(number(arguments, key))


def is_given(arguments: Arguments, key: str) -> bool:
    """Whether there is anything but null."""
    return arguments.get(key) is not None
