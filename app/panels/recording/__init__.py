"""Record: episodes of a task, into a dataset."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.recording.controller import RecordingController
from app.panels.recording.view import RecordingView
from app.services.previews import Previews
from app.services.session_service import SessionService


class RecordingPanel(QWidget):
    """State, controller and view, joined. ``panel_requested`` names a panel with a remedy."""

    panel_requested = Signal(str)

    def __init__(
        self, session: SessionService, previews: Previews, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel.record")
        self.controller = RecordingController(session, self)
        self.view = RecordingView(previews)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        controller, view = self.controller, self.view
        view.card.advance_requested.connect(controller.advance)
        view.card.redo_requested.connect(controller.redo)
        view.card.stop_requested.connect(controller.stop)
        view.card.folder_requested.connect(controller.open_folder)
        view.card.next_requested.connect(controller.plan_next)
        view.form.plan_changed.connect(controller.set_plan)
        view.remedy_requested.connect(controller.cure)
        view.dismissed.connect(controller.dismiss)
        controller.field_requested.connect(view.go_to_field)
        controller.state_changed.connect(view.show_state)
        controller.panel_requested.connect(self.panel_requested)
        view.show_state(controller.state)

    def showEvent(self, event: QShowEvent) -> None:
        self.controller.set_watched(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.controller.set_watched(False)
        super().hideEvent(event)
