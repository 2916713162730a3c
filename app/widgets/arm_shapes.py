"""Arms as data to draw: links, where each sits in its parent, and the plain solids it is made of.

Pure: no Qt. Lengths in metres, angles in radians.

The SO arms stand on the published frames (``kinematics.so101``) and the solids of the virtual
bench (``sim.arm_shapes``). For arms without published dimensions there is a schematic one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import pi

from lerobot_core.kinematics.chain import Frame
from lerobot_core.kinematics.so101 import ARM, BASE, MOVING_JAW
from lerobot_core.sim.arm_shapes import JAW_IN_GRASP, SHAPES, Shape, in_jaw

Numbers = Sequence[float]

_ALONG_Y = (pi / 2, 0.0, 0.0)
# From the middle of one arm of a pair to the middle between them.
_HALF_SPACING_M = 0.19


@dataclass(frozen=True)
class Solid:
    """One convex solid of a link, in the link's frame."""

    kind: str  # "box" or "cylinder", which stands along its z
    size_m: Numbers  # half lengths of a box; radius and half length of a cylinder
    position_m: Numbers = (0.0, 0.0, 0.0)
    euler_rad: Numbers = (0.0, 0.0, 0.0)  # about x, then the turned y, then the turned z
    material: str = "print"  # "print", "servo" or "pad"


@dataclass(frozen=True)
class Link:
    """One link as it sits in its parent while its joint is at 0."""

    name: str
    parent: str | None
    position_m: Numbers
    quaternion: Numbers  # w x y z
    solids: tuple[Solid, ...]
    joint: str | None = None  # turns about the link's own z axis; None: fixed
    low_rad: float = 0.0
    high_rad: float = 0.0


@dataclass(frozen=True)
class ArmShape:
    """An arm to draw. Parents stand before their children."""

    links: tuple[Link, ...]
    is_schematic: bool = False

    @property
    def joints(self) -> tuple[str, ...]:
        return tuple(link.joint for link in self.links if link.joint is not None)

    def limits_rad(self, joint: str) -> tuple[float, float]:
        """From where to where a joint turns. Raises KeyError for a joint it does not have."""
        for link in self.links:
            if link.joint == joint:
                return link.low_rad, link.high_rad
        raise KeyError(joint)


def arm_shape_for(family: str) -> ArmShape:
    """The shape of a family of arms, such as “so_follower”; the schematic arm if it is unknown."""
    return {"so_follower": so_follower, "so_leader": so_leader}.get(family, schematic_arm)()


@cache
def so_follower() -> ArmShape:
    jaw = tuple(_solid(in_jaw(shape)) for shape in JAW_IN_GRASP)
    return ArmShape(_so_links({"moving_jaw": _solids("moving_jaw") + jaw}))


@cache
def so_leader() -> ArmShape:
    """The same arm, but that it ends in a handle with a trigger."""
    return ArmShape(_so_links({"gripper": _HANDLE, "moving_jaw": _solids("moving_jaw") + _TRIGGER}))


@cache
def schematic_arm() -> ArmShape:
    """Six joints in the usual order. At 0 it stands as an SO arm does: up, then forward."""
    return ArmShape(_SCHEMATIC, is_schematic=True)


def side_by_side(left: ArmShape, right: ArmShape) -> ArmShape:
    """Two arms as one; links and joints are named “left_…” and “right_…”."""
    links = _moved(left, "left_", _HALF_SPACING_M) + _moved(right, "right_", -_HALF_SPACING_M)
    return ArmShape(links, is_schematic=left.is_schematic or right.is_schematic)


def _moved(shape: ArmShape, prefix: str, sideways_m: float) -> tuple[Link, ...]:
    return tuple(
        replace(
            link,
            name=prefix + link.name,
            parent=None if link.parent is None else prefix + link.parent,
            joint=None if link.joint is None else prefix + link.joint,
            position_m=link.position_m
            if link.parent is not None
            else (link.position_m[0], link.position_m[1] + sideways_m, link.position_m[2]),
        )
        for link in shape.links
    )


def _so_links(solids: dict[str, tuple[Solid, ...]]) -> tuple[Link, ...]:
    """The frames of the SO arms; ``solids`` replaces those of some links."""
    parents = (None, *(frame.name for frame in (BASE, *ARM)))
    return tuple(
        _link(frame, parent, solids.get(frame.name) or _solids(frame.name))
        for frame, parent in zip((BASE, *ARM, MOVING_JAW), parents, strict=True)
    )


