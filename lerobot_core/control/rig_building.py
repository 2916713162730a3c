"""Putting a rig together from what was found, one choice at a time. Pure; loads no driver."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lerobot_core.control.rig import Rig
from lerobot_core.errors import SettingInvalid
from lerobot_core.paths import safe_name
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

FOLLOWER, LEADER = "follower", "leader"
_SIDES = ("left", "right")


@dataclass(frozen=True)
class RigKind:
    """Arms that belong together. ``arm_kind`` of a slot is that of a single arm."""

    key: str
    label: str
    robot: str  # kind of its config
    teleoperator: str
    follower: str  # kind of each single arm
    leader: str

    @property
    def is_bimanual(self) -> bool:
        return self.robot != self.follower

    @property
    def slots(self) -> tuple[str, ...]:
        """Arms to be found: “follower”, or “left_follower” and so on."""
        roles = (FOLLOWER, LEADER)
        if not self.is_bimanual:
            return roles
        return tuple(f"{side}_{role}" for role in roles for side in _SIDES)

    def arm_kind(self, slot: str) -> str:
        return self.follower if slot.endswith(FOLLOWER) else self.leader


RIG_KINDS: Mapping[str, RigKind] = {
    kind.key: kind
    for kind in (
        RigKind("so101", "SO-101", *("so101_follower", "so101_leader") * 2),
        RigKind("so100", "SO-100", *("so100_follower", "so100_leader") * 2),
        RigKind("koch", "Koch v1.1", *("koch_follower", "koch_leader") * 2),
        RigKind(
            "bi_so101",
            "Two SO-101",
            "bi_so_follower",
            "bi_so_leader",
            "so101_follower",
            "so101_leader",
        ),
        RigKind(
            "bi_koch",
            "Two Koch v1.1",
            "bi_koch_follower",
            "bi_koch_leader",
            "koch_follower",
            "koch_leader",
        ),
    )
}


@dataclass(frozen=True)
class RigLimits:
    """How fast and how gently; as a Rig has them."""

    speed_fraction: float = 0.6
    ease_in_s: float = 1.0
    on_silence: str = "hold"


@dataclass(frozen=True)
class RigDraft:
    """A rig that is being put together. ``based_on``: its rates and rest pose are kept."""

    name: str = ""
    kind: str = ""  # a key of RIG_KINDS
    ports: Mapping[str, str] = field(default_factory=dict)  # slot → address
    cameras: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # name → config
    arm_id: str = ""  # of its calibrations; empty: from the name
    limits: RigLimits = field(default_factory=RigLimits)
    based_on: Rig | None = None

    @property
    def slots(self) -> tuple[str, ...]:
        return RIG_KINDS[self.kind].slots if self.kind else ()

    @property
    def free_slots(self) -> list[str]:
        """Arms without a port yet."""
        return [slot for slot in self.slots if not self.ports.get(slot)]

    def arm_kind(self, slot: str) -> str:
        return RIG_KINDS[self.kind].arm_kind(slot)

    def slot_at(self, address: str) -> str:
        """What a port is used for; empty: nothing."""
        return next((slot for slot, port in self.ports.items() if port == address), "")


def with_kind(draft: RigDraft, kind: str) -> RigDraft:
    """Ports stay where their slot exists in the other kind as well."""
    slots = RIG_KINDS[kind].slots
    ports = {slot: port for slot, port in draft.ports.items() if slot in slots}
    return replace(draft, kind=kind, ports=ports)


def with_port(draft: RigDraft, slot: str, address: str) -> RigDraft:
    """A port belongs to one arm: taken by another, it leaves the first one."""
    ports = {known: port for known, port in draft.ports.items() if port != address}
    if address:
        ports[slot] = address
    else:
        ports.pop(slot, None)
    return replace(draft, ports=ports)


def with_camera(draft: RigDraft, name: str, config: Mapping[str, Any]) -> RigDraft:
    """Raises SettingInvalid for a name that is empty, or another camera's."""
    clean = name.strip()
    if not clean or clean in draft.cameras or not clean.replace("_", "").isalnum():
        reason = "it is taken" if clean in draft.cameras else "letters, digits and _ make a name"
        raise SettingInvalid(setting=f"The camera's name “{name}”", reason=reason)
    return replace(draft, cameras={**draft.cameras, clean: dict(config)})


def with_camera_renamed(draft: RigDraft, name: str, wanted: str) -> RigDraft:
    """It keeps its place. Raises SettingInvalid as ``with_camera`` does; KeyError: no such."""
    if wanted.strip() == name:
        return draft
    config = draft.cameras[name]
    clean = next(iter(set(with_camera(draft, wanted, config).cameras) - set(draft.cameras)))
    cameras = {clean if known == name else known: each for known, each in draft.cameras.items()}
    return replace(draft, cameras=cameras)


