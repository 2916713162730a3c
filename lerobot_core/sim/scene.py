"""The virtual bench as a MuJoCo model: an SO-101 of primitive shapes, a cube and a bin on a table.

Lengths in metres, masses in kilograms, angles in radians. The arm's frames come from the tables
of ``kinematics.so101``; its shapes are rough, its joints and masses are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin

from lerobot_core.kinematics.chain import Frame
from lerobot_core.kinematics.so101 import ARM, BASE, MOVING_JAW, TOOL
from lerobot_core.sim.so101 import STS3215

Numbers = Sequence[float]

TIMESTEP_S = 0.002
CUBE_HALF_M = 0.0125
_CUBE_KG = 0.015
BIN_CENTRE_M = (0.165, 0.175)  # x and y on the table
BIN_RADIUS_M = 0.056  # inside
BIN_HEIGHT_M = 0.042
# The table and the mat on it, as x from and to, y from and to.
TABLE_M = (-0.40, 0.72, -0.75, 0.75)
MAT_M = (0.04, 0.44, -0.25, 0.25)
LIGHT_FROM = (0.28, -0.36, 1.0)
_BIN_WALLS = 12
_BIN_THICKNESS_M = 0.0025


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
_JAW_IN_GRASP = (
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

_CONTACTS = {
    "": 'contype="0" conaffinity="0" group="1"',
    "arm": 'contype="2" conaffinity="1" condim="3"',
    "finger": (
        'contype="2" conaffinity="1" condim="4" priority="1" friction="1.6 0.05 0.001" '
        'solref="0.006 1" solimp="0.95 0.995 0.001"'
    ),
    "world": 'contype="1" conaffinity="3" condim="4" friction="0.8 0.01 0.0005"',
}

_HEAD = f"""
<compiler angle="radian" autolimits="true" inertiafromgeom="auto"/>
<option timestep="{TIMESTEP_S}" integrator="implicitfast" cone="elliptic" impratio="10"
        iterations="20" ls_iterations="20" noslip_iterations="3"/>
<visual>
  <headlight ambient="0.32 0.32 0.33" diffuse="0.18 0.18 0.18" specular="0 0 0"/>
  <quality offsamples="0" numslices="18" numstacks="4"/>
  <map znear="0.01" zfar="10"/>
</visual>
<asset>
  <material name="print" rgba="0.88 0.87 0.84 1" specular="0.25" shininess="0.3"/>
  <material name="servo" rgba="0.11 0.11 0.12 1" specular="0.4" shininess="0.5"/>
  <material name="board" rgba="0.05 0.32 0.45 1" specular="0.3"/>
  <material name="pad" rgba="0.32 0.33 0.35 1" specular="0.05"/>
  <material name="cube" rgba="0.86 0.12 0.09 1" specular="0.3" shininess="0.4"/>
  <material name="bin" rgba="0.16 0.34 0.68 1" specular="0.3" shininess="0.4"/>
</asset>
"""

_WORLD = """
<light directional="true" pos="0 0 1" dir="{light}" diffuse="0.62 0.60 0.57"
       specular="0.25 0.25 0.25" castshadow="false"/>
<light directional="true" pos="0 0 1" dir="-0.3 -0.8 -0.6" diffuse="0.16 0.17 0.20"
       specular="0 0 0" castshadow="false"/>
