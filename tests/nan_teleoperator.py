"""A session whose teleoperator goes wrong: after seconds of driving its targets are no numbers.

``COMMAND`` runs the session worker with this kind of teleoperator known to it.
"""

from dataclasses import dataclass
from math import nan
from pathlib import Path

from lerobot_core.teleoperators.demonstrator import Demonstrator
from lerobot_core.teleoperators.so_config import DemonstratorConfig, SO101LeaderConfig
from lerobot_core.types import JointValues

GOOD_TICKS = 240  # more than the ease-in takes, so that a take has begun
# Appended: in front, the folder of the core's tests would stand in for the core.
COMMAND = (
    "-c",
    f"import sys; sys.path.append({str(Path(__file__).parent)!r}); import nan_teleoperator;"
    " from lerobot_core.workers.__main__ import main; sys.exit(main(['session', *sys.argv[1:]]))",
)


@dataclass(frozen=True, kw_only=True)
class BrokenDemonstratorConfig(SO101LeaderConfig, kind="broken_demonstrator"):
    def build(self) -> "BrokenDemonstrator":
        return BrokenDemonstrator(
            DemonstratorConfig(port=self.port, id=self.id, calibration_dir=self.calibration_dir)
        )


class BrokenDemonstrator(Demonstrator):
    def __init__(self, config: DemonstratorConfig) -> None:
        super().__init__(config)
        self._ticks = 0
        self._is_engaged = False

    def engaged(self, engaged: bool) -> None:
        self._is_engaged = engaged
        super().engaged(engaged)

    def get_action(self) -> JointValues:
        action = super().get_action()
        self._ticks += self._is_engaged
        return {**action, "elbow_flex.pos": nan} if self._ticks > GOOD_TICKS else action
