"""The cameras of the rig: their names, taken out again, and those that were found to add."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.panels.setup.candidates import names_in_rig
from app.panels.setup.rig_words import camera_detail, camera_size
from app.panels.setup.state import SetupState
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, IconButton
from app.widgets.layouts import clear, column, place_in_tab_order, row
from app.widgets.select import Select
from app.widgets.text import Text
from lerobot_core.workers.protocol import CameraSeen

_EDITOR, _NAME_WIDTH = 28, 88


class RigCameras(QWidget):
    """Names are “setup.camera.<name>”, with “.remove”; adding is “setup.add_camera”."""

    added = Signal(str, object)  # name, config
    renamed = Signal(str, str)  # name, wanted name
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._cameras: dict[str, Mapping[str, Any]] = {}
        self._offered: tuple[CameraSeen, ...] | None = None
        self._rows = column(spacing=4)
        self._none = Text("", Role.HINT, wraps=True)
        self.choice = Select(
            name="setup.camera_choice", label=self.tr("Camera to add"), height=_EDITOR
        )
        self.choice.currentIndexChanged.connect(self._propose_name)
        self.name = QLineEdit()
        self.name.setObjectName("setup.camera_name")
        self.name.setAccessibleName(self.tr("Name of the camera to add"))
        self.name.setToolTip(self.tr("What it is called in recordings"))
        self.name.returnPressed.connect(self._add)
        self.add = Button(self.tr("Add"), icon="plus", size=SMALL, name="setup.add_camera")
        self.add.clicked.connect(self._add)
        self._adding = QWidget()
        line = row(spacing=6)
        line.addWidget(self.name, 1)
        line.addWidget(self.add)
        lines = column(self.choice, spacing=4)
        lines.addLayout(line)
        self._adding.setLayout(lines)
        layout = column(Text(self.tr("Cameras"), Role.SMALL), spacing=4)
        layout.addLayout(self._rows)
        layout.addWidget(self._none)
        layout.addWidget(self._adding)
        layout.addStretch(1)
        self.setLayout(layout)
        self._scale()
        theme().changed.connect(self._scale)

    def go_to(self) -> None:
        """Where a camera is added."""
        if self._adding.isVisibleTo(self):
            self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.name.selectAll()

    def show_state(self, state: SetupState) -> None:
        cameras = {name: dict(config) for name, config in state.draft.cameras.items()}
        if cameras != self._cameras or not self._rows.count():
            self._cameras = dict(cameras)
            self._build_rows()
        taken = names_in_rig(state)
        offered = tuple(each for each in state.cameras if each.address not in taken)
        if offered != self._offered:
            self._offered = offered
            self._build_choice()
        self._adding.setVisible(bool(offered))
        some = self.tr("Every camera that was found is part of the rig.")
        none = self.tr("None yet. A camera that is plugged in is offered here.")
        self._none.setText(some if cameras else none)
        self._none.setVisible(not offered and not cameras)

    def _build_rows(self) -> None:
        for old in self.findChildren(QLineEdit):
            if old is not self.name:
                old.setObjectName("")
        clear(self._rows)
        parts: list[QWidget] = []
        for name, config in self._cameras.items():
            edit = QLineEdit(name)
            edit.setObjectName(f"setup.camera.{name}")
            edit.setAccessibleName(self.tr("Name of camera {0}").format(name))
            edit.setFixedSize(theme().px(_NAME_WIDTH), theme().px(_EDITOR))
            edit.editingFinished.connect(lambda old=name, each=edit: self._rename(old, each))
            remove = IconButton(
                "close", self.tr("Take {0} out").format(name), name=f"setup.camera.{name}.remove"
            )
            remove.clicked.connect(lambda _=False, each=name: self.removed.emit(each))
            detail = Text(camera_size(config), Role.HINT, elides=True)
            detail.setToolTip(camera_detail(config))
            line = row(edit, spacing=6)
            line.addWidget(detail, 1)
            line.addWidget(remove)
            holder = QWidget()
            holder.setLayout(line)
            self._rows.addWidget(holder)
            parts += [edit, remove]
        place_in_tab_order(self, parts)

    def _rename(self, name: str, edit: QLineEdit) -> None:
        if edit.text().strip() != name and edit.objectName():
            self.renamed.emit(name, edit.text())
            if name in self._cameras:  # it was refused
                edit.setText(name)

    def _build_choice(self) -> None:
        self.choice.blockSignals(True)
        self.choice.clear()
        for camera in self._offered or ():
            self.choice.addItem(camera.name)
        self.choice.blockSignals(False)
        self._propose_name()

    def _propose_name(self) -> None:
        """A virtual camera has one; others are called by what they look at, which nobody knows."""
        offered, place = self._offered or (), self.choice.currentIndex()
        if not 0 <= place < len(offered):
            return
        camera = offered[place]
        wanted = camera.address.rpartition("/")[2] if camera.is_virtual else "front"
        names = [wanted, *(each for each in ("front", "wrist", "top", "side"))]
        free = [each for each in names if each not in self._cameras]
        self.name.setText(next(iter(free), ""))

    def _add(self) -> None:
        offered, place = self._offered or (), self.choice.currentIndex()
        if 0 <= place < len(offered):
            self.added.emit(self.name.text(), dict(offered[place].config))

    def _scale(self) -> None:
        self.name.setFixedHeight(theme().px(_EDITOR))
