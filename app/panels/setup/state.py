"""What the Set up panel knows, and how each event changes it. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lerobot_core.control.rig_building import RigDraft, missing
from lerobot_core.errors import Facts
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    BackUpRegisters,
    BeginIds,
    CameraReady,
    CameraSeen,
    DevicesSeen,
    Failed,
    FileWritten,
    FindingSeen,
    IdsState,
    JobProgress,
    MovementSeen,
    PortDone,
    PortSeen,
    Problem,
    ReadRegisters,
    RegistersRead,
    RegistersRestored,
    RestoreRegisters,
    ScanArm,
    ScanBegan,
    ServoSeen,
    SetupCommand,
    WatchArm,
    WatchMovement,
    WriteId,
    WriteRegister,
)

RIG_PAGE, IDS_PAGE, REGISTERS_PAGE = "rig", "ids", "registers"
"""What the card below the chain can show."""

_HISTORY = 34  # movements kept of each port, ten a second
_MOVES_DEG = 0.4  # in a tenth of a second: what a hand does, and noise does not

# Problems that end whatever goes on at a port; others leave a table of registers as it is.
_OF_PORTS = frozenset(
    {"port_not_found", "port_permission_denied", "port_busy", "port_lost", "device_in_use"}
)

# What a scan can find and a live look, which asks at one baud rate only, cannot.
_BLIND = frozenset(
    {"wrong_baudrate", "duplicate_id", "silent_beside_duplicates", "silent_beside_extra"}
    | {"extra_servos", "other_brand", "mixed_brands", "other_arm", "wrong_port", "wrong_model"}
)


@dataclass(frozen=True)
class ArmLook:
    """What is known of the arm at one port."""

    scan: ArmScanned | None = None
    expected: tuple[ServoSeen, ...] = ()  # of the scan that goes on
    live: ArmWatched | None = None  # newer than the scan
    doing: str = ""  # the worker's work at this port: scan, watch, ids, registers
    problem: Problem | None = None  # of the last attempt

    @property
    def findings(self) -> list[FindingSeen]:
        """The newest; of a live look where one goes on."""
        if self.live is not None and self.live.findings:
            return self.live.findings
        return [] if self.scan is None else self.scan.findings

    @property
    def servos(self) -> list[ServoSeen]:
        if self.doing == "scan" and self.expected:
            return list(self.expected)
        if self.live is None:
            return [] if self.scan is None else self.scan.servos
        live = {seen.servo_id for seen in self.live.servos}
        found = [] if self.scan is None else self.scan.servos
        strangers = [seen for seen in found if not (seen.joint or seen.servo_id in live)]
        return [*self.live.servos, *strangers]

    @property
    def kinds(self) -> list[str]:
        """Single arms that it may be: the one that was looked for, or those that it looks like."""
        if self.scan is None:
            return []
        return [self.scan.kind] if self.scan.kind else list(self.scan.looks_like)

    @property
    def has_trouble(self) -> bool:
        if self.problem is not None:
            return True
        return any(finding.severity == "problem" for finding in self.findings)

    @property
    def can_be_watched(self) -> bool:
        """Servos answer, at the usual baud rate, and are those that a live look asks for."""
        if self.scan is None or not self.kinds or not any(seen.answers for seen in self.servos):
            return False
        return not any(finding.code in _BLIND for finding in self.scan.findings)

    def is_checked_as(self, kind: str) -> bool:
        """It was scanned as this kind of arm, or found to be one."""
        return self.scan is not None and kind in self.kinds

    @property
    def is_fine(self) -> bool:
        """Scanned, and nothing is wrong that keeps it from being used."""
        return self.scan is not None and not self.has_trouble


@dataclass(frozen=True)
class Movement:
    """Which arm is moved by hand, while that is watched."""

    is_watched: bool = False
    ports: tuple[str, ...] = ()  # that are watched
    seen: MovementSeen | None = None
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # degrees, by port
    replugged: str = ""  # a port that was pulled out and plugged in meanwhile

    @property
    def found(self) -> str:
        """The port that the operator means; empty as long as that is not clear."""
        return (self.seen.moved if self.seen is not None else "") or self.replugged

    def is_moving(self, port: str) -> bool:
        """Within the last third of a second."""
        return any(degrees > _MOVES_DEG for degrees in self.history.get(port, ())[-3:])


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


def lacks(state: SetupState) -> list[str]:
    """What keeps the draft from being saved: “kind”, slots, “name”, “name_taken”."""
    own = state.saved_name.casefold()
    return missing(state.draft, [name for name in state.rig_names if name.casefold() != own])


def after(state: SetupState, event: object) -> SetupState:
    """The state once ``event`` of the set-up worker has happened."""
    match event:
        case DevicesSeen():
            return _with_devices(state, event)
        case ScanBegan():
            arm = replace(_arm(state, event.address), expected=tuple(event.servos))
            return _with_arm(state, event.address, arm)
        case ArmScanned():
            arm = replace(
                _arm(state, event.address), scan=event, live=None, problem=None, expected=()
            )
            servo = 0 if event.address == state.port else state.servo
            return replace(_with_arm(state, event.address, arm), progress=None, servo=servo)
        case ArmWatched():
            arm = replace(_arm(state, event.address), live=event, problem=None)
            return _with_arm(state, event.address, arm)
        case JobProgress():
            return replace(state, progress=event)
        case MovementSeen():
            return replace(state, movement=_moved(state.movement, event))
        case IdsState() if state.port in ("", event.address):
            return replace(state, ids=event, is_writing_id=False)
        case RegistersRead() if state.port in ("", event.address):
            return replace(state, registers=event, register_problem=None)
        case FileWritten(path):
            return replace(state, news=News("backed_up", {"path": path}))
        case RegistersRestored(_, written):
            return replace(state, news=News("restored", {"count": written}))
        case CameraReady() if event.name not in state.thumbnails:
            others = {key: each for key, each in state.camera_problems.items() if key != event.name}
            return replace(
                state, thumbnails=(*state.thumbnails, event.name), camera_problems=others
            )
        case Problem():
            return _with_problem(state, event)
        case PortDone():
            return _with_port_done(state, event)
        case Failed():
            return replace(_idle(state), problem=Problem(event.code, event.facts))
    return state


def sent(state: SetupState, command: SetupCommand) -> SetupState:
    """The state once a command is on its way: what was known is shown until it is answered."""
    match command:
        case ScanArm(address):
            arm = replace(_arm(state, address), doing="scan", problem=None)
            return replace(_with_arm(state, address, arm), port=address, progress=None)
        case WatchArm(address):
            return _with_arm(state, address, replace(_arm(state, address), doing="watch"))
        case BeginIds(address):
            arm = replace(_arm(state, address), doing="ids", problem=None)
            known = _with_arm(state, address, arm)
            return replace(known, port=address, ids=None, is_writing_id=False, page=IDS_PAGE)
        case WriteId():
            return replace(state, is_writing_id=True)
        case ReadRegisters(address, servo_id):
            arm = replace(_arm(state, address), doing="registers", problem=None)
            known = _with_arm(state, address, arm)
            known = replace(known, page=REGISTERS_PAGE, servo=servo_id)
            return replace(known, news=None, register_problem=None)
        case WriteRegister(address) | BackUpRegisters(address) | RestoreRegisters(address):
            arm = replace(_arm(state, address), doing="registers", problem=None)
            return replace(_with_arm(state, address, arm), news=None, register_problem=None)
        case WatchMovement(addresses):
            movement = Movement(is_watched=True, ports=tuple(addresses))
            return replace(state, movement=movement, wanted_slot="")
    return state


def _arm(state: SetupState, address: str) -> ArmLook:
    return state.arms.get(address, ArmLook())


def _with_arm(state: SetupState, address: str, arm: ArmLook) -> SetupState:
    return replace(state, arms={**state.arms, address: arm})


def _with_devices(state: SetupState, event: DevicesSeen) -> SetupState:
    before = {port.address for port in state.ports}
    now = {port.address for port in event.ports}
    arms = {address: arm for address, arm in state.arms.items() if address in now}
    movement = state.movement
    came = now - before
    if state.has_looked and movement.is_watched and len(came) == 1:
        movement = replace(movement, replugged=came.pop())
    port = state.port if state.port in now else ""
    cameras = {camera.address for camera in event.cameras}
    problems = {key: known for key, known in state.camera_problems.items() if key in cameras}
    return replace(
        state,
        ports=tuple(event.ports),
        cameras=tuple(event.cameras),
        has_looked=True,
        arms=arms,
        movement=movement,
        port=port,
        servo=state.servo if port == state.port else 0,
        camera_problems=problems,
        thumbnails=tuple(name for name in state.thumbnails if name in cameras),
    )


def _moved(movement: Movement, event: MovementSeen) -> Movement:
    history = {
        port: (*movement.history.get(port, ()), degrees)[-_HISTORY:]
        for port, degrees in event.degrees_now.items()
    }
    return replace(movement, seen=event, history=history)


def _with_problem(state: SetupState, problem: Problem) -> SetupState:
    if any(camera.address == problem.device for camera in state.cameras):
        known = {**state.camera_problems, problem.device: problem}
        shown = tuple(name for name in state.thumbnails if name != problem.device)
        return replace(state, camera_problems=known, thumbnails=shown)
    if problem.code in ("camera_not_found", "camera_lost"):
        return state  # of one that was pulled out meanwhile: the list says that already
    if state.port_seen(problem.device) is None:
        return replace(state, problem=problem)
    arm = _arm(state, problem.device)
    if arm.doing == "registers" and problem.code not in _OF_PORTS:
        return replace(state, register_problem=problem)
    arm = replace(arm, problem=problem)
    return _with_arm(state, problem.device, arm)


def _with_port_done(state: SetupState, event: PortDone) -> SetupState:
    if event.doing == "movement":
        return replace(state, movement=replace(state.movement, is_watched=False))
    arm = _arm(state, event.address)
    if arm.doing != event.doing:
        return state
    state = replace(state, is_writing_id=False)
    return replace(_with_arm(state, event.address, replace(arm, doing="")), progress=None)


def _idle(state: SetupState) -> SetupState:
    """The worker is gone, and everything it did with it."""
    arms = {address: replace(arm, doing="") for address, arm in state.arms.items()}
    return replace(state, arms=arms, progress=None, movement=Movement(), thumbnails=())
