"""Asks for a file: typed, or chosen from a dialog that is not modal."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, Button, Kind
from app.widgets.field import TextField
from app.widgets.layouts import row
from app.widgets.popover import Popover
from app.widgets.text import Text

_WIDTH = 420


class PathPopover(Popover):
    """Its parts: “<name>.path”, “<name>.browse”, “<name>.go”. Enter in the field goes."""

    path_given = Signal(object)  # Path

    def __init__(
        self, owner: QWidget, title: str, action: str, *, name: str, saves: bool, path: str = ""
    ) -> None:
        super().__init__(owner)
        self._saves, self._title = saves, title
        self._dialog: QFileDialog | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFixedWidth(theme().px(_WIDTH))
        self.field = TextField(self.tr("File"), name=f"{name}.path", text=path)
        self.field.edit.returnPressed.connect(self._go)
        browse = Button(self.tr("Choose …"), size=IN_CARD, name=f"{name}.browse")
        browse.clicked.connect(self._browse)
        self.go = Button(action, kind=Kind.PRIMARY, size=IN_CARD, name=f"{name}.go")
        self.go.clicked.connect(self._go)
        self.body.addWidget(Text(title, Role.HEADING))
        self.body.addWidget(self.field)
        self.body.addLayout(row(browse, None, self.go, spacing=8))

    def ask(self, anchor: QWidget) -> None:
        """Show it under a button, the cursor in the field."""
        self.show_under(anchor)
        self.field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.edit.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Clicks in the dialog are no clicks elsewhere.
        if self._dialog is not None and self._dialog.isVisible():
            return False
        return super().eventFilter(watched, event)

    def _go(self) -> None:
        text = self.field.edit.text().strip()
        if not text:
            self.field.set_error(self.tr("Enter the name of a file."))
            return
        path = Path(text).expanduser()
        if not self._saves and not path.is_file():
            self.field.set_error(self.tr("There is no such file."))
            return
        self.field.set_error("")
        self.close_popover()
        self.path_given.emit(path.with_suffix(".json") if self._saves and not path.suffix else path)

    def _browse(self) -> None:
        if self._dialog is not None:
            self._dialog.raise_()
            return
        dialog = QFileDialog(self.window(), self._title, self.field.edit.text())
        # The system's own dialog would be modal to STOP.
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(
            QFileDialog.AcceptMode.AcceptSave if self._saves else QFileDialog.AcceptMode.AcceptOpen
        )
        dialog.setNameFilters([self.tr("JSON files") + " (*.json)", self.tr("All files") + " (*)"])
        dialog.setModal(False)
        dialog.fileSelected.connect(self.field.edit.setText)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.show()

    def _forget_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None
