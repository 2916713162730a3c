"""The Faults panel: its view, joined to its controller."""

from app.panels.faults.controller import FaultsController
from app.panels.faults.view import FaultsView


def faults_panel(controller: FaultsController) -> FaultsView:
    view = FaultsView()
    view.shown.connect(controller.watch)
    view.dismissed.connect(controller.dismiss)
    view.active.undo_wanted.connect(controller.undo)
    view.active.end_wanted.connect(controller.end_all)
    view.hands.chain_chosen.connect(controller.choose_chain)
    view.hands.moved.connect(controller.move)
    view.hands.sweep_wanted.connect(controller.sweep)
    view.hands.let_go_wanted.connect(controller.let_go)
    view.servos.only_chosen.connect(controller.plug_in_only)
    view.servos.new_wanted.connect(controller.make_new)
    view.servos.ready_wanted.connect(controller.make_ready)
    view.faults.toggled.connect(controller.toggle)
    view.faults.chosen.connect(controller.choose)
    view.faults.group_chosen.connect(controller.choose_group)
    controller.state_changed.connect(view.show_state)
    view.show_state(controller.state)
    return view
