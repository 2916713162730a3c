"""Settings, choices, descriptions and libraries."""

from lerobot_core.errors.base import WorkbenchError


class UnknownChoice(
    WorkbenchError,
    code="unknown_choice",
    sentence="“{kind}” is not known here.",
    hint="Known: {known}.",
):
    pass


class SettingInvalid(
    WorkbenchError,
    code="setting_invalid",
    sentence="{setting} cannot be used: {reason}.",
    hint="Correct it, then try again.",
):
    pass


class ArmNotDescribed(
    WorkbenchError,
    code="arm_not_described",
    sentence="The lengths of “{kind}” are not known here, so its tool cannot be led through space.",
    hint="Move its joints instead. Described arms: {known}.",
):
    pass


class LibraryMissing(
    WorkbenchError,
    code="library_missing",
    sentence="{library} is not installed.",
    hint="Install it with: pip install 'lerobot-workbench[{extra}]'",
):
    pass
