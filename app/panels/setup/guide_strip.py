"""The one next step, with the one button that takes it."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

from app.arm_text import rig_label
from app.panels.setup.guide import Step, next_step
from app.panels.setup.state import SetupState
from app.panels.setup.words import guide_text
from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CARD_RADIUS, Role
from app.widgets.button import NORMAL, Button, Kind
from app.widgets.layouts import column, row
from app.widgets.painting import draw_box, follow_theme, smooth_painter
from app.widgets.text import Text
from lerobot_core.control.rig_building import RIG_KINDS


class GuideStrip(QFrame):
    """Only the kind of rig is chosen from several buttons: “setup.kind.<kind>”."""

    step_wanted = Signal()
    kind_chosen = Signal(str)
    skip_wanted = Signal()  # of the cameras

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("setup.guide")
        self._mark = QLabel()
        self._heading = Text("", Role.HEADING, wraps=True)
        self._how = Text("", Role.BODY, wraps=True)
        self._how.setProperty("quiet", True)
        self.next = Button("", kind=Kind.PRIMARY, size=NORMAL, name="setup.next")
        self.next.clicked.connect(self.step_wanted)
        self.skip = Button(self.tr("Without cameras"), size=NORMAL, name="setup.skip")
        self.skip.clicked.connect(self.skip_wanted)
        self.kinds: dict[str, Button] = {}
        line = row(self._mark, spacing=12, margins=(14, 6, 10, 6))
        line.addLayout(column(None, self._heading, self._how, None, spacing=0), 1)
        for kind in RIG_KINDS:
            button = Button(rig_label(kind), size=NORMAL, name=f"setup.kind.{kind}")
            button.clicked.connect(lambda _=False, key=kind: self.kind_chosen.emit(key))
            self.kinds[kind] = button
            line.addWidget(button)
        line.addWidget(self.skip)
        line.addWidget(self.next)
        self.setLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._dress)
        follow_theme(self)
        self._dress()

    def show_state(self, state: SetupState) -> None:
        step = next_step(state)
        text = guide_text(step, state)
        self._heading.setText(text.heading)
        self._how.setText(text.how)
        self.setAccessibleName(text.heading)
        self.setAccessibleDescription(text.how)
        if text.action:
            self.next.show_action(text.action, text.icon)
        self.next.setVisible(bool(text.action))
        self.skip.setVisible(step.step is Step.CAMERAS)
        for button in self.kinds.values():
            button.setVisible(step.step is Step.CHOOSE_KIND)

    @property
    def heading(self) -> str:
        return self._heading.text()

    def _dress(self) -> None:
        self._mark.setPixmap(
            icon_pixmap("arrow-right-circle", theme().tokens.accent, theme().px(20), 2.0)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        with smooth_painter(self) as painter:
            ground, border = tokens.tint(Tone.ACCENT), tokens.of(Tone.ACCENT)
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, ground, border)
