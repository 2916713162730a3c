"""The rigs that work with nothing plugged in: one for each kind of bench."""

from pathlib import Path
from typing import TypedDict

from lerobot_core.cameras.config import SimCameraConfig
from lerobot_core.control.rig import Rig
from lerobot_core.motors.calibration import save_calibration
from lerobot_core.paths import home
from lerobot_core.robots.bimanual_config import BiKochFollowerConfig, BiSOFollowerConfig
from lerobot_core.robots.koch_config import KochFollowerConfig
from lerobot_core.robots.robot import RobotConfig
from lerobot_core.robots.so_config import SO100FollowerConfig, SO101FollowerConfig
from lerobot_core.sim.places import DEFAULT_BENCH
from lerobot_core.sim.twins import CAMERAS, TWINS, factory_calibration, kind_of
from lerobot_core.teleoperators.bimanual_config import BiKochLeaderConfig, BiSOLeaderConfig
from lerobot_core.teleoperators.demonstrated_config import DemonstratedLeaderConfig
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.so_config import DemonstratorConfig, SO101LeaderConfig
from lerobot_core.teleoperators.teleoperator import TeleoperatorConfig

VIRTUAL_RIG_NAME = "Virtual SO-101"

NAMES = {
    "so101": VIRTUAL_RIG_NAME,
    "so100": "Virtual SO-100",
    "koch": "Virtual Koch",
    "bi_so101": "Virtual bimanual SO-101",
    "bi_koch": "Virtual bimanual Koch",
}
"""Kind of bench → name of its rig."""


class _Common(TypedDict):
    id: str
    calibration_dir: str


def virtual_rigs() -> list[Rig]:
    """One for each kind of bench, the one that is used without being asked for first."""
    return [virtual_rig(DEFAULT_BENCH if name == VIRTUAL_RIG_NAME else kind)
            for kind, name in NAMES.items()]  # fmt: skip


def virtual_rig(bench: str = DEFAULT_BENCH) -> Rig:
    """The followers and two cameras of a bench, and its leaders, which demonstrate by themselves.

    The bench's name says what is on it.
    """
    kind = kind_of(bench)
    return Rig(name=NAMES[kind], robot=_robot(kind, bench), teleoperator=_teleoperator(kind, bench))


def install_virtual_calibrations() -> None:
    """Put the factory calibrations where virtual rigs look, unless there are some already."""
    for kind, twin in TWINS.items():
        for chain in twin.arms:
            path = _calibration_folder() / f"{_arm_id(kind, chain)}.json"
            if not path.exists():
                save_calibration(path, factory_calibration(kind, chain))


def _robot(kind: str, bench: str) -> RobotConfig:
    common = _common(kind, "follower")
    cameras = {name: SimCameraConfig(url=f"sim://{bench}/{name}") for name in CAMERAS}
    port, left, right = _ports(bench, "follower")
    match kind:
        case "so100":
            return SO100FollowerConfig(**common, port=port, cameras=cameras)
        case "koch":
            return KochFollowerConfig(**common, port=port, cameras=cameras)
        case "bi_so101":
            return BiSOFollowerConfig(
                **common,
                cameras=cameras,
                left_arm_config=SO101FollowerConfig(port=left),
                right_arm_config=SO101FollowerConfig(port=right),
            )
        case "bi_koch":
            return BiKochFollowerConfig(
                **common,
                cameras=cameras,
                left_arm_config=KochFollowerConfig(port=left),
                right_arm_config=KochFollowerConfig(port=right),
            )
        case _:
            return SO101FollowerConfig(**common, port=port, cameras=cameras)


def _teleoperator(kind: str, bench: str) -> TeleoperatorConfig:
    common = _common(kind, "leader")
    port, left, right = _ports(bench, "leader")
    match kind:
        case "koch":
            leader: TeleoperatorConfig = KochLeaderConfig(port=port)
        case "bi_so101":
            leader = BiSOLeaderConfig(
                left_arm_config=SO101LeaderConfig(port=left),
                right_arm_config=SO101LeaderConfig(port=right),
            )
        case "bi_koch":
            leader = BiKochLeaderConfig(
                left_arm_config=KochLeaderConfig(port=left),
                right_arm_config=KochLeaderConfig(port=right),
            )
        case _:
            return DemonstratorConfig(**common, port=port)
    return DemonstratedLeaderConfig(**common, leader=leader)


def _ports(bench: str, role: str) -> tuple[str, str, str]:
    """Of a single arm, and of the left and the right one of a pair."""
    left, right = (f"sim://{bench}/{side}_{role}" for side in ("left", "right"))
    return f"sim://{bench}/{role}", left, right


def _common(kind: str, role: str) -> _Common:
    return {"id": _arm_id(kind, role), "calibration_dir": str(_calibration_folder())}


def _arm_id(kind: str, chain: str) -> str:
    """Name of an arm's calibration; a pair's id is that of its arms without the side."""
    side, _, role = chain.rpartition("_")
    name = f"virtual_{role}" if kind == "so101" else f"virtual_{kind}_{role}"
    return f"{name}_{side}" if side else name


def _calibration_folder() -> Path:
    return home() / "calibration" / "virtual"
