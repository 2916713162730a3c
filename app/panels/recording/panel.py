"""The Record panel: its view, joined to its controller."""

from app.panels.recording.controller import RecordingController
from app.panels.recording.view import RecordingView
from app.services.previews import Previews


def recording_panel(controller: RecordingController, previews: Previews) -> RecordingView:
    """The view for a controller, which has heard the session from its first event."""
    view = RecordingView(previews)
    view.plan_changed.connect(controller.set_plan)
    view.advance_requested.connect(controller.advance)
    view.redo_requested.connect(controller.redo)
    view.stop_requested.connect(controller.stop)
    view.folder_requested.connect(controller.open_folder)
    view.next_requested.connect(controller.plan_next)
    view.watched.connect(controller.set_watched)
    view.remedy_requested.connect(controller.cure)
    view.dismissed.connect(controller.dismiss)
    controller.field_requested.connect(view.go_to_field)
    controller.state_changed.connect(view.show_state)
    view.show_state(controller.state)
    return view
