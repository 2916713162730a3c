"""Who drives the arm: the sources to choose from, and why some cannot be chosen."""

from PySide6.QtCore import QCoreApplication

from app.widgets.segmented import Option, Segmented

LEADER, KEYBOARD, GAMEPAD, DEMONSTRATOR = "leader", "keyboard", "gamepad", "demonstrator"


_DEMONSTRATORS = ("demonstrator", "demonstrated_leader")  # kinds of teleoperators


class SourceControl(Segmented):
    """Shows the source that the rig has. The others say why they are not to be had."""

    def __init__(self) -> None:
        options = (
            Option(LEADER, _tr("Leader arm"), "hand-front-right-outline"),
            Option(KEYBOARD, _tr("Keyboard"), "keyboard-outline"),
            Option(GAMEPAD, _tr("Gamepad"), "gamepad-variant-outline"),
            Option(DEMONSTRATOR, _tr("Demonstrator"), "robot-outline"),
        )
        super().__init__(options, name="teleoperate.source", label=_tr("Who drives the arm"))
        self._is_folded = False
        self.show_teleoperator("")

    def show_teleoperator(self, kind: str) -> None:
        source = source_of(kind)
        for key, reason in _reasons().items():
            self.segment(key).set_available(key == source, reason)
        self.choose(source)
        self.fold(self._is_folded)

    def fold(self, folded: bool) -> None:
        """Without room, show the one source that can be chosen."""
        self._is_folded = folded
        for key in _reasons():
            self.segment(key).setHidden(folded and key != self.choice)


def source_of(kind: str) -> str:
    """The source that a kind of teleoperator is; empty while no rig is known."""
    if not kind:
        return ""
    return DEMONSTRATOR if kind in _DEMONSTRATORS else LEADER


def reason_line(kind: str) -> str:
    """One line beside the control: why only one source can be chosen."""
    source = source_of(kind)
    if source == DEMONSTRATOR:
        return _tr("No leader arm in this rig; keyboard and gamepad are not built yet.")
    if source == LEADER:
        return _tr("Demonstrator: virtual rigs only; keyboard and gamepad are not built yet.")
    return ""


def _reasons() -> dict[str, str]:
    return {
        LEADER: _tr("This rig has no leader arm."),
        KEYBOARD: _tr("Driving with the keyboard is not built yet."),
        GAMEPAD: _tr("Driving with a gamepad is not built yet."),
        DEMONSTRATOR: _tr("Only virtual rigs have a demonstrator."),
    }


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sources", text)
