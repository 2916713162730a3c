"""Faults on demand: what a client may break on a bench, and mend again.

``chain`` is an address of the bench. ``servo`` is the id that a servo has now; where a servo is
meant whatever its id, it is the one it has in a finished arm, and the docstring says so.
"""

from typing import TYPE_CHECKING

from lerobot_core.errors import UnknownChoice
from lerobot_core.sim import command_arguments as given
from lerobot_core.sim.assembly import BAUD_CODES
from lerobot_core.sim.command_arguments import Answer, Arguments
from lerobot_core.sim.twins import CAMERAS

if TYPE_CHECKING:
    from lerobot_core.sim.bench import Bench


def unplug(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo loses its cable: it is silent and limp."""
    chain = given.chain(bench, arguments)
    chain.faults.unplugged.add(given.servo_id(chain, arguments))
    return {}


def plug(bench: "Bench", arguments: Arguments) -> Answer:
    given.chain(bench, arguments).faults.unplugged.discard(given.whole(arguments, "servo"))
    return {}


def cut(bench: "Bench", arguments: Arguments) -> Answer:
    """The cable in front of a servo is out: it and all behind it are silent. null mends it."""
    chain = given.chain(bench, arguments)
    servo = given.servo_id(chain, arguments) if given.is_given(arguments, "servo") else None
    chain.faults.cut_before = servo
    return {}


def unplug_adapter(bench: "Bench", arguments: Arguments) -> Answer:
    given.chain(bench, arguments).faults.adapter_gone = True
    return {}


def plug_adapter(bench: "Bench", arguments: Arguments) -> Answer:
    given.chain(bench, arguments).faults.adapter_gone = False
    return {}


def deny_port(bench: "Bench", arguments: Arguments) -> Answer:
    """While ``denied``, opening the chain is refused as for a user outside the group."""
    name = given.name(arguments, "chain", bench.chains)
    if given.truth(arguments, "denied"):
        bench.denied_ports.add(name)
    else:
        bench.denied_ports.discard(name)
    return {}


def corrupt(bench: "Bench", arguments: Arguments) -> Answer:
    """Damage this share of the chain's replies, or of one ``servo``'s."""
    probability = given.number(arguments, "probability", 0, 1)
    chain = given.chain(bench, arguments)
    if given.is_given(arguments, "servo"):
        chain.faults.corrupted[given.servo_id(chain, arguments)] = probability
    else:
        chain.faults.corrupt_probability = probability
    return {}


def delay(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo's replies come ``seconds`` later than they should; without ``servo``, everyone's."""
    seconds = given.number(arguments, "seconds", 0, 10)
    chain = given.chain(bench, arguments)
    if given.is_given(arguments, "servo"):
        chain.faults.delayed[given.servo_id(chain, arguments)] = seconds
    else:
        chain.faults.extra_delay_s = seconds
    return {}


def voltage(bench: "Bench", arguments: Arguments) -> Answer:
    """Change the chain's supply; null gives it what its arm is made for."""
    volts = bench.twin.arms[bench.cables[given.name(arguments, "chain", bench.chains)]].volts
    if given.is_given(arguments, "volts") or "volts" not in arguments:
        volts = given.number(arguments, "volts", 0, 30)
    given.chain(bench, arguments).faults.volts = volts
    return {"volts": volts}


def overload(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo believes that its joint is blocked, until ``active`` is false."""
    chain = given.chain(bench, arguments)
    servo = given.servo_id(chain, arguments)
    if given.truth(arguments, "active", True):
        chain.faults.overloaded.add(servo)
    else:
        chain.faults.overloaded.discard(servo)
    return {}


def heat(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo's motor has ``celsius``, whatever it does; null lets it go its own way again."""
    chain = given.chain(bench, arguments)
    servo = given.servo_id(chain, arguments)
    if given.is_given(arguments, "celsius"):
        chain.faults.celsius[servo] = given.number(arguments, "celsius", -40, 200)
    else:
        chain.faults.celsius.pop(servo, None)
    return {}


def swap(bench: "Bench", arguments: Arguments) -> Answer:
    """The cables of two arms change places: servos answer at each other's address.

    ``other`` may be left out where there are two arms. Once more mends it.
    """
    name = given.name(arguments, "chain", bench.chains)
    others = tuple(chain for chain in bench.chains if chain != name)
    if len(others) == 1 and not given.is_given(arguments, "other"):
        other = others[0]
    else:
        other = given.name(arguments, "other", others)
    bench.swap_cables(name, other)
    return {"cables": dict(bench.cables)}


def duplicate(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo takes the id of ``other``; both as in a finished arm. Its own id mends it."""
    chain = given.chain(bench, arguments)
    servo = given.place(bench, arguments)
    given.place(bench, {**arguments, "servo": arguments.get("other")})
    chain.servos[servo].keep("ID", given.whole(arguments, "other"))
    return {"ids": [servo.servo_id for servo in chain.servos]}


def wrong_baud(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo, as in a finished arm, is set to ``baudrate``; without ``servo``, all are."""
    name = given.name(arguments, "chain", bench.chains)
    brand = bench.twin.arms[bench.cables[name]].brand
    baudrate, codes = given.whole(arguments, "baudrate"), BAUD_CODES[brand]
    if baudrate not in codes:
        raise UnknownChoice(kind=f"{baudrate} baud", known=", ".join(map(str, codes)))
    servos = bench.chains[name].servos
    if given.is_given(arguments, "servo"):
        servos = [servos[given.place(bench, arguments)]]
    for servo in servos:
        servo.keep("Baud_Rate", codes[baudrate])
    return {}


def unplug_camera(bench: "Bench", arguments: Arguments) -> Answer:
    """Its pictures end, and it cannot be opened."""
    bench.missing_cameras.add(given.name(arguments, "camera", CAMERAS))
    return {}


def plug_camera(bench: "Bench", arguments: Arguments) -> Answer:
    bench.missing_cameras.discard(given.name(arguments, "camera", CAMERAS))
    return {}


def freeze_camera(bench: "Bench", arguments: Arguments) -> Answer:
    bench.frozen_cameras.add(given.name(arguments, "camera", CAMERAS))
    return {}


def thaw_camera(bench: "Bench", arguments: Arguments) -> Answer:
    bench.frozen_cameras.discard(given.name(arguments, "camera", CAMERAS))
    return {}


def block(bench: "Bench", arguments: Arguments) -> Answer:
    """Something is in a joint's way while ``blocked``: neither servo nor hand can move it."""
    arm = bench.world.arms[given.name(arguments, "chain", bench.chains)]
    joint = given.name(arguments, "joint", arm)
    arm[joint].block(given.truth(arguments, "blocked", True))
    return {}


FAULTS = (
    unplug,
    plug,
    cut,
    unplug_adapter,
    plug_adapter,
    deny_port,
    corrupt,
    delay,
    voltage,
    overload,
    heat,
    swap,
    duplicate,
    wrong_baud,
    block,
    freeze_camera,
    thaw_camera,
    unplug_camera,
    plug_camera,
)