def _link(frame: Frame, parent: str | None, solids: tuple[Solid, ...]) -> Link:
    return Link(
        frame.name,
        parent,
        frame.position_m,
        frame.quaternion,
        solids,
        frame.joint,
        frame.low_rad,
        frame.high_rad,
    )


def _solids(link: str) -> tuple[Solid, ...]:
    return tuple(_solid(shape) for shape in SHAPES[link])


def _solid(shape: Shape) -> Solid:
    material = "servo" if shape.material == "board" else shape.material
    return Solid(shape.kind, shape.size, shape.position, shape.euler, material)


# The leader's end, in the gripper's and the moving jaw's frames of the follower.
_HANDLE = (
    Solid("cylinder", (0.0220, 0.0040), (0, 0, -0.003)),
    Solid("box", (0.0250, 0.0215, 0.0110), (0.004, 0, -0.0160)),
    Solid("box", (0.0140, 0.0225, 0.0120), (0.0190, 0, -0.0300), material="servo"),
    Solid("box", (0.0110, 0.0130, 0.0150), (-0.0140, 0, -0.0400)),
    Solid("cylinder", (0.0130, 0.0380), (-0.0180, 0, -0.0850), (0, 0.12, 0)),
    Solid("cylinder", (0.0150, 0.0040), (-0.0228, 0, -0.1240), (0, 0.12, 0)),
)
_TRIGGER = (
    Solid("box", (0.0050, 0.0260, 0.0120), (0.004, -0.030, 0.0188), (0, 0, -0.08)),
    Solid("box", (0.0045, 0.0140, 0.0120), (-0.002, -0.066, 0.0188), (0, 0, -0.25)),
)

_ACROSS = (0.7071068, 0.7071068, 0.0, 0.0)  # z of the link against y of its parent
_ROLL = (0.5, 0.5, 0.5, 0.5)  # z of the link along x of its parent

# x of the schematic's pitching links points along the arm, z along their joint's axis.
_SCHEMATIC = (
    Link(
        "base",
        None,
        (0, 0, 0),
        (1, 0, 0, 0),
        (
            Solid("cylinder", (0.055, 0.006), (0, 0, 0.006)),
            Solid("cylinder", (0.036, 0.020), (0, 0, 0.032), material="servo"),
        ),
    ),
    Link(
        "shoulder",
        "base",
        (0, 0, 0.052),
        (1, 0, 0, 0),
        (
            Solid("cylinder", (0.034, 0.005), (0, 0, 0.006)),
            Solid("box", (0.020, 0.005, 0.028), (0, 0.026, 0.036)),
            Solid("box", (0.020, 0.005, 0.028), (0, -0.026, 0.036)),
        ),
        "shoulder_pan",
        -pi / 2,
        pi / 2,
    ),
    Link(
        "upper_arm",
        "shoulder",
        (0, 0, 0.050),
        (0.5, -0.5, -0.5, -0.5),
        (
            Solid("cylinder", (0.019, 0.020), material="servo"),
            Solid("box", (0.052, 0.014, 0.016), (0.066, 0, 0)),
        ),
        "shoulder_lift",
        -1.75,
        1.75,
    ),
    Link(
        "lower_arm",
        "upper_arm",
        (0.130, 0, 0),
        (0.7071068, 0, 0, 0.7071068),
        (
            Solid("cylinder", (0.018, 0.022), material="servo"),
            Solid("box", (0.048, 0.013, 0.015), (0.060, 0, 0)),
        ),
        "elbow_flex",
        -1.7,
        1.7,
    ),
    Link(
        "wrist",
        "lower_arm",
        (0.122, 0, 0),
        (1, 0, 0, 0),
        (
            Solid("cylinder", (0.016, 0.020), material="servo"),
            Solid("box", (0.014, 0.012, 0.014), (0.024, 0, 0)),
        ),
        "wrist_flex",
        -1.7,
        1.7,
    ),
    Link(
        "gripper",
        "wrist",
        (0.040, 0, 0),
        _ROLL,
        (
            Solid("cylinder", (0.017, 0.006), (0, 0, 0.004), material="servo"),
            Solid("box", (0.026, 0.013, 0.008), (0, 0, 0.017)),
            Solid("box", (0.004, 0.010, 0.034), (0.022, 0, 0.058)),
        ),
        "wrist_roll",
        -pi,
        pi,
    ),
    Link(
        "moving_jaw",
        "gripper",
        (-0.016, 0, 0.024),
        _ACROSS,
        (
            Solid("cylinder", (0.009, 0.015), material="servo"),
            Solid("box", (0.004, 0.034, 0.010), (0, 0.036, 0)),
        ),
        "gripper",
        -0.1745,
        1.7453,
    ),
)
