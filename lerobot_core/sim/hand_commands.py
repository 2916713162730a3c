"""Virtual hands on demand: what a client may have done to the arms of a bench.

``chain`` names an arm, wherever its cable is plugged in; ``only``, ``virgin`` and ``ready`` are
about the servos behind an address.
"""

from math import degrees, radians
from random import Random
from typing import TYPE_CHECKING

from lerobot_core.sim import command_arguments as given
from lerobot_core.sim.assembly import make_ready
from lerobot_core.sim.command_arguments import Answer, Arguments
from lerobot_core.sim.so101 import TICKS_PER_TURN

if TYPE_CHECKING:
    from lerobot_core.sim.bench import Bench
    from lerobot_core.sim.world import BenchJoint


def demonstrate(bench: "Bench", arguments: Arguments) -> Answer:
    """``running`` starts or stops the scripted operator; ``seed`` makes what he does repeat.

    He picks and places where there is a cube, and waves the leaders gently where there is none.
    """
    seed = given.whole(arguments, "seed") if given.is_given(arguments, "seed") else None
    if given.truth(arguments, "running"):
        bench.demonstrator.start(seed)
    else:
        bench.demonstrator.stop()
    return {"running": bench.demonstrator.running}


def move_joint(bench: "Bench", arguments: Arguments) -> Answer:
    """A hand moves one joint to ``degrees`` (gripper: percent), then lets go."""
    chain = given.name(arguments, "chain", bench.chains)
    arm = bench.world.arms[chain]
    joint = given.name(arguments, "joint", arm)
    value = given.number(arguments, "degrees")
    low, high = arm[joint].travel_rad
    angle = low + (high - low) * value / 100 if joint == "gripper" else radians(value)
    return {"seconds": bench.hands.move(chain, joint, angle)}


def sweep(bench: "Bench", arguments: Arguments) -> Answer:
    """Hands move a ``joint``, or all without one, from stop to stop and back, as in calibrating.

    It takes ``seconds``, or as long as hands like to take. Other joints of an arm that could hit
    the table are moved out of the way for it.
    """
    chain = given.name(arguments, "chain", bench.chains)
    joints = list(bench.world.arms[chain])
    if given.is_given(arguments, "joint"):
        joints = [given.name(arguments, "joint", tuple(joints))]
    seconds = None
    if given.is_given(arguments, "seconds"):
        seconds = given.number(arguments, "seconds", 0.5, 600)
    way = bench.world.sweep(chain, joints)
    return {"seconds": bench.hands.follow(chain, way, seconds)}


def let_go(bench: "Bench", arguments: Arguments) -> Answer:
    """Hands that move or sweep an arm leave it where it is."""
    bench.hands.let_go(given.name(arguments, "chain", bench.chains))
    return {}


def pose(bench: "Bench", arguments: Arguments) -> Answer:
    """Joint → where it is and its stops, in what ``move_joint`` takes: degrees, gripper percent."""
    arm = bench.world.arms[given.name(arguments, "chain", bench.chains)]
    return {"joints": {name: _place_of(name, joint) for name, joint in arm.items()}}


def _place_of(name: str, joint: "BenchJoint") -> dict[str, float]:
    low, high = joint.travel_rad
    if name == "gripper":
        return {"now": 100 * (joint.angle_rad - low) / (high - low), "low": 0.0, "high": 100.0}
    return {"now": degrees(joint.angle_rad), "low": degrees(low), "high": degrees(high)}


def only(bench: "Bench", arguments: Arguments) -> Answer:
    """Of the chain, only this ``servo`` is plugged in, whatever its id is: it goes by the id that
    it has in a finished arm. null plugs all in again."""
    chain = given.chain(bench, arguments)
    place = given.place(bench, arguments) if given.is_given(arguments, "servo") else None
    chain.faults.only_place = place
    return {}


def virgin(bench: "Bench", arguments: Arguments) -> Answer:
    """All servos of the chain as they leave their maker: one id, nothing set up, and the horns
    screwed on anywhere; the same ``seed``, the same places."""
    seed = given.whole(arguments, "seed") if given.is_given(arguments, "seed") else 0
    chance = Random(seed)
    for servo in given.chain(bench, arguments).servos:
        servo.zero_ticks = chance.randrange(TICKS_PER_TURN)
        servo.reset_to_factory()
    return {}


def ready(bench: "Bench", arguments: Arguments) -> Answer:
    """The opposite of ``virgin``: all servos set up and calibrated as on a new bench."""
    name = given.name(arguments, "chain", bench.chains)
    make_ready(bench.chains[name].servos, bench.twin.arms[bench.cables[name]])
    return {}


HANDS = (demonstrate, move_joint, sweep, let_go, pose, only, virgin, ready)
