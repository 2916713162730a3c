"""The Set up panel: its view, joined to its controller."""

from PySide6.QtCore import QObject

from app.panels.setup import steps
from app.panels.setup.controller import SetupController
from app.panels.setup.pages import setup_pages
from app.panels.setup.registers_controller import RegistersController
from app.panels.setup.rig_parts import RigParts
from app.panels.setup.state import IDS_PAGE
from app.panels.setup.step_taking import StepTaking
from app.panels.setup.steps import joint_to_show, other_slot
from app.panels.setup.view import SetupView
from app.services.previews import Previews
from lerobot_core.workers.protocol import FindingSeen


class SetupPanel(QObject):
    """Joins them; lives as long as the view."""

    def __init__(
        self, view: SetupView, controller: SetupController, registers: RegistersController
    ) -> None:
        super().__init__(view)
        self._view, self._controller = view, controller
        taking, parts = StepTaking(controller), RigParts(controller)
        view.opened.connect(controller.open)
        view.hidden.connect(controller.close)
        view.page_chosen.connect(controller.show_page)
        view.new_rig_requested.connect(controller.new_rig)
        view.dismissed.connect(controller.dismiss)
        view.look_again_requested.connect(controller.try_again)
        view.rest_requested.connect(controller.go_to_rest)
        view.servo_chosen.connect(controller.choose_servo)
        view.registers_requested.connect(registers.read)
        view.guide.step_wanted.connect(taking.do_next)
        view.guide.skip_wanted.connect(taking.skip_cameras)
        view.guide.kind_chosen.connect(parts.choose_kind)
        view.devices.kind_chosen.connect(parts.choose_kind)
        view.devices.bench_requested.connect(taking.add_bench)
        view.devices.port_chosen.connect(controller.choose_port)
        view.devices.look_again_requested.connect(controller.look_again)
        view.devices.permission_wanted.connect(view.show_permission)
        view.chain.scan_requested.connect(controller.scan)
        view.chain.cancel_requested.connect(controller.stop)
        view.chain.step_wanted.connect(self._take_step)
        view.which_arm.watch_requested.connect(controller.watch_movement)
        view.which_arm.stop_requested.connect(controller.stop_movement)
        view.which_arm.slot_chosen.connect(controller.choose_slot)
        view.which_arm.use_requested.connect(controller.use_port)
        controller.permission_requested.connect(view.show_permission)
        controller.state_changed.connect(view.show_state)
        view.show_state(controller.state)

    def _take_step(self, key: str, finding: FindingSeen | None) -> None:
        """What a button beside a finding does."""
        state, controller = self._controller.state, self._controller
        match key:
            case steps.SHOW:
                joint = joint_to_show(state, finding)
                servo = next((each for each in state.arm.servos if each.joint == joint), None)
                if servo is not None:
                    self._view.show_servo(servo.servo_id)
            case steps.IDS:
                controller.show_page(IDS_PAGE)
            case steps.PERMISSION:
                self._view.show_permission(state.port)
            case steps.MOVE if finding is not None:
                controller.use_port(other_slot(state, finding), state.port)
            case steps.CALIBRATE:
                controller.panel_requested.emit("calibrate")


def setup_panel(controller: SetupController, session_pictures: Previews) -> SetupView:
    """The view for a controller, which has heard the set-up worker from its first event."""
    registers = RegistersController(controller)
    pages, title_buttons = setup_pages(controller, registers)
    view = SetupView(controller.pictures, session_pictures, pages, title_buttons)
    SetupPanel(view, controller, registers)
    return view