<geom name="ground" type="plane" size="2 2 0.1" group="3" {world}/>
<camera name="top" pos="0.66 -0.25 0.46" fovy="39" xyaxes="{top_axes}"/>
"""


def build_scene() -> str:
    """The scene as MJCF text. Its only free body is ``cube``; actuators are named as the joints."""
    return f"""<mujoco model="bench">
{_HEAD}
<worldbody>
{_world()}
{_bin()}
{_cube()}
{_arm()}
</worldbody>
<actuator>
{_actuators()}
</actuator>
</mujoco>"""


def _world() -> str:
    camera, target = (0.66, -0.25, 0.46), (0.14, 0.035, 0.085)
    return _WORLD.format(
        world=_CONTACTS["world"],
        light=_text([-part for part in LIGHT_FROM]),
        top_axes=_text(look_at(camera, target)),
    )


def look_at(camera: Numbers, target: Numbers, up: Numbers = (0, 0, 1)) -> list[float]:
    """Right and up axes of a camera that looks at ``target``."""
    back = _unit([camera[i] - target[i] for i in range(3)])
    right = _unit(_cross(up, back))
    return [*right, *_cross(back, right)]


def _bin() -> str:
    """A ring of walls on a floor."""
    half_width = (BIN_RADIUS_M + _BIN_THICKNESS_M) * sin(pi / _BIN_WALLS) / cos(pi / _BIN_WALLS)
    size = (_BIN_THICKNESS_M, half_width + 0.0008, BIN_HEIGHT_M / 2)
    distance = BIN_RADIUS_M + _BIN_THICKNESS_M
    walls = []
    for index in range(_BIN_WALLS):
        turn = 2 * pi * index / _BIN_WALLS
        position = (distance * cos(turn), distance * sin(turn), BIN_HEIGHT_M / 2)
        walls.append(_geom(Shape("box", size, position, (0, 0, turn), "bin", "world")))
    floor = _geom(
        Shape("cylinder", (BIN_RADIUS_M, 0.001), (0, 0, 0.001), (0, 0, 0), "bin", "world")
    )
    x, y = BIN_CENTRE_M
    return f'<body name="bin" pos="{x} {y} 0">{floor}{"".join(walls)}</body>'


def _cube() -> str:
    shape = Shape("box", (CUBE_HALF_M,) * 3, material="cube", touches="world", name="cube")
    geom = _geom(shape, mass_kg=_CUBE_KG)
    return f'<body name="cube" pos="0.22 -0.06 {CUBE_HALF_M}"><freejoint name="cube"/>{geom}</body>'


def _arm() -> str:
    """The links, each inside its parent."""
    jaw = _body(MOVING_JAW, "".join(_geom(_in_jaw(shape)) for shape in _JAW_IN_GRASP))
    site = f'<site name="{TOOL.name}" {_placed(TOOL)} size="0.002" group="4"/>'
    eye, target = (0.0, 0.04, -0.04), (0.003, 0.004, -0.105)
    axes = look_at(eye, target, up=(0, 1, 0))
    camera = f'<camera name="wrist" pos="{_text(eye)}" xyaxes="{_text(axes)}" fovy="75"/>'
    inside = site + camera + jaw
    for frame in reversed(ARM):
        inside = _body(frame, inside)
    return _body(BASE, inside)


def _body(frame: Frame, inside: str) -> str:
    joint = "" if frame.joint is None else _joint(frame)
    shapes = "".join(_geom(shape) for shape in SHAPES[frame.name])
    inertia = INERTIAS[frame.name]
    return (
        f'<body name="{frame.name}" {_placed(frame)}>'
        f'<inertial mass="{inertia.mass}" pos="{_text(inertia.centre)}" '
        f'fullinertia="{_text(inertia.full)}"/>{joint}{shapes}{inside}</body>'
    )


def _joint(frame: Frame) -> str:
    return (
        f'<joint name="{frame.joint}" axis="0 0 1" range="{frame.low_rad} {frame.high_rad}" '
        f'damping="{STS3215.joint_damping_nms_per_rad}" '
        f'frictionloss="{STS3215.friction_loss_nm}" armature="{STS3215.armature_kgm2}"/>'
    )


def _actuators() -> str:
    joints = [frame.joint for frame in (*ARM, MOVING_JAW)]
    return "\n".join(
        f'<position name="{joint}" joint="{joint}" kp="{STS3215.gain_nm_per_rad}" '
        f'kv="{STS3215.damping_gain_nms_per_rad}" '
        f'forcerange="-{STS3215.max_torque_nm} {STS3215.max_torque_nm}"/>'
        for joint in joints
    )


def _geom(shape: Shape, mass_kg: float = 0.0) -> str:
    # A link's mass is given as a whole; only shapes of other bodies bring their own.
    name = f'name="{shape.name}" ' if shape.name else ""
    return (
        f'<geom {name}type="{shape.kind}" size="{_text(shape.size)}" '
        f'pos="{_text(shape.position)}" euler="{_text(shape.euler)}" '
        f'material="{shape.material}" mass="{mass_kg}" {_CONTACTS[shape.touches]}/>'
    )


def _in_jaw(shape: Shape) -> Shape:
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


def _placed(frame: Frame) -> str:
    return f'pos="{_text(frame.position_m)}" quat="{_text(frame.quaternion)}"'


def _text(numbers: Numbers) -> str:
    return " ".join(f"{number:.9g}" for number in numbers)


def _cross(a: Numbers, b: Numbers) -> list[float]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def _unit(vector: Numbers) -> list[float]:
    length = sum(part * part for part in vector) ** 0.5
    return [part / length for part in vector]
