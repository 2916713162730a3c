"""Takes the step that the panel recommends, as the button beside it does."""

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from app.panels.setup.candidates import missing_bench
from app.panels.setup.controller import SetupController
from app.panels.setup.guide import Step, next_step
from app.panels.setup.state import RIG_PAGE
from lerobot_core.workers.protocol import AskBench


class StepTaking(QObject):
    """Beside the panel's controller, which has the state."""

    def __init__(self, setup: SetupController) -> None:
        super().__init__(setup)
        self._setup = setup

    @Slot()
    def do_next(self) -> None:
        """Take the step that is highlighted."""
        setup = self._setup
        step = next_step(setup.state)
        match step.step:
            case Step.PLUG_IN:
                setup.look_again()
            case Step.NEW_RIG:
                setup.new_rig()
            case Step.GET_PERMISSION:
                setup.permission_requested.emit(step.address)
            case Step.ADD_BENCH:
                self.add_bench()
            case Step.FIND_ARM if step.address:
                setup.use_port(step.slot, step.address)
            case Step.FIND_ARM:
                setup.watch_movement()
            case Step.SCAN | Step.REPAIR:
                setup.choose_port(step.address)
                setup.scan(step.address)
            case Step.CAMERAS | Step.NAME:
                setup.show_page(RIG_PAGE)
                setup.field_requested.emit(step.step.value)
            case Step.SAVE:
                setup.save()
            case Step.CALIBRATE | Step.TELEOPERATE:
                setup.panel_requested.emit(step.step.value)

    @Slot()
    def add_bench(self) -> None:
        """Start the virtual bench with arms of the chosen kind; then it is listed."""
        if bench := missing_bench(self._setup.state):
            self._setup.send(AskBench(bench, "scene"))

    @Slot()
    def skip_cameras(self) -> None:
        """This rig does without."""
        self._setup.change(replace(self._setup.state, skips_cameras=True))
