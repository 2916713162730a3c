import pytest

from lerobot_core.errors import ArmNotDescribed
from lerobot_core.kinematics.arms import DESCRIBED_ARMS, described_arm
from lerobot_core.kinematics.so101 import SO101


def test_an_arm_is_found_by_its_kind():
    assert described_arm("so101_follower") is SO101
    assert all(chain.joints for chain in DESCRIBED_ARMS.values())


@pytest.mark.parametrize("kind", ["so100_follower", "koch_follower", "bi_so_follower", ""])
def test_arms_without_numbers_say_so(kind):
    with pytest.raises(ArmNotDescribed, match="not known here"):
        described_arm(kind)
