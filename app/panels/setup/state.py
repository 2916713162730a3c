"""What the Set up panel knows. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.panels.setup.arm_look import ArmLook, Movement
from lerobot_core.control.rig_building import RigDraft, missing
from lerobot_core.errors import Facts
from lerobot_core.workers.protocol import (
    CameraSeen,
    IdsState,
    JobProgress,
    PortSeen,
    Problem,
    RegistersRead,
)

RIG_PAGE, IDS_PAGE, REGISTERS_PAGE = "rig", "ids", "registers"
"""What the card below the chain can show."""

MOVEMENT = "movement"
"""The worker's place for the one work that uses several ports."""


@dataclass(frozen=True)
class News:
    """Something went well that cannot be seen otherwise."""

    code: str  # a key of setup.rig_words and register_words
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class SetupState:
    """Everything the view shows."""

    ports: tuple[PortSeen, ...] = ()
    cameras: tuple[CameraSeen, ...] = ()
    has_looked: bool = False
    draft: RigDraft = field(default_factory=RigDraft)
    is_saved: bool = False  # the draft is a rig on disk, unchanged
    saved_name: str = ""  # of the rig on disk that the draft was, before it was changed
    trashed_name: str = ""  # of the rig that was thrown away last and can be put back
    rig_names: tuple[str, ...] = ()
    calibrated: Mapping[str, bool] = field(default_factory=dict)  # slot → there is a file
    port: str = ""  # the one whose chain is shown
    servo: int = 0  # of that chain, the one that was chosen; 0: none
    page: str = RIG_PAGE  # what is shown below the chain: what was asked for last
    wanted_slot: str = ""  # chosen for the port that “Which arm is this?” is about
    in_session: Mapping[str, str] = field(default_factory=dict)  # camera → name, of the session
    camera_problems: Mapping[str, Problem] = field(default_factory=dict)  # by address
    skips_cameras: bool = False  # this rig does without
    is_refused: bool = False  # torque is on: no port is opened
    arms: Mapping[str, ArmLook] = field(default_factory=dict)  # by address
    progress: JobProgress | None = None  # of a scan
    movement: Movement = field(default_factory=Movement)
    ids: IdsState | None = None
    is_writing_id: bool = False
    registers: RegistersRead | None = None
    register_problem: Problem | None = None  # what was refused last; the servo is as it was
    thumbnails: tuple[str, ...] = ()  # cameras whose pictures come
    news: News | None = None
    problem: Problem | None = None  # of no port

    @property
    def arm_ports(self) -> list[PortSeen]:
        return [port for port in self.ports if port.may_be_arm]

    @property
    def arm(self) -> ArmLook:
        """At the port that is shown."""
        return self.arms.get(self.port, ArmLook())

    @property
    def slot(self) -> str:
        """What the shown port is used for in the rig."""
        return self.slot_of(self.port)

    @property
    def doubtful_port(self) -> str:
        """What “Which arm is this?” is about: the arm that moved, or else the one shown."""
        return self.movement.found or self.port

    @property
    def offered_slot(self) -> str:
        """What the doubtful port would become."""
        slots = self.draft.slots
        if self.wanted_slot in slots:
            return self.wanted_slot
        taken = self.slot_of(self.doubtful_port)
        return taken or next(iter([*self.draft.free_slots, *slots]), "")

    def port_seen(self, address: str) -> PortSeen | None:
        """By today's address, or by the one that stays with the adapter."""
        known = (port for port in self.ports if address in (port.address, port.stable_address))
        return next(known, None)

    def slot_of(self, address: str) -> str:
        """What a port is used for in the rig; empty: nothing."""
        port = self.port_seen(address)
        names = (address,) if port is None else (port.address, port.stable_address)
        slots = (self.draft.slot_at(name) for name in names if name)
        return next((slot for slot in slots if slot), "")

    def kind_at(self, address: str) -> str:
        """The single arm that is expected at a port; empty: nobody knows."""
        slot = self.slot_of(address)
        return self.draft.arm_kind(slot) if slot else ""


def lacks(state: SetupState) -> list[str]:
    """What keeps the draft from being saved: “kind”, slots, “name”, “name_taken”."""
    own = state.saved_name.casefold()
    return missing(state.draft, [name for name in state.rig_names if name.casefold() != own])


def places_in_use(state: SetupState) -> list[str]:
    """Where the worker does something for this panel: ports, and “movement”."""
    ports = [address for address, arm in state.arms.items() if arm.doing]
    return [*ports, MOVEMENT] if state.movement.is_watched else ports
