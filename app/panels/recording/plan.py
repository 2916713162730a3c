"""What is to be recorded: the plan form's content, and what is wrong with it."""

from dataclasses import dataclass

from app.remedies import Remedy
from app.start_checks import Check
from lerobot_core.datasets.layout import check_repo_id
from lerobot_core.errors import DatasetNameInvalid


@dataclass(frozen=True)
class Plan:
    """One recording session, as the operator wants it."""

    dataset: str = ""  # repo id: name or user/name
    task: str = ""
    episodes: int = 50
    fps: int = 30
    episode_s: int = 30
    reset_s: int = 10

    @property
    def is_name_valid(self) -> bool:
        try:
            check_repo_id(self.dataset.strip())
        except DatasetNameInvalid:
            return False
        return True


def plan_checks(plan: Plan, *, exists: bool) -> list[Check]:
    """What is missing or wrong in the plan. ``exists``: the dataset's folder is already there."""
    checks = []
    name = plan.dataset.strip()
    if not name:
        checks.append(Check("dataset_missing", remedy=Remedy.NAME_DATASET))
    elif not plan.is_name_valid:
        checks.append(Check("dataset_name_invalid", remedy=Remedy.NAME_DATASET))
    elif exists:
        checks.append(Check("dataset_exists", facts={"name": name}, remedy=Remedy.NAME_DATASET))
    if not plan.task.strip():
        checks.append(Check("task_missing", remedy=Remedy.ENTER_TASK))
    return checks


def rates_for(control_hz: int, slowest_camera_fps: int) -> list[int]:
    """Frame rates that can be recorded: every k-th tick of the loop, no faster than a camera."""
    return [fps for fps in range(5, slowest_camera_fps + 1) if control_hz % fps == 0]
