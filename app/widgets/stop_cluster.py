"""STOP; after the first press “Go to rest” and “Release” in its place."""

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.widgets.button import PANEL, STOP_SIZE, Button, Kind
from app.widgets.stop_sequence import Press, StopSequence
from lerobot_core.workers.protocol import Phase

STOP_KEY = "Ctrl+."
SECOND_STOP_KEY = "Pause"


class StopCluster(QWidget):
    """The buttons and their keys.

    Release stands where STOP stood, with the same right edge and key, so that a second blind
    press lands on it. The keys work in every window of the program, popovers included.
    """

    stop_requested = Signal()
    release_requested = Signal()
    rest_requested = Signal()

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._sequence = StopSequence(now)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.rest_button = Button(self.tr("Go to rest"), icon="sleep", size=PANEL, name="top.rest")
        self.stop_button = self._stop_button(self.tr("STOP"), "octagon", "top.stop")
        self.release_button = self._stop_button(self.tr("Release"), "flash-off", "top.release")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in (self.rest_button, self.stop_button, self.release_button):
            layout.addWidget(button)
        self.rest_button.clicked.connect(self.rest_requested)
        self.stop_button.clicked.connect(self.press)
        self.release_button.clicked.connect(self.press)
        for key in (STOP_KEY, SECOND_STOP_KEY):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self.press)
        self._show()

    def _stop_button(self, text: str, icon: str, name: str) -> Button:
        button = Button(
            text,
            kind=Kind.STOP,
            icon=icon,
            size=STOP_SIZE,
            key=STOP_KEY,
            binds_key=False,  # bound once, for the whole application
            name=name,
        )
        button.setAccessibleDescription(self.tr("Keys: {0} and {1}").format(STOP_KEY, "Pause"))
        return button

    def press(self) -> None:
        """Whoever pressed: key, mouse or test."""
        match self._sequence.press():
            case Press.STOP:
                self.stop_requested.emit()
            case Press.RELEASE:
                self.release_requested.emit()
        self._show()

    def show_phase(self, phase: Phase, *, torque_on: bool, can_move: bool = True) -> None:
        """``can_move``: a session answers. The guard of one that is gone can only release."""
        self._sequence.follow(phase, torque_on=torque_on)
        reason = self.tr("Only a session that runs can move the arm: restart it first.")
        self.rest_button.set_available(can_move, reason)
        self._show()

    def _show(self) -> None:
        holding = self._sequence.offers_release
        had_focus = self.stop_button.hasFocus()
        self.rest_button.setVisible(holding)
        self.release_button.setVisible(holding)
        self.stop_button.setVisible(not holding)
        if holding and had_focus:
            # Otherwise Qt hands the focus to “Go to rest”, and Enter would move the arm.
            self.release_button.setFocus(Qt.FocusReason.OtherFocusReason)
