"""Import and export of rigs, in the title row."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.panels.setup.path_popover import PathPopover
from app.panels.setup.rig_words import missing_text
from app.panels.setup.state import SetupState
from app.widgets.button import PANEL, Button
from app.widgets.layouts import row
from lerobot_core.paths import safe_name


class TitleButtons(QWidget):
    """“setup.import_rig” and “setup.export_rig”, each with a popover for the file."""

    import_requested = Signal(object)  # Path
    export_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.take_in = Button(
            self.tr("Import rig"), icon="import", size=PANEL, name="setup.import_rig"
        )
        self.hand_out = Button(
            self.tr("Export rig"), icon="export", size=PANEL, name="setup.export_rig"
        )
        self.setLayout(row(self.take_in, self.hand_out, spacing=8))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._import = PathPopover(
            self.take_in,
            self.tr("Take a rig in from a file"),
            self.tr("Import"),
            name="setup.import",
            saves=False,
        )
        self._export = PathPopover(
            self.hand_out,
            self.tr("Write this rig to a file for another machine"),
            self.tr("Export"),
            name="setup.export",
            saves=True,
        )
        self._import.path_given.connect(self.import_requested)
        self._export.path_given.connect(self.export_requested)
        self.take_in.clicked.connect(lambda: self._import.ask(self.take_in))
        self.hand_out.clicked.connect(lambda: self._export.ask(self.hand_out))

    def show_state(self, state: SetupState) -> None:
        missing = missing_text(state)
        self.hand_out.set_available(not missing, missing)
        if not self._export.isVisible() and state.draft.name.strip():
            file = Path.home() / f"{safe_name(state.draft.name)}.rig.json"
            self._export.field.edit.setText(str(file))
