"""Which ports and cameras come into question, and for what. Pure: no Qt."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.panels.setup.state import SetupState
from lerobot_core.cameras.config import CameraConfig
from lerobot_core.control.rig import Rig
from lerobot_core.control.rig_building import RigDraft
from lerobot_core.sim.twins import kind_of
from lerobot_core.workers.protocol import CameraSeen, PortSeen

_SCHEME = "sim://"


def is_virtual(draft: RigDraft) -> bool:
    """All of its arms stand on a virtual bench."""
    return bool(draft.ports) and all(port.startswith(_SCHEME) for port in draft.ports.values())


def real_arm_ports(state: SetupState) -> list[PortSeen]:
    return [port for port in state.arm_ports if not port.is_virtual]


def port_to_show(state: SetupState) -> str:
    """Where nobody has chosen: the rig's first arm that is there, or any arm."""
    chosen = (state.port_seen(state.draft.ports.get(slot, "")) for slot in state.draft.slots)
    ports = [port for port in chosen if port is not None] or state.arm_ports
    return ports[0].address if ports else ""


def watchable_ports(state: SetupState) -> list[str]:
    """Where an arm without a name may be: real ones, or those of the bench that is in use.

    Ports that an arm of the rig is on are left out, unless no other is left.
    """
    allowed = [port for port in state.arm_ports if port.is_allowed]
    real = [port for port in allowed if not port.is_virtual]
    if not real or state.port.startswith(_SCHEME):
        used = _bench(state.port or next((port.address for port in allowed), ""))
        real = [port for port in allowed if port.is_virtual and _bench(port.address) == used]
    free = [port.address for port in real if not state.slot_of(port.address)]
    return free or [port.address for port in real]


def found_port(state: SetupState, slot: str) -> str:
    """The port of an arm that is looked for: the one that moved, or the virtual arm of this name.

    Virtual arms are only proposed where nothing else is plugged in.
    """
    moved = state.movement.found
    if moved and not state.slot_of(moved):
        return moved
    if real_arm_ports(state) or state.movement.is_watched:
        return ""
    for port in state.arm_ports:
        bench, _, chain = port.address.removeprefix(_SCHEME).partition("/")
        if (chain, kind_of(bench)) == (slot, state.draft.kind):
            return port.address
    return ""


def missing_bench(state: SetupState) -> str:
    """The virtual bench that has arms of the chosen kind, where it is not listed yet."""
    kind = state.draft.kind
    if not kind or not state.has_looked:
        return ""
    listed = {kind_of(_bench(port.address)) for port in state.ports if port.is_virtual}
    return "" if kind in listed else kind


Device = TypeVar("Device", PortSeen, CameraSeen)


def fitting_first(state: SetupState, devices: Sequence[Device]) -> list[Device]:
    """Real ones, then those of a bench of the rig's kind; the computer's own ports are last."""

    def place(device: Device) -> tuple[bool, bool, bool]:
        may_fit = not isinstance(device, PortSeen) or device.may_be_arm
        is_other = device.is_virtual and kind_of(_bench(device.address)) != state.draft.kind
        return not may_fit, device.is_virtual, is_other

    return sorted(devices, key=place)


def cameras_in_session(cameras: Sequence[CameraSeen], rig: Rig | None) -> Mapping[str, str]:
    """Address → name in the rig, of the cameras that a session with this rig uses."""
    return _named(cameras, {} if rig is None else rig.robot.cameras)


def names_in_rig(state: SetupState) -> Mapping[str, str]:
    """Address → name, of the cameras that were chosen for the rig."""
    configs = {name: CameraConfig.from_dict(each) for name, each in state.draft.cameras.items()}
    return _named(state.cameras, configs)


def _named(cameras: Sequence[CameraSeen], configs: Mapping[str, CameraConfig]) -> Mapping[str, str]:
    names = {config.address: name for name, config in configs.items()}
    found = {}
    for camera in cameras:
        own = CameraConfig.from_dict(camera.config).address if camera.config else ""
        for address in (camera.address, camera.stable_address, own):
            if address in names:
                found[camera.address] = names[address]
    return found


def _bench(address: str) -> str:
    return address.removeprefix(_SCHEME).partition("/")[0]
