"""Panels that are not built yet say so, what they will be for, and what can be done now."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.theme.type_scale import Role
from app.widgets.button import Button, Kind
from app.widgets.card import Card
from app.widgets.empty_state import EmptyState
from app.widgets.layouts import column, row
from app.widgets.text import Text

_CONTEXT = "Placeholder"


class Plan(NamedTuple):
    """What a panel will be for, and the step that helps today: label, icon, panel."""

    title: str
    icon: str
    purpose: str
    step: str
    step_icon: str
    step_panel: str


PLANS = {
    "setup": Plan(
        "Set up",
        "tools",
        "Here you will find the arms and cameras on this machine, give ids to servos, and put a "
        "rig together. Until then the virtual SO-101 works without any hardware.",
        "Go to Teleoperate",
        "gamepad-variant-outline",
        "teleoperate",
    ),
    "datasets": Plan(
        "Datasets",
        "database-outline",
        "Here you will browse, play and edit episodes, and upload datasets. What you record is "
        "already kept on this machine as a LeRobotDataset; Settings shows the folder.",
        "Record one",
        "record-circle-outline",
        "record",
    ),
    "train": Plan(
        "Train",
        "chart-line",
        "Here you will train policies on your datasets and watch the curves. The datasets you "
        "record now can be used for it.",
        "Record a dataset",
        "record-circle-outline",
        "record",
    ),
    "deploy": Plan(
        "Deploy",
        "rocket-launch-outline",
        "Here you will run a policy on the arm, rehearse it, and take over by hand at any moment. "
        "Until then the demonstrator can drive the virtual arm.",
        "Go to Teleoperate",
        "gamepad-variant-outline",
        "teleoperate",
    ),
}


def placeholder(key: str, open_panel: Callable[[str], None]) -> QWidget:
    """The panel ``key``, which is not built yet."""
    plan = PLANS[key]
    step = Button(_tr(plan.step), kind=Kind.PRIMARY, icon=plan.step_icon, name=f"{key}.step")
    step.clicked.connect(lambda: open_panel(plan.step_panel))
    card = Card()
    card.body.addWidget(EmptyState(plan.icon, _tr("Not built yet"), _tr(plan.purpose), step))
    panel = QWidget()
    panel.setObjectName(f"{key}.panel")
    head = row(Text(_tr(plan.title), Role.TITLE), None)
    head.setContentsMargins(0, 6, 0, 6)
    layout = column(head, spacing=8, margins=(16, 12, 16, 16))
    layout.addWidget(card, 1)
    panel.setLayout(layout)
    return panel


def _tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)
