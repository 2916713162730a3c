"""The virtual bench as a MuJoCo model: an SO-101 of primitive shapes, a cube and a bin on a table.

Lengths in metres, masses in kilograms, angles in radians. The arm's frames come from the tables
of ``kinematics.so101``, its looks and masses from ``arm_shapes``.
"""

from math import cos, pi, sin

from lerobot_core.kinematics.chain import Frame
from lerobot_core.kinematics.so101 import ARM, BASE, MOVING_JAW, TOOL
from lerobot_core.sim.arm_shapes import INERTIAS, JAW_IN_GRASP, SHAPES, Numbers, Shape, in_jaw
from lerobot_core.sim.so101 import JAW_SERVO, STS3215

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
  <headlight ambient="0.32 0.32 0.33" diffuse="0.14 0.14 0.14" specular="0 0 0"/>
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
<light directional="true" pos="0 0 1" dir="{light}" diffuse="0.54 0.52 0.49"
       specular="0.25 0.25 0.25" castshadow="false"/>
<light directional="true" pos="0 0 1" dir="-0.3 -0.8 -0.6" diffuse="0.12 0.13 0.16"
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
    jaw = _body(MOVING_JAW, "".join(_geom(in_jaw(shape)) for shape in JAW_IN_GRASP))
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
    servos = {frame.joint: STS3215 for frame in ARM} | {MOVING_JAW.joint: JAW_SERVO}
    return "\n".join(
        f'<position name="{joint}" joint="{joint}" kp="{servo.gain_nm_per_rad}" '
        f'kv="{servo.damping_gain_nms_per_rad}" '
        f'forcerange="-{servo.max_torque_nm} {servo.max_torque_nm}"/>'
        for joint, servo in servos.items()
    )


def _geom(shape: Shape, mass_kg: float = 0.0) -> str:
    # A link's mass is given as a whole; only shapes of other bodies bring their own.
    name = f'name="{shape.name}" ' if shape.name else ""
    return (
        f'<geom {name}type="{shape.kind}" size="{_text(shape.size)}" '
        f'pos="{_text(shape.position)}" euler="{_text(shape.euler)}" '
        f'material="{shape.material}" mass="{mass_kg}" {_CONTACTS[shape.touches]}/>'
    )


def _placed(frame: Frame) -> str:
    return f'pos="{_text(frame.position_m)}" quat="{_text(frame.quaternion)}"'


def _text(numbers: Numbers) -> str:
    return " ".join(f"{number:.9g}" for number in numbers)


def _cross(a: Numbers, b: Numbers) -> list[float]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def _unit(vector: Numbers) -> list[float]:
    length = sum(part * part for part in vector) ** 0.5
    return [part / length for part in vector]