def without_camera(draft: RigDraft, name: str) -> RigDraft:
    left = {known: config for known, config in draft.cameras.items() if known != name}
    return replace(draft, cameras=left)


def missing(draft: RigDraft, taken_names: Iterable[str] = ()) -> list[str]:
    """What keeps it from being saved: “kind”, slots without a port, “name”, “name_taken”."""
    names = {name.casefold() for name in taken_names}
    lacks = [] if draft.kind else ["kind"]
    lacks += draft.free_slots
    if not draft.name.strip():
        lacks.append("name")
    elif draft.name.strip().casefold() in names:
        lacks.append("name_taken")
    return lacks


def rig_of(draft: RigDraft) -> Rig:
    """Raises SettingInvalid with what is missing, or impossible."""
    lacks = missing(draft)
    if lacks:
        raise SettingInvalid(setting="The rig", reason=f"{', '.join(lacks)} is missing")
    kind = RIG_KINDS[draft.kind]
    arm_id = draft.arm_id or safe_name(draft.name.strip())
    robot = RobotConfig.from_dict(
        _arm_values(draft, kind, FOLLOWER, arm_id) | {"cameras": dict(draft.cameras)}
    )
    teleoperator = _same_teleoperator(draft) or TeleoperatorConfig.from_dict(
        _arm_values(draft, kind, LEADER, arm_id)
    )
    limits = asdict(draft.limits)
    if draft.based_on is None:
        return Rig(name=draft.name.strip(), robot=robot, teleoperator=teleoperator, **limits)
    # Another arm has another place to rest.
    is_same_arm = draft.based_on.robot.kind == kind.robot
    rest_pose = draft.based_on.rest_pose if is_same_arm else None
    return replace(
        draft.based_on,
        name=draft.name.strip(),
        robot=robot,
        teleoperator=teleoperator,
        rest_pose=rest_pose,
        **limits,
    )


def copy_name(name: str, taken: Iterable[str]) -> str:
    """“Bench 2 copy”, “Bench 2 copy 2” and so on: the first that no other rig has."""
    names = {known.casefold() for known in taken}
    wanted, number = f"{name} copy", 2
    while wanted.casefold() in names:
        wanted, number = f"{name} copy {number}", number + 1
    return wanted


def draft_of(rig: Rig) -> RigDraft:
    """The choices that an existing rig is made of; empty where it is none of these kinds."""
    kind = next((kind for kind in RIG_KINDS.values() if kind.robot == rig.robot.kind), None)
    cameras = {name: camera.to_dict() for name, camera in rig.robot.cameras.items()}
    limits = RigLimits(rig.speed_fraction, rig.ease_in_s, rig.on_silence)
    if kind is None:
        return RigDraft(name=rig.name, cameras=cameras, limits=limits, based_on=rig)
    addresses = [*rig.robot.addresses, *rig.teleoperator.addresses]
    return RigDraft(
        name=rig.name,
        kind=kind.key,
        ports=dict(zip(kind.slots, addresses, strict=False)),
        cameras=cameras,
        arm_id=rig.robot.id or "",
        limits=limits,
        based_on=rig,
    )


def _arm_values(draft: RigDraft, kind: RigKind, role: str, arm_id: str) -> dict[str, Any]:
    """The config of one role, keeping what an earlier rig of this kind said beside the ports."""
    config = kind.robot if role == FOLLOWER else kind.teleoperator
    values: dict[str, Any] = {"type": config, "id": arm_id} | _kept(draft, config)
    if not kind.is_bimanual:
        return values | {"port": draft.ports[role]}
    for side in _SIDES:
        arm = dict(values.get(f"{side}_arm_config", {}))
        values[f"{side}_arm_config"] = arm | {"port": draft.ports[f"{side}_{role}"]}
    return values


def _same_teleoperator(draft: RigDraft) -> TeleoperatorConfig | None:
    """That of the earlier rig, which may be more than a leader arm, where nothing of it changed."""
    if draft.based_on is None:
        return None
    before = draft_of(draft.based_on)
    leaders = [slot for slot in draft.slots if slot.endswith(LEADER)]
    is_same = (before.kind, before.arm_id) == (draft.kind, draft.arm_id) and all(
        before.ports.get(slot) == draft.ports.get(slot) for slot in leaders
    )
    return draft.based_on.teleoperator if is_same else None


def _kept(draft: RigDraft, config: str) -> dict[str, Any]:
    rig = draft.based_on
    for device in () if rig is None else (rig.robot, rig.teleoperator):
        if device.kind == config:
            return {key: value for key, value in device.to_dict().items() if key != "cameras"}
    return {}
