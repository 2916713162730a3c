"""What the Set up panel knows, and how each event changes it. Pure: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lerobot_core.control.rig_building import RigDraft
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    BeginIds,
    CameraReady,
    CameraSeen,
    DevicesSeen,
    Failed,
    IdsState,
    JobProgress,
    MovementSeen,
    PortDone,
    PortSeen,
    Problem,
    ReadRegisters,
    RegistersRead,
    ScanArm,
    SetupCommand,
    WatchArm,
    WatchMovement,
)

_HISTORY = 24  # movements kept of each port, ten a second


@dataclass(frozen=True)
class ArmLook:
    """What is known of the arm at one port."""

    scan: ArmScanned | None = None
    live: ArmWatched | None = None  # newer than the scan
    doing: str = ""  # the worker's work at this port: scan, watch, ids, registers
    problem: Problem | None = None  # of the last attempt

    @property
    def has_trouble(self) -> bool:
        if self.problem is not None:
            return True
        return self.scan is not None and any(
            finding.severity == "problem" for finding in self.scan.findings
        )

    @property
    def is_fine(self) -> bool:
        """Scanned, and nothing is wrong that keeps it from being used."""
        return self.scan is not None and not self.has_trouble


@dataclass(frozen=True)
class Movement:
    """Which arm is moved by hand, while that is watched."""

    is_watched: bool = False
    seen: MovementSeen | None = None
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # degrees, by port
    replugged: str = ""  # a port that was pulled out and plugged in meanwhile


@dataclass(frozen=True)
class SetupState:
    """Everything the view shows."""

    ports: tuple[PortSeen, ...] = ()
    cameras: tuple[CameraSeen, ...] = ()
    has_looked: bool = False
    draft: RigDraft = field(default_factory=RigDraft)
    is_saved: bool = False  # the draft is a rig on disk, unchanged
    rig_names: tuple[str, ...] = ()
    calibrated: Mapping[str, bool] = field(default_factory=dict)  # slot → there is a file
    port: str = ""  # the one whose chain is shown
    arms: Mapping[str, ArmLook] = field(default_factory=dict)  # by address
    progress: JobProgress | None = None  # of a scan
    movement: Movement = field(default_factory=Movement)
    ids: IdsState | None = None
    registers: RegistersRead | None = None
    thumbnails: tuple[str, ...] = ()  # cameras whose pictures come
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
        return self.draft.slot_at(self.port)

    def port_seen(self, address: str) -> PortSeen | None:
        return next((port for port in self.ports if port.address == address), None)


def after(state: SetupState, event: object) -> SetupState:
    """The state once ``event`` of the set-up worker has happened."""
    match event:
        case DevicesSeen():
            return _with_devices(state, event)
        case ArmScanned():
            arm = replace(_arm(state, event.address), scan=event, live=None, problem=None)
            return replace(_with_arm(state, event.address, arm), progress=None)
        case ArmWatched():
            arm = replace(_arm(state, event.address), live=event, problem=None)
            return _with_arm(state, event.address, arm)
        case JobProgress():
            return replace(state, progress=event)
        case MovementSeen():
            return replace(state, movement=_moved(state.movement, event))
        case IdsState():
            return replace(state, ids=event)
        case RegistersRead():
            return replace(state, registers=event)
        case CameraReady() if event.name not in state.thumbnails:
            return replace(state, thumbnails=(*state.thumbnails, event.name))
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
            return replace(_with_arm(state, address, arm), port=address, ids=None)
        case ReadRegisters(address):
            return _with_arm(state, address, replace(_arm(state, address), doing="registers"))
        case WatchMovement():
            return replace(state, movement=Movement(is_watched=True))
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
    return replace(
        state,
        ports=tuple(event.ports),
        cameras=tuple(event.cameras),
        has_looked=True,
        arms=arms,
        movement=movement,
        port=port,
    )


def _moved(movement: Movement, event: MovementSeen) -> Movement:
    history = {
        port: (*movement.history.get(port, ()), degrees)[-_HISTORY:]
        for port, degrees in event.degrees_now.items()
    }
    return replace(movement, seen=event, history=history)


def _with_problem(state: SetupState, problem: Problem) -> SetupState:
    if state.port_seen(problem.device) is None:
        return replace(state, problem=problem)
    arm = replace(_arm(state, problem.device), problem=problem)
    return _with_arm(state, problem.device, arm)


def _with_port_done(state: SetupState, event: PortDone) -> SetupState:
    if event.doing == "movement":
        return replace(state, movement=replace(state.movement, is_watched=False))
    arm = _arm(state, event.address)
    if arm.doing != event.doing:
        return state
    return replace(_with_arm(state, event.address, replace(arm, doing="")), progress=None)


def _idle(state: SetupState) -> SetupState:
    """The worker is gone, and everything it did with it."""
    arms = {address: replace(arm, doing="") for address, arm in state.arms.items()}
    return replace(state, arms=arms, progress=None, movement=Movement(), thumbnails=())
