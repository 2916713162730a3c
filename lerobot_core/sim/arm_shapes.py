"""What the links of the virtual SO-101 look like, and what they weigh.

Lengths in metres, masses in kilograms, angles in radians, all in the link's own frame. Masses are
those of the public CAD export; the shapes are primitives that stand in for its meshes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin

from lerobot_core.kinematics.so101 import MOVING_JAW

Numbers = Sequence[float]


@dataclass(frozen=True)
class Inertia:
    """Mass properties of one link, from the CAD export."""

    mass: float
    centre: Numbers
    full: Numbers  # xx yy zz xy xz yz about the centre of mass


@dataclass(frozen=True)
class Shape:
    """One primitive of a link, in the link's frame."""

    kind: str
    size: Numbers  # half lengths of a box; radius and half length of a cylinder or capsule
    position: Numbers = (0, 0, 0)
    euler: Numbers = (0, 0, 0)
    material: str = "print"
    touches: str = ""  # contact class; empty: only seen
    name: str = ""


INERTIAS = {
    "base": Inertia(
        0.147,
        (0.013718, -5.1971e-05, 0.033484),
        (0.00011469, 0.00013612, 0.00013036, -4.5979e-07, 4.9715e-06, 9.7527e-08),
    ),
    "shoulder": Inertia(
        0.100006,
        (-0.03076, -1.6673e-05, -0.025271),
        (8.3759e-05, 8.104e-05, 2.3978e-05, 7.5553e-08, -1.1634e-06, 1.5466e-07),
    ),
    "upper_arm": Inertia(
        0.103,
        (-0.089847, -0.0083822, 0.018409),
        (4.08e-05, 0.00014732, 0.00014249, -1.9782e-05, -4.0302e-08, 8.9733e-09),
    ),
    "lower_arm": Inertia(
        0.104,
        (-0.09807, 0.0032438, 0.018283),
        (2.8744e-05, 0.00015984, 0.00014529, 7.4115e-06, 1.2641e-06, -4.9019e-08),
    ),
    "wrist": Inertia(
        0.079,
        (-0.00010331, -0.038614, 0.028116),
        (3.6826e-05, 2.5391e-05, 2.1e-05, 1.7893e-08, -5.2813e-08, 3.6412e-06),
    ),
    "gripper": Inertia(
        0.087,
        (0.00021363, 0.00024514, -0.025187),
        (2.7509e-05, 4.3366e-05, 3.4506e-05, -3.3524e-07, -5.7352e-06, -5.1785e-08),
    ),
    "moving_jaw": Inertia(
        0.012,
        (-0.001575, -0.030024, 0.019276),
        (6.6143e-06, 1.8903e-06, 5.2874e-06, -3.1981e-07, -5.9072e-09, -1.0994e-07),
    ),
}

_ALONG_Y = (pi / 2, 0, 0)
_ALONG_X = (0, pi / 2, 0)
# At 9.5° the jaw holds the cube: there its inner face is parallel to the fixed jaw's.
_GRASP_RAD = 0.166

