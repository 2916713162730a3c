"""The Calibrate panel: its view, joined to its controllers."""

from PySide6.QtWidgets import QWidget

from app.panels.calibration.controller import CalibrateController
from app.panels.calibration.view import CalibrateView


def calibrate_panel(controller: CalibrateController) -> CalibrateView:
    """The view for a controller, which has heard the set-up worker from its first event."""
    view = CalibrateView(QWidget())
    view.arm_chosen.connect(controller.choose_arm)
    view.advance_requested.connect(controller.advance)
    view.cancel_requested.connect(controller.cancel)
    view.start_again_requested.connect(controller.start_again)
    view.redo_requested.connect(controller.sweep_again)
    view.next_arm_requested.connect(controller.go_on_with_next)
    view.remedy_requested.connect(controller.cure)
    view.dismissed.connect(controller.dismiss)
    view.shown.connect(controller.look_at_files)
    view.arm_page.alone_wanted.connect(controller.begin)
    view.arm_page.mirror_wanted.connect(controller.mirror)
    view.moving.middle_wanted.connect(controller.take_middle)
    view.moving.accepted.connect(controller.accept)
    view.signs_page.check_wanted.connect(controller.check_sign)
    view.signs_page.hands_wanted.connect(controller.sign_by_hands)
    view.mirror_page.ghost_wanted.connect(controller.show_ghost)
    view.hands.wanted.connect(controller.move_by_hands)
    view.library_requested.connect(view.show_library)
    controller.state_changed.connect(view.show_state)
    view.show_state(controller.state)
    return view
