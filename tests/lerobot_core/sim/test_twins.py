"""The tables of the bench's arms agree with themselves and with what the arms expect."""

import subprocess
import sys

import pytest

from lerobot_core.errors import UnknownChoice
from lerobot_core.motors.dynamixel_tables import DYNAMIXEL_MODELS, X_SERIES
from lerobot_core.motors.homing import DYNAMIXEL, encoder_counts
from lerobot_core.motors.tables import MODELS, STS_SMS
from lerobot_core.robots.koch_arm import KOCH_FOLLOWER_MODELS
from lerobot_core.sim import so101
from lerobot_core.sim.so101 import TICKS_PER_RAD
from lerobot_core.sim.twins import TWINS, ArmTwin, Part, factory_calibration, kind_of, twin_of

ARMS = [pytest.param(arm, id=f"{twin.kind}-{chain}") for twin in TWINS.values()
        for chain, arm in twin.arms.items()]  # fmt: skip


@pytest.mark.parametrize(
    ("bench", "kind"),
    [
        ("default", "so101"),
        ("workshop", "so101"),
        ("so101", "so101"),
        ("so100-2", "so100"),
        ("koch", "koch"),
        ("koch-lab2", "koch"),
        ("kochlab", "so101"),
        ("bi_so101-lab2", "bi_so101"),
        ("bi_koch", "bi_koch"),
    ],
)
def test_a_benchs_name_says_its_kind(bench: str, kind: str) -> None:
    assert kind_of(bench) == kind


def test_single_and_bimanual_benches_have_their_chains() -> None:
    assert list(twin_of("koch").arms) == ["follower", "leader"]
    bimanual = ["left_follower", "right_follower", "left_leader", "right_leader"]
    assert list(twin_of("bi_so101").arms) == list(twin_of("bi_koch").arms) == bimanual
    with pytest.raises(UnknownChoice):
        twin_of("knee")


@pytest.mark.parametrize("arm", ARMS)
def test_an_arm_has_known_servos_and_registers(arm: ArmTwin) -> None:
    models, registers = (
        (MODELS, STS_SMS) if arm.brand == "feetech" else (DYNAMIXEL_MODELS, X_SERIES)
    )
    assert [part.servo_id for part in arm.parts] == [1, 2, 3, 4, 5, 6]
    assert [part.joint for part in arm.parts] == list(so101.JOINTS)
    assert {part.model for part in arm.parts} <= set(models)
    assert {name for part in arm.parts for name in part.registers} <= set(registers)
    for part in arm.parts:
        assert part.low_rad < part.rest_rad < part.high_rad or part.joint == "shoulder_lift"


@pytest.mark.parametrize("kind", TWINS)
def test_no_two_arms_of_a_bench_are_alike(kind: str) -> None:
    offsets = [
        tuple(held.homing_offset for held in factory_calibration(kind, chain).values())
        for chain in twin_of(kind).arms
    ]
    assert len(set(offsets)) == len(offsets)


def test_so_arms_are_those_of_the_tables_of_the_so101() -> None:
    for kind in ("so100", "so101"):
        for chain in so101.CHAINS:
            assert factory_calibration(kind, chain) == so101.factory_calibration(chain)


def test_koch_servos_are_those_that_the_robot_expects() -> None:
    follower, leader = (twin_of("koch").arms[chain] for chain in ("follower", "leader"))
    assert {part.joint: part.model for part in follower.parts} == KOCH_FOLLOWER_MODELS
    assert {part.model for part in leader.parts} == {"xl330-m077"}
    assert [part.registers["Operating_Mode"] for part in leader.parts] == [4, 4, 4, 4, 4, 5]
    inverted = [part.joint for part in leader.parts if part.calibration.drive_mode]
    assert inverted == ["elbow_flex"]
    assert not any(part.calibration.drive_mode for part in follower.parts)


@pytest.mark.parametrize("kind", ["koch", "bi_koch"])
def test_no_koch_joint_meets_the_seam_of_its_encoder(kind: str) -> None:
    """It would read another turn after each power-on, wherever it stood."""
    parts = [part for arm in twin_of(kind).arms.values() for part in arm.parts]
    for part in parts:
        ends = [part.zero_ticks + angle * TICKS_PER_RAD for angle in (part.low_rad, part.high_rad)]
        assert 0 < ends[0] < ends[1] < 4095
        if part.calibration.range_max < 4095:
            assert counts_of_range(part) == pytest.approx(ends, abs=1)


def counts_of_range(part: Part) -> list[int]:
    held = part.calibration
    ends = [encoder_counts(end, held, DYNAMIXEL) for end in (held.range_min, held.range_max)]
    return sorted(end % 4096 for end in ends)


def test_the_tables_load_nothing_heavy() -> None:
    code = (
        "import sys, lerobot_core.sim.twins, lerobot_core.sim.ports;"
        "sys.exit(bool({'mujoco', 'cv2', 'dynamixel_sdk', 'scservo_sdk'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
