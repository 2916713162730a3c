"""The pages below the chain and the buttons of the title row, joined to the controller."""

from PySide6.QtWidgets import QWidget

from app.panels.setup.controller import SetupController
from app.panels.setup.ids_card import IdsCard
from app.panels.setup.ids_controller import IdsController
from app.panels.setup.registers_card import RegistersCard
from app.panels.setup.registers_controller import RegistersController
from app.panels.setup.rig_card import RigCard
from app.panels.setup.rig_parts import RigParts
from app.panels.setup.rig_shelf import RigShelf
from app.panels.setup.state import IDS_PAGE, REGISTERS_PAGE, RIG_PAGE
from app.panels.setup.title_buttons import TitleButtons


def setup_pages(
    controller: SetupController, registers: RegistersController
) -> tuple[dict[str, QWidget], list[QWidget]]:
    """Pages by their names, in the order in which they are offered, and the title's buttons."""
    shelf = RigShelf(controller)
    pages: dict[str, QWidget] = {
        RIG_PAGE: _rig_page(controller, shelf),
        IDS_PAGE: _ids_page(controller),
        REGISTERS_PAGE: _registers_page(registers),
    }
    buttons = TitleButtons()
    buttons.import_requested.connect(shelf.take_in)
    buttons.export_requested.connect(shelf.hand_out)
    controller.state_changed.connect(buttons.show_state)
    buttons.show_state(controller.state)
    return pages, [buttons]


def _rig_page(controller: SetupController, shelf: RigShelf) -> RigCard:
    card = RigCard()
    parts = RigParts(controller)
    card.name_changed.connect(parts.set_name)
    card.limits_changed.connect(parts.set_limits)
    card.save_requested.connect(controller.save)
    card.duplicate_requested.connect(shelf.duplicate)
    card.delete_requested.connect(shelf.throw_away)
    card.undo_requested.connect(shelf.put_back)
    card.arms.port_chosen.connect(controller.use_port)
    card.arms.calibrate_requested.connect(lambda: controller.panel_requested.emit("calibrate"))
    card.cameras.added.connect(parts.add_camera)
    card.cameras.renamed.connect(parts.rename_camera)
    card.cameras.removed.connect(parts.remove_camera)
    controller.field_requested.connect(card.go_to)
    return card


def _ids_page(controller: SetupController) -> IdsCard:
    card, ids = IdsCard(), IdsController(controller)
    card.begin_requested.connect(ids.begin)
    card.in_place_requested.connect(ids.begin_in_place)
    card.write_requested.connect(ids.write)
    card.skip_requested.connect(ids.skip_joint)
    card.joint_chosen.connect(ids.choose_joint)
    card.stop_requested.connect(controller.stop)
    card.anew_requested.connect(ids.forget)
    card.scan_requested.connect(controller.scan)
    card.bench_asked.connect(ids.ask_bench)
    return card


def _registers_page(controller: RegistersController) -> RegistersCard:
    card = RegistersCard()
    card.read_requested.connect(controller.read)
    card.register_changed.connect(controller.write)
    card.backup_requested.connect(controller.back_up)
    card.restore_requested.connect(controller.restore)
    return card
