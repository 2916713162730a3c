"""Why a device may not be opened, and the command that helps, ready to be copied."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import IN_CARD, Button
from app.widgets.card import Inset
from app.widgets.layouts import row
from app.widgets.popover import Popover
from app.widgets.text import Text

_WIDTH = 380


class PermissionPopover(Popover):
    """Its buttons are “setup.permission.copy” and “setup.permission.close”."""

    def __init__(self, owner: QWidget, address: str, words: str, command: str) -> None:
        super().__init__(owner)
        self.address = address
        self.setObjectName("setup.permission")
        self.setFixedWidth(theme().px(_WIDTH))
        self.setAccessibleName(words)
        self._command = command
        self.body.addWidget(Text(self.tr("No permission"), Role.HEADING))
        text = Text(words, Role.BODY, wraps=True)
        self.body.addWidget(text)
        buttons = row(spacing=8)
        buttons.addStretch(1)
        if command:
            box = Inset(padding=8)
            line = Text(command, Role.MONO, wraps=True)
            line.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            box.body.addWidget(line)
            self.body.addWidget(box)
            self.copy = Button(
                self.tr("Copy command"),
                icon="content-copy",
                size=IN_CARD,
                name="setup.permission.copy",
            )
            self.copy.clicked.connect(self._copy)
            buttons.addWidget(self.copy)
        close = Button(self.tr("Close"), size=IN_CARD, name="setup.permission.close")
        close.clicked.connect(self.close_popover)
        buttons.addWidget(close)
        self.body.addLayout(buttons)

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._command)
        self.copy.show_action(self.tr("Copied"), "check")
