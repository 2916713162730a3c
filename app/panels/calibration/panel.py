"""The Calibrate panel: its views, joined to their controllers."""

from app.panels.calibration.controller import CalibrateController
from app.panels.calibration.library import LibraryController
from app.panels.calibration.library_view import LibraryView
from app.panels.calibration.state import CalibrateState
from app.panels.calibration.view import CalibrateView


def calibrate_panel(controller: CalibrateController, library: LibraryController) -> CalibrateView:
    """The view for controllers, which have heard the set-up worker from its first event."""
    view = CalibrateView(_library_view(library))
    view.arm_chosen.connect(controller.choose_arm)
    view.advance_requested.connect(controller.advance)
    view.cancel_requested.connect(controller.cancel)
    view.start_again_requested.connect(controller.start_again)
    view.redo_requested.connect(controller.sweep_again)
    view.once_more_requested.connect(controller.begin)
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
    view.library_requested.connect(lambda shows: library.refresh() if shows else None)
    view.library_requested.connect(view.show_library)
    controller.saved.connect(library.refresh)
    library.files_changed.connect(controller.look_at_files)

    def show(state: CalibrateState) -> None:
        library.use_arm(state.arm)
        view.show_state(state)

    controller.state_changed.connect(show)
    show(controller.state)
    return view


def _library_view(library: LibraryController) -> LibraryView:
    view = LibraryView()
    view.chosen.connect(library.choose)
    view.import_wanted.connect(library.bring_in)
    view.export_wanted.connect(library.hand_out)
    view.rename_wanted.connect(library.rename)
    view.duplicate_wanted.connect(library.duplicate)
    view.trash_wanted.connect(library.throw_away)
    view.undo_wanted.connect(library.undo)
    view.use_wanted.connect(library.use_for_arm)
    view.read_wanted.connect(library.read_arm)
    view.dismissed.connect(library.dismiss)
    library.state_changed.connect(view.show_state)
    view.show_state(library.state)
    return view
