"""The pages below the chain, joined to the controller."""

from PySide6.QtWidgets import QWidget

from app.panels.setup.controller import SetupController
from app.panels.setup.ids_card import IdsCard
from app.panels.setup.state import IDS_PAGE


def setup_pages(controller: SetupController) -> dict[str, QWidget]:
    """By their names, in the order in which they are offered."""
    return {IDS_PAGE: _ids_page(controller)}


def _ids_page(controller: SetupController) -> IdsCard:
    card = IdsCard()
    card.begin_requested.connect(controller.begin_ids)
    card.in_place_requested.connect(controller.begin_ids_in_place)
    card.write_requested.connect(controller.write_id)
    card.skip_requested.connect(controller.skip_joint)
    card.joint_chosen.connect(controller.choose_joint)
    card.stop_requested.connect(controller.stop)
    card.anew_requested.connect(controller.forget_ids)
    card.scan_requested.connect(controller.scan)
    card.bench_asked.connect(controller.ask_bench)
    return card
