"""Which arms are described, by their kind."""

from collections.abc import Mapping

from lerobot_core.errors import ArmNotDescribed
from lerobot_core.kinematics.chain import ArmChain
from lerobot_core.kinematics.so101 import SO101

# The leader has a handle where the follower has its jaw; all joints are the same, and its
# “tool” is where the follower's would be.
DESCRIBED_ARMS: Mapping[str, ArmChain] = {"so101_follower": SO101, "so101_leader": SO101}
"""Kind of a robot or teleoperator → its chain. No numbers are published here for other arms."""


def described_arm(kind: str) -> ArmChain:
    """The chain of an arm. Raises ArmNotDescribed."""
    chain = DESCRIBED_ARMS.get(kind)
    if chain is None:
        raise ArmNotDescribed(kind=kind, known=", ".join(DESCRIBED_ARMS))
    return chain
