"""What makes one brand of servos differ from another, for whoever looks for servos."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lerobot_core.motors.dialogue import Dialogue
from lerobot_core.motors.id_writer import IdWriter
from lerobot_core.motors.register_facts import RegisterInfo
from lerobot_core.motors.scan import Probe
from lerobot_core.motors.tables import ServoModel


@dataclass(frozen=True)
class ServoBrand:
    """One make of servos: a value of this, in a module of its own, is all a new one needs."""

    key: str  # in brands.BRANDS, and as the guard knows it
    name: str  # as the maker writes it
    models: Mapping[str, ServoModel]
    dialogue: Dialogue
    probe: Probe
    id_writer: IdWriter
    usual_baudrates: Sequence[int]  # of arms, and of new servos
    firmware_must_agree: bool  # an arm whose servos differ is not connected
    update_program: str  # the maker's, that writes firmware
    registers: Callable[[str], Iterable[RegisterInfo]]  # of a model
