"""The Teleoperate panel: its view, joined to its controller."""

from app.panels.teleoperation.controller import TeleoperationController
from app.panels.teleoperation.view import TeleoperationView
from app.services.previews import Previews


def teleoperation_panel(
    controller: TeleoperationController, previews: Previews
) -> TeleoperationView:
    """The view for a controller, which has heard the session from its first event."""
    view = TeleoperationView(previews)
    view.toggle_requested.connect(controller.toggle)
    view.speed_chosen.connect(controller.set_speed)
    view.rest_here_wanted.connect(controller.record_rest)
    view.remedy_requested.connect(controller.cure)
    view.dismissed.connect(controller.dismiss)
    view.preview_rate_chosen.connect(previews.set_rate)
    controller.sampled.connect(view.add_sample)
    controller.state_changed.connect(view.show_state)
    view.show_state(controller.state)
    return view
