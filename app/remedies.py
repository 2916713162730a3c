"""What a button beside a problem can do about it."""

from enum import StrEnum


class Remedy(StrEnum):
    """One step towards a cure. The panel that shows the problem carries it out."""

    TRY_AGAIN = "try_again"  # open the devices again
    RESTART_SESSION = "restart_session"
    CLEAR_OVERLOAD = "clear_overload"  # of the joint that the problem names
    GO_TO_REST = "go_to_rest"
    NAME_DATASET = "name_dataset"
    ENTER_TASK = "enter_task"
    OPEN_DATASET_FOLDER = "open_dataset_folder"  # to free space
    OPEN_TELEOPERATION = "teleoperate"  # from here on values are panels in the navigation
    OPEN_SETUP = "setup"
    OPEN_CALIBRATION = "calibrate"
    OPEN_SETTINGS = "settings"


FIELD_REMEDIES = frozenset({Remedy.NAME_DATASET, Remedy.ENTER_TASK})
PANEL_REMEDIES = frozenset(
    {
        Remedy.OPEN_TELEOPERATION,
        Remedy.OPEN_SETUP,
        Remedy.OPEN_CALIBRATION,
        Remedy.OPEN_SETTINGS,
    }
)
