"""Teleoperate: the operator drives the arm, and sees how well it follows."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.teleoperation.controller import TeleoperationController
from app.panels.teleoperation.view import TeleoperationView
from app.services.previews import Previews
from app.services.session_service import SessionService


class TeleoperationPanel(QWidget):
    """State, controller and view, joined. ``panel_requested`` names a panel with a remedy."""

    panel_requested = Signal(str)

    def __init__(
        self, session: SessionService, previews: Previews, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel.teleoperate")
        self.controller = TeleoperationController(session, self)
        self.view = TeleoperationView(previews)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        controller, view = self.controller, self.view
        view.toggle_requested.connect(controller.toggle)
        view.speed_chosen.connect(controller.set_speed)
        view.remedy_requested.connect(controller.cure)
        view.dismissed.connect(controller.dismiss)
        view.preview_rate_chosen.connect(previews.set_rate)
        controller.state_changed.connect(view.show_state)
        controller.sampled.connect(view.add_sample)
        controller.panel_requested.connect(self.panel_requested)
        view.show_state(controller.state)