SHAPES: dict[str, tuple[Shape, ...]] = {
    "base": (
        Shape("box", (0.058, 0.052, 0.006), (0.012, 0, 0.004), touches="arm"),
        Shape("box", (0.045, 0.030, 0.024), (0.0137, 0, 0.030), touches="arm"),
        Shape("cylinder", (0.030, 0.004), (0.0388, 0, 0.0575)),
        Shape("box", (0.0125, 0.0228, 0.0150), (-0.0260, 0, 0.0405), material="servo"),
        Shape("box", (0.0016, 0.016, 0.008), (-0.0396, 0, 0.040), material="board"),
    ),
    "shoulder": (
        Shape("cylinder", (0.028, 0.003), (0, 0, 0.001), material="servo"),
        Shape("box", (0.022, 0.024, 0.018), (-0.014, 0, -0.020)),
        Shape("box", (0.0228, 0.0128, 0.018), (-0.024, 0, -0.046), material="servo"),
        Shape("cylinder", (0.0195, 0.0255), (-0.0304, 0, -0.0542), _ALONG_Y),
        Shape("cylinder", (0.011, 0.0275), (-0.0304, 0, -0.0542), _ALONG_Y, "servo"),
    ),
    "upper_arm": (
        Shape("cylinder", (0.0175, 0.0035), (0, 0, -0.0105), material="print"),
        Shape("cylinder", (0.0175, 0.0035), (0, 0, 0.0470), material="print"),
        Shape("box", (0.046, 0.0130, 0.0030), (-0.048, -0.006, -0.0105)),
        Shape("box", (0.046, 0.0130, 0.0030), (-0.048, -0.006, 0.0470)),
        Shape("box", (0.030, 0.0140, 0.0260), (-0.066, -0.009, 0.0183), touches="arm"),
        Shape("box", (0.0228, 0.0180, 0.0126), (-0.098, -0.020, 0.0183), material="servo"),
        Shape("cylinder", (0.0185, 0.0255), (-0.11257, -0.028, 0.0183)),
        Shape("cylinder", (0.0105, 0.0275), (-0.11257, -0.028, 0.0183), material="servo"),
    ),
    "lower_arm": (
        Shape("cylinder", (0.0165, 0.0035), (0, 0, -0.0105)),
        Shape("cylinder", (0.0165, 0.0035), (0, 0, 0.0470)),
        Shape("box", (0.050, 0.0115, 0.0030), (-0.050, 0.002, -0.0105)),
        Shape("box", (0.050, 0.0115, 0.0030), (-0.050, 0.002, 0.0470)),
        Shape("box", (0.034, 0.0125, 0.0255), (-0.068, 0.003, 0.0183), touches="arm"),
        Shape("box", (0.0228, 0.0165, 0.0126), (-0.116, 0.005, 0.0183), material="servo"),
        Shape("cylinder", (0.0175, 0.0245), (-0.1349, 0.0052, 0.0183)),
        Shape("cylinder", (0.0100, 0.0265), (-0.1349, 0.0052, 0.0183), material="servo"),
    ),
    "wrist": (
        Shape("cylinder", (0.0155, 0.0030), (0, 0, -0.0095)),
        Shape("cylinder", (0.0155, 0.0030), (0, 0, 0.0460)),
        Shape("box", (0.0130, 0.0180, 0.0030), (0, -0.016, -0.0095)),
        Shape("box", (0.0130, 0.0180, 0.0030), (0, -0.016, 0.0460)),
        Shape("box", (0.0180, 0.0110, 0.0270), (0, -0.0300, 0.0183), touches="arm"),
        Shape("box", (0.0126, 0.0120, 0.0180), (0, -0.0480, 0.0183), material="servo"),
        Shape("cylinder", (0.0165, 0.0035), (0, -0.0585, 0.0183), _ALONG_Y, "servo"),
    ),
    "gripper": (
        Shape("cylinder", (0.0220, 0.0040), (0, 0, -0.003)),
        Shape("box", (0.0250, 0.0215, 0.0110), (0.004, 0, -0.0160), touches="arm"),
        Shape("box", (0.0140, 0.0225, 0.0120), (0.0190, 0, -0.0300), material="servo"),
        Shape("box", (0.0090, 0.0165, 0.0170), (-0.0169, 0, -0.0400), touches="arm"),
        Shape(
            "box",
            (0.0055, 0.0125, 0.0220),
            (-0.0134, 0, -0.0780),
            touches="finger",
            name="finger_fixed",
        ),
        Shape("box", (0.0010, 0.0095, 0.0150), (-0.0086, 0, -0.0830), material="pad"),
        # The wrist camera on its arm.
        Shape("box", (0.0100, 0.0110, 0.0020), (0, 0.0310, -0.0160)),
        Shape("box", (0.0120, 0.0045, 0.0120), (0, 0.0440, -0.0260), material="servo"),
    ),
    "moving_jaw": (
        Shape("cylinder", (0.0125, 0.0240), (0, 0, 0.0188)),
        Shape("cylinder", (0.0070, 0.0255), (0, 0, 0.0188), material="servo"),
    ),
}

# Boxes of the moving jaw as they stand in the gripper when it holds the cube.
JAW_IN_GRASP = (
    Shape("box", (0.0075, 0.0150, 0.0170), (0.0256, 0, -0.0400), touches="arm"),
    Shape(
        "box",
        (0.0055, 0.0125, 0.0210),
        (0.0226, 0, -0.0770),
        touches="finger",
        name="finger_moving",
    ),
    Shape("box", (0.0010, 0.0095, 0.0150), (0.0178, 0, -0.0830), material="pad"),
)


def in_jaw(shape: Shape) -> Shape:
    """A shape of the closing grasp, moved from the gripper's frame into the jaw's.

    The jaw's x, y, z lie along the gripper's x, z, −y while its joint is at 0.
    """
    x = shape.position[0] - MOVING_JAW.position_m[0]
    y = shape.position[2] - MOVING_JAW.position_m[2]
    turned = (
        x * cos(_GRASP_RAD) + y * sin(_GRASP_RAD),
        -x * sin(_GRASP_RAD) + y * cos(_GRASP_RAD),
        MOVING_JAW.position_m[1] - shape.position[1],
    )
    width, depth, height = shape.size
    return replace(shape, size=(width, height, depth), position=turned, euler=(0, 0, -_GRASP_RAD))
