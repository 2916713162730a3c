"""How commands and the set-up worker's events change what the panel knows. Pure: no Qt."""

from dataclasses import replace

from app.panels.setup.arm_look import ArmLook, Movement
from app.panels.setup.state import IDS_PAGE, REGISTERS_PAGE, News, SetupState
from lerobot_core.workers.protocol import (
    ArmScanned,
    ArmWatched,
    BackUpRegisters,
    BeginIds,
    CameraReady,
    DevicesSeen,
    Failed,
    FileWritten,
    IdsState,
    JobProgress,
    MovementSeen,
    PortDone,
    Problem,
    ReadRegisters,
    RegistersRead,
    RegistersRestored,
    RestoreRegisters,
    ScanArm,
    ScanBegan,
    SetupCommand,
    WatchArm,
    WatchMovement,
    WriteId,
    WriteRegister,
)

_HISTORY = 34  # movements kept of each port, ten a second

# Problems that end whatever goes on at a port; others leave a table of registers as it is.
_OF_PORTS = frozenset(
    {"port_not_found", "port_permission_denied", "port_busy", "port_lost", "device_in_use"}
)


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
