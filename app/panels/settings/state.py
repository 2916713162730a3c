"""What the Settings panel shows. Pure: no Qt."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lerobot_core.logs import log_folder
from lerobot_core.paths import calibration_home, home, lerobot_home

TEXT_SIZES = (80, 100, 125, 150)
"""Percent."""


class FolderKind(StrEnum):
    DATASETS = "datasets"
    CALIBRATIONS = "calibrations"
    HOME = "home"  # rigs, runs, preferences
    LOGS = "logs"


@dataclass(frozen=True)
class SettingsState:
    theme: str = "system"
    text_percent: int = 100
    folders: tuple[tuple[FolderKind, Path], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()  # what this program is built on


def folders() -> tuple[tuple[FolderKind, Path], ...]:
    """Where things are kept on this machine, as the environment says now."""
    return (
        (FolderKind.DATASETS, lerobot_home()),
        (FolderKind.CALIBRATIONS, calibration_home()),
        (FolderKind.HOME, home()),
        (FolderKind.LOGS, log_folder()),
    )


def nearest_size(percent: float) -> int:
    """The text size on offer that comes closest."""
    return min(TEXT_SIZES, key=lambda size: abs(size - percent))
