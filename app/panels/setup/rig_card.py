"""The rig that is being built: name, arms, cameras, limits; saved, copied, thrown away."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.panels.setup.rig_arms import RigArms
from app.panels.setup.rig_cameras import RigCameras
from app.panels.setup.rig_words import (
    comes_with_program,
    missing_text,
    name_error,
    news_text,
    rest_pose_text,
    rig_fact,
    save_label,
)
from app.panels.setup.state import SetupState
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.button import SMALL, Button, Kind
from app.widgets.field import DecimalField, Field, NumberField, TextField
from app.widgets.layouts import column, row
from app.widgets.select import Select
from app.widgets.text import Separator, StatusText, Text
from lerobot_core.control.rig_building import RigLimits


class RigCard(QWidget):
    """Says every change at once. ``fact`` is for the head of the card that holds it."""

    name_changed = Signal(str)
    limits_changed = Signal(object)  # RigLimits
    save_requested = Signal()
    duplicate_requested = Signal()
    delete_requested = Signal()
    undo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fact = ""
        self._limits = RigLimits()
        self.name = TextField(self.tr("Name of the rig"), name="setup.rig_name")
        self.name.edit.textEdited.connect(self.name_changed)
        self.arms, self.cameras = RigArms(), RigCameras()
        self._no_kind = Text(self.tr("Choose a kind of rig at the left."), Role.HINT, wraps=True)
        self._build_limits()
        self._build_foot()
        top = row(spacing=12)
        top.addWidget(self.name, 4)
        top.addLayout(self._limit_fields(), 5)
        columns = row(spacing=12)
        columns.addLayout(self._left(), 3)
        columns.addWidget(Separator(upright=True))
        columns.addWidget(self.cameras, 2)
        layout = column(spacing=8)
        layout.addLayout(top)
        layout.addLayout(columns, 1)
        layout.addWidget(self._news_line)
        layout.addLayout(self._foot)
        self.setLayout(layout)

    def _left(self) -> QVBoxLayout:
        left = column(Text(self.tr("Arms"), Role.SMALL), spacing=4)
        left.addWidget(self._no_kind)
        left.addWidget(self.arms)
        left.addStretch(1)
        left.addWidget(self._rest)
        return left

    def _build_limits(self) -> None:
        limits = self._limits
        self.speed = NumberField(
            self.tr("Speed limit"),
            round(100 * limits.speed_fraction),
            1,
            100,
            name="setup.speed_limit",
            unit="%",
        )
        self.ease_in = DecimalField(
            self.tr("Ease-in"), limits.ease_in_s, 0.0, 10.0, name="setup.ease_in", unit="s"
        )
        self._silence = Select(name="setup.on_silence", label=self.tr("If the session is silent"))
        self._silence.addItem(self.tr("hold"), "hold")
        self._silence.addItem(self.tr("release"), "release")
        self._rest = Text("", Role.HINT, elides=True)
        self.speed.edit.valueChanged.connect(
            lambda percent: self._say(replace(self._limits, speed_fraction=percent / 100))
        )
        self.ease_in.edit.valueChanged.connect(
            lambda seconds: self._say(replace(self._limits, ease_in_s=round(seconds, 1)))
        )
        self._silence.activated.connect(
            lambda place: self._say(
                replace(self._limits, on_silence=str(self._silence.itemData(place)))
            )
        )

    def _limit_fields(self) -> QHBoxLayout:
        line = row(spacing=8)
        line.addWidget(self.speed, 1)
        line.addWidget(self.ease_in, 1)
        line.addWidget(Field(self.tr("On silence"), self._silence), 1)
        return line

    def _build_foot(self) -> None:
        self.duplicate = Button(
            self.tr("Duplicate"),
            kind=Kind.GHOST,
            icon="content-copy",
            size=SMALL,
            name="setup.duplicate_rig",
        )
        self.delete = Button(
            self.tr("Delete"),
            kind=Kind.GHOST,
            icon="delete-outline",
            size=SMALL,
            name="setup.delete_rig",
        )
        self.undo = Button(self.tr("Undo"), icon="undo", size=SMALL, name="setup.undo_delete")
        self.save = Button(
            "", kind=Kind.PRIMARY, icon="content-save-outline", name="setup.save_rig"
        )
        self._status = StatusText("")
        self._news = Text("", Role.SMALL, elides=True)
        self.duplicate.clicked.connect(self.duplicate_requested)
        self.delete.clicked.connect(self.delete_requested)
        self.undo.clicked.connect(self.undo_requested)
        self.save.clicked.connect(self.save_requested)
        self.name.edit.returnPressed.connect(self.save.click)
        self._news_line = QWidget()
        news = row(spacing=8)
        news.addWidget(self._news, 1)
        news.addWidget(self.undo)
        self._news_line.setLayout(news)
        self._foot = row(self.duplicate, self.delete, spacing=4)
        self._foot.addStretch(1)
        self._foot.addWidget(self._status)
        self._foot.addSpacing(8)
        self._foot.addWidget(self.save)

    def show_state(self, state: SetupState) -> None:
        self.fact = rig_fact(state)
        if self.name.edit.text() != state.draft.name:
            self.name.edit.setText(state.draft.name)
        self.name.set_error(name_error(state))
        self._no_kind.setVisible(not state.draft.kind)
        self.arms.show_state(state)
        self.cameras.show_state(state)
        self._show_limits(state)
        self._show_foot(state)

    def go_to(self, field: str) -> None:
        """“name” or “cameras”: put the cursor where it is typed."""
        if field == "cameras":
            self.cameras.go_to()
            return
        self.name.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.name.edit.selectAll()

    def _show_limits(self, state: SetupState) -> None:
        self._limits = state.draft.limits
        percent = round(100 * self._limits.speed_fraction)
        if self.speed.edit.value() != percent:
            self.speed.edit.setValue(percent)
        if abs(self.ease_in.edit.value() - self._limits.ease_in_s) > 0.05:
            self.ease_in.edit.setValue(self._limits.ease_in_s)
        self._silence.setCurrentIndex(self._silence.findData(self._limits.on_silence))
        self._rest.setText(rest_pose_text(state))

    def _show_foot(self, state: SetupState) -> None:
        buttons = (self.undo, self.delete, self.duplicate, self.save)
        focused = next((button for button in buttons if button.hasFocus()), None)
        missing = missing_text(state)
        reason = missing or (self.tr("Saved as it is.") if state.is_saved else "")
        self.save.show_action(save_label(state), "content-save-outline")
        self.save.set_available(not reason, reason)
        tone, icon = (Tone.WARN, "alert") if missing else (Tone.OK, "check-circle")
        self._status.show_status(reason, tone, icon)
        self._status.setVisible(bool(reason))
        self.duplicate.setVisible(bool(state.saved_name))
        can_go = bool(state.saved_name) and not comes_with_program(state.saved_name)
        self.delete.setVisible(can_go)
        self._news.setText(news_text(state.news))
        self._news.setToolTip(news_text(state.news))
        self.undo.setVisible(bool(state.trashed_name))
        self._news_line.setVisible(bool(state.trashed_name) or state.news is not None)
        if focused is not None and not _is_open(focused):
            # Not to whatever stands next: undoing comes after deleting.
            after = next((each for each in buttons if _is_open(each)), self.name.edit)
            after.setFocus(Qt.FocusReason.TabFocusReason)

    def _say(self, limits: RigLimits) -> None:
        if limits != self._limits:
            self._limits = limits
            self.limits_changed.emit(limits)


def _is_open(button: Button) -> bool:
    """It may be clicked."""
    return button.isVisible() and button.isEnabled()
