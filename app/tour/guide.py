"""Hands and eyes of the guided tour: it clicks, types, waits, and hears what the session says."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from app import session_state
from app.problem_text import problem_text
from app.session_state import SessionState
from app.widgets.camera_tile import CameraTile
from lerobot_core.workers.protocol import (
    EpisodeSaved,
    JointRow,
    Phase,
    RecordingFinished,
    RecordingProgress,
    Telemetry,
)

_LOOK_MS = 20


class TourStepFailed(Exception):
    """What was expected did not happen. The text is for people."""


class Guide(QObject):
    """Uses the window as a person does: through widgets that can be seen and reached."""

    def __init__(self, window: QWidget, session: QObject) -> None:
        """``session`` has a signal ``event_received``, as the session service has."""
        super().__init__(window)
        self.window = window
        self.session = SessionState()
        self.joints: dict[str, JointRow] = {}
        self.engaged_fraction = 0.0
        self.travel: dict[str, tuple[float, float]] = {}  # since ``watch_travel``
        self.progress: RecordingProgress | None = None
        self.saved: list[EpisodeSaved] = []
        self.finished: RecordingFinished | None = None
        session.event_received.connect(self._on_event)  # type: ignore[attr-defined]

    # Eyes

    def find(self, name: str) -> QWidget:
        """The widget of this name that can be seen."""
        found = self.window.findChildren(QWidget, name)
        visible = [widget for widget in found if widget.isVisible()]
        if not visible:
            raise TourStepFailed(f"There is no “{name}” to be seen.")
        return visible[0]

    def names(self, prefix: str) -> list[str]:
        """Object names of what can be seen, from top to bottom."""
        widgets = self.window.findChildren(QWidget)
        seen = [w for w in widgets if w.objectName().startswith(prefix) and w.isVisible()]
        seen.sort(key=lambda widget: widget.mapTo(self.window, widget.rect().topLeft()).y())
        return [widget.objectName() for widget in seen]

    def camera_pictures(self) -> dict[str, QImage]:
        """What each camera tile that can be seen shows now."""
        tiles = [tile for tile in self.window.findChildren(CameraTile) if tile.isVisible()]
        return {tile.camera: tile.picture.grab().toImage() for tile in tiles}

    def problems(self) -> list[str]:
        """The sentences of the problems that are shown."""
        return [problem_text(each.code, each.facts).sentence for each in self.session.problems]

    def watch_travel(self) -> None:
        """Begin to note how far each joint moves."""
        self.travel = {}

    def largest_travel(self) -> float:
        """In the joints' units, since ``watch_travel``."""
        return max((high - low for low, high in self.travel.values()), default=0.0)

    def wait_for(self, what: str, is_true: Callable[[], bool], seconds: float) -> float:
        """Wait with the window alive; returns how long it took.

        Raises:
            TourStepFailed: it did not happen in time.
        """
        began = time.monotonic()
        while not is_true():
            if time.monotonic() - began > seconds:
                raise TourStepFailed(f"{what} did not happen within {seconds:g} s.")
            QTest.qWait(_LOOK_MS)
        return time.monotonic() - began

    def wait_for_phase(self, phase: Phase, seconds: float) -> float:
        what = f"The phase “{phase}” (it is “{self.session.phase}”)"
        return self.wait_for(what, lambda: self.session.phase is phase, seconds)

    def pause(self, seconds: float) -> None:
        """Let the window live on, for the arm to do something worth a picture."""
        QTest.qWait(round(seconds * 1000))

    # Hands

    def click(self, name: str) -> None:
        """Press and release the mouse over a widget that is enabled and not covered."""
        widget = self.find(name)
        if not widget.isEnabled():
            raise TourStepFailed(f"“{name}” is disabled. {widget.toolTip()}".strip())
        self._reach(widget, name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def click_when_ready(self, name: str, seconds: float = 10.0) -> None:
        """Click as soon as it can be seen and is enabled."""

        def is_ready() -> bool:
            found = self.window.findChildren(QWidget, name)
            return any(widget.isVisible() and widget.isEnabled() for widget in found)

        self.wait_for(f"“{name}” to be ready", is_ready, seconds)
        self.click(name)

    def type_into(self, name: str, text: str) -> None:
        """Replace what an editor holds, key by key."""
        editor = self.find(name)
        self._reach(editor, name)
        target = editor.findChild(QLineEdit) if isinstance(editor, QAbstractSpinBox) else editor
        if target is None:
            raise TourStepFailed(f"“{name}” cannot be typed into.")
        QTest.mouseClick(target, Qt.MouseButton.LeftButton)
        QTest.keySequence(target, QKeySequence(QKeySequence.StandardKey.SelectAll))
        QTest.keyClicks(target, text)
        QTest.keyClick(target, Qt.Key.Key_Tab)

    def _reach(self, widget: QWidget, name: str) -> None:
        """Raise TourStepFailed when something else lies where the mouse would hit."""
        QApplication.processEvents()
        spot = widget.mapTo(self.window, widget.rect().center())
        hit = self.window.childAt(spot)
        if hit is None or not (hit is widget or widget.isAncestorOf(hit)):
            covered_by = hit.objectName() or type(hit).__name__ if hit else "nothing of the window"
            raise TourStepFailed(f"“{name}” cannot be reached: {covered_by} is there.")

    # Ears

    @Slot(object)
    def _on_event(self, event: object) -> None:
        self.session = session_state.after(self.session, event)
        match event:
            case Telemetry():
                self.joints, self.engaged_fraction = event.joints, event.engaged_fraction
                self._note_travel()
            case RecordingProgress():
                self.progress = event
            case EpisodeSaved():
                self.saved.append(event)
            case RecordingFinished():
                self.finished = event

    def _note_travel(self) -> None:
        for joint, row in self.joints.items():
            if row.position is not None and not row.stale:
                low, high = self.travel.get(joint, (row.position, row.position))
                self.travel[joint] = (min(low, row.position), max(high, row.position))
