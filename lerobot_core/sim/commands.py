"""What a client may ask of a bench, by name.

The scene is here, hands in ``hand_commands``, faults in ``fault_commands``, and what is wrong now
in ``fault_report``. Every command takes its arguments by name, and answers with a dictionary. It
raises UnknownChoice for a chain, camera, joint or servo that the bench does not have, and
SettingInvalid for an argument that is missing or impossible; nothing has happened then.

=================  ======================================  =======================================
demonstrate        running, seed?                          the scripted operator plays
scene                                                      where things are, how often it worked
reset_scene        seed                                    the cube elsewhere
move_joint         chain, joint, degrees                   a hand moves a joint (gripper: percent)
sweep              chain, joint?, seconds?                 from stop to stop, as in calibrating
let_go             chain                                   hands off
pose               chain                                   where its joints are, and their stops
only               chain, servo or null                    one servo alone is plugged in
virgin, ready      chain, seed?                            servos as new; set up and calibrated
unplug, plug       chain, servo                            a servo's cable
cut                chain, servo or null                    the cable in front of a servo
unplug_adapter,    chain                                   the USB adapter
plug_adapter
deny_port          chain, denied                           the user may not open the port
corrupt            chain, probability, servo?              damaged replies
delay              chain, seconds, servo?                  late replies
voltage            chain, volts or null                    the supply; null: as it should be
overload           chain, servo, active?                   it believes its joint is blocked
block              chain, joint, blocked?                  its joint is blocked
heat               chain, servo, celsius or null           how hot its motor is
swap               chain, other?                           two arms' cables change places
duplicate          chain, servo, other                     a servo takes the id of another
wrong_baud         chain, baudrate, servo?                 servos listen at another rate
freeze_camera,     camera                                  its picture stands still
thaw_camera
unplug_camera,     camera                                  it is gone
plug_camera
faults                                                     what is wrong now
end_faults                                                 all of it is mended
=================  ======================================  =======================================
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lerobot_core.sim import command_arguments as given
from lerobot_core.sim.command_arguments import Answer, Arguments
from lerobot_core.sim.fault_commands import FAULTS
from lerobot_core.sim.fault_report import REPORTS
from lerobot_core.sim.hand_commands import HANDS
from lerobot_core.sim.scene import BIN_CENTRE_M

if TYPE_CHECKING:
    from lerobot_core.sim.bench import Bench


def scene(bench: "Bench", arguments: Arguments) -> Answer:
    """Where the cube and the bin are (null without a scene), and whether the cube lies in it."""
    demonstrator = bench.demonstrator
    cube, place, success = None, None, False
    if bench.twin.has_scene:
        cube, success = list(bench.physics.cube_m), bench.physics.cube_is_in_bin
        place = [*BIN_CENTRE_M, 0.0]
    return {
        "kind": bench.twin.kind,
        "cube": cube,
        "bin": place,
        "success": success,
        "phase": demonstrator.phase,
        "tries": demonstrator.tries,
        "successes": demonstrator.successes,
    }


def reset_scene(bench: "Bench", arguments: Arguments) -> Answer:
    """A hand puts the cube at a random place within reach; the same ``seed``, the same place."""
    bench.reset_scene(given.whole(arguments, "seed"))
    return {"cube": list(bench.physics.cube_m)}


COMMANDS: dict[str, Callable[["Bench", Arguments], Answer]] = {
    command.__name__: command for command in (scene, reset_scene, *HANDS, *FAULTS, *REPORTS)
}


def step_seconds(arguments: Arguments) -> float:
    """The time that a stepped bench is to move on. Raises SettingInvalid."""
    return given.number(arguments, "seconds", 0, 3600)
