"""Description of the Koch v1.1 follower arm. Importing it loads no driver."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lerobot_core.robots.follower_settings import FollowerSettings
from lerobot_core.robots.robot import RobotConfig

if TYPE_CHECKING:
    from lerobot_core.robots.koch_follower import KochFollower


@dataclass(frozen=True, kw_only=True)
class KochFollowerConfig(FollowerSettings, RobotConfig, kind="koch_follower"):
    """A Koch v1.1 arm that follows."""

    use_degrees: bool = False

    def build(self) -> "KochFollower":
        from lerobot_core.robots.koch_follower import KochFollower

        return KochFollower(self)
