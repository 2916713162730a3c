"""What a client may ask of a bench, by name."""

from collections.abc import Callable, Mapping
from math import isfinite, radians
from typing import TYPE_CHECKING, Any

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.sim.scene import BIN_CENTRE_M
from lerobot_core.sim.so101 import CAMERAS, JOINTS, gripper_angle_rad

if TYPE_CHECKING:
    from lerobot_core.sim.bench import Bench
    from lerobot_core.sim.servo_chain import ServoChain

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


def demonstrate(bench: "Bench", arguments: Arguments) -> Answer:
    """``running`` starts or stops the scripted operator; ``seed`` makes its places repeat."""
    seed = arguments.get("seed")
    if _truth(arguments, "running"):
        bench.demonstrator.start(None if seed is None else int(_number(arguments, "seed")))
    else:
        bench.demonstrator.stop()
    return {"running": bench.demonstrator.running}


def scene(bench: "Bench", arguments: Arguments) -> Answer:
    """Where the cube and the bin are, and whether the cube lies in it, released."""
    return {
        "cube": list(bench.physics.cube_m),
        "bin": [*BIN_CENTRE_M, 0.0],
        "success": bench.physics.cube_is_in_bin,
        "phase": bench.demonstrator.phase,
        "tries": bench.demonstrator.tries,
        "successes": bench.demonstrator.successes,
    }


def reset_scene(bench: "Bench", arguments: Arguments) -> Answer:
    """A hand puts the cube at a random place within reach; the same ``seed``, the same place."""
    bench.reset_scene(int(_number(arguments, "seed")))
    return {"cube": list(bench.physics.cube_m)}


def unplug(bench: "Bench", arguments: Arguments) -> Answer:
    chain = _chain(bench, arguments)
    chain.faults.unplugged.add(_servo(chain, arguments))
    return {}


def plug(bench: "Bench", arguments: Arguments) -> Answer:
    chain = _chain(bench, arguments)
    chain.faults.unplugged.discard(int(_number(arguments, "servo")))
    return {}


def unplug_adapter(bench: "Bench", arguments: Arguments) -> Answer:
    _chain(bench, arguments).faults.adapter_gone = True
    return {}


def plug_adapter(bench: "Bench", arguments: Arguments) -> Answer:
    _chain(bench, arguments).faults.adapter_gone = False
    return {}


def deny_port(bench: "Bench", arguments: Arguments) -> Answer:
    """While ``denied``, opening the chain is refused as for a user outside the group."""
    name = _name(arguments, "chain", bench.chains)
    if _truth(arguments, "denied"):
        bench.denied_ports.add(name)
    else:
        bench.denied_ports.discard(name)
    return {}


def freeze_camera(bench: "Bench", arguments: Arguments) -> Answer:
    bench.frozen_cameras.add(_name(arguments, "camera", CAMERAS))
    return {}


def thaw_camera(bench: "Bench", arguments: Arguments) -> Answer:
    bench.frozen_cameras.discard(_name(arguments, "camera", CAMERAS))
    return {}


def move_joint(bench: "Bench", arguments: Arguments) -> Answer:
    """A hand moves one joint to ``degrees`` (gripper: percent), then lets go."""
    chain = _name(arguments, "chain", bench.chains)
    joint = _name(arguments, "joint", JOINTS)
    value = _number(arguments, "degrees")
    angle = gripper_angle_rad(value) if joint == "gripper" else radians(value)
    return {"seconds": bench.hands.move(chain, joint, angle)}


def corrupt(bench: "Bench", arguments: Arguments) -> Answer:
    """Damage this share of the chain's replies."""
    probability = _number(arguments, "probability")
    if not 0 <= probability <= 1:
        raise SettingInvalid(setting="probability", reason="it is not between 0 and 1")
    _chain(bench, arguments).faults.corrupt_probability = probability
    return {}


def voltage(bench: "Bench", arguments: Arguments) -> Answer:
    """Change the chain's supply."""
    _chain(bench, arguments).faults.volts = _number(arguments, "volts")
    return {}


def overload(bench: "Bench", arguments: Arguments) -> Answer:
    """A servo believes that its joint is blocked, until ``active`` is false."""
    chain = _chain(bench, arguments)
    servo = _servo(chain, arguments)
    if arguments.get("active", True):
        chain.faults.overloaded.add(servo)
    else:
        chain.faults.overloaded.discard(servo)
    return {}


COMMANDS: dict[str, Callable[["Bench", Arguments], Answer]] = {
    command.__name__: command
    for command in (
        demonstrate,
        scene,
        reset_scene,
        unplug,
        plug,
        unplug_adapter,
        plug_adapter,
        deny_port,
        freeze_camera,
        thaw_camera,
        move_joint,
        corrupt,
        voltage,
        overload,
    )
}


def _name(arguments: Arguments, key: str, known: "Mapping[str, Any] | tuple[str, ...]") -> str:
    name = arguments.get(key)
    if not isinstance(name, str) or name not in known:
        raise UnknownChoice(kind=str(name), known=", ".join(known))
    return name


def _chain(bench: "Bench", arguments: Arguments) -> "ServoChain":
    return bench.chains[_name(arguments, "chain", bench.chains)]


def _servo(chain: "ServoChain", arguments: Arguments) -> int:
    servo = int(_number(arguments, "servo"))
    known = [servo.servo_id for servo in chain.servos]
    if servo not in known:
        raise UnknownChoice(kind=f"servo {servo}", known=", ".join(map(str, known)))
    return servo


def _truth(arguments: Arguments, key: str) -> bool:
    value = arguments.get(key)
    if not isinstance(value, bool):
        raise SettingInvalid(setting=key, reason="it is neither true nor false")
    return value


def _number(arguments: Arguments, key: str) -> float:
    value = arguments.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SettingInvalid(setting=key, reason="it is not a number")
    return float(value)


def step_seconds(arguments: Arguments) -> float:
    """The time that a stepped bench is to move on. Raises SettingInvalid."""
    seconds = _number(arguments, "seconds")
    if not 0 <= seconds <= 3600:
        raise SettingInvalid(setting="seconds", reason="it is not between 0 and 3600")
    return seconds
