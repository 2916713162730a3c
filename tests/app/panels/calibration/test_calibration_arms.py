from collections.abc import Sequence

import pytest

from app.panels.calibration.arms import arms_of
from app.panels.calibration.words import arm_label, date_text
from lerobot_core.control.calibration_use import arm_calibrations
from lerobot_core.control.virtual import virtual_rig, virtual_rigs

PAIR = ("left_follower", "right_follower", "left_leader", "right_leader")


@pytest.mark.parametrize(
    ("bench", "keys"),
    [
        ("default", ("follower", "leader")),
        ("so100", ("follower", "leader")),
        ("koch", ("follower", "leader")),
        ("bi_so101", PAIR),
        ("bi_koch", PAIR),
    ],
)
def test_every_single_arm_of_every_rig_can_be_calibrated(bench: str, keys: Sequence[str]) -> None:
    rig = virtual_rig(bench)
    arms = arms_of(rig)
    assert tuple(arm.key for arm in arms) == tuple(keys)
    assert {arm.key: arm.path for arm in arms} == arm_calibrations(rig)
    assert [arm.bench for arm in arms] == [(bench, key) for key in keys]


def test_arms_are_called_by_place_kind_and_port() -> None:
    labels = [arm_label(arm) for rig in virtual_rigs() for arm in arms_of(rig)]
    assert labels[0] == "Follower, SO-101 on default/follower"
    assert labels[1] == "Leader, SO-101 on default/leader"
    assert "Right leader, Koch v1.1 on bi_koch/right_leader" in labels


def test_families_and_shelves_are_those_of_upstream() -> None:
    follower, leader = arms_of(virtual_rig("koch"))
    assert (follower.shelf, follower.family) == ("robots", "koch_follower")
    assert (leader.shelf, leader.family) == ("teleoperators", "koch_leader")


def test_moments_are_written_as_people_write_them() -> None:
    assert date_text("2026-11-22T18:04:11+01:00") == "22 Nov 2026, 18:04"
    assert date_text("some day") == "some day"
