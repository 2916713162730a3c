"""The second step: somebody holds the arm, and torque goes off."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.panels.calibration.state import CalibrateState
from app.panels.calibration.words import joint_list, tr
from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.type_scale import Role
from app.widgets.card import Card
from app.widgets.layouts import column, row
from app.widgets.text import Text

_LINE = 520


class ReleasePage(Card):
    """One sentence, and what else is settled at this moment."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._what = Text(tr("Hold the arm with one hand"), Role.STATE)
        self._why = Text(
            tr("With the next step all its servos go limp, and an arm that nobody holds falls."),
            Role.BODY,
            wraps=True,
        )
        self._middles = Text("", Role.BODY, wraps=True)
        for text in (self._what, self._why, self._middles):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lines = column(self._what, self._why, self._middles, spacing=10)
        self.body.addStretch(1)
        self.body.addWidget(self._icon)
        self.body.addLayout(row(None, lines, None))
        self.body.addStretch(1)
        self._scale()
        theme().changed.connect(self._scale)

    def show_state(self, state: CalibrateState) -> None:
        middles = joint_list(state.full_turns)
        sentence = tr("Put {0} straight first: what turns all the way has its middle taken now.")
        self._middles.setText(sentence.format(middles) if middles else "")
        self._middles.setVisible(bool(middles))
        self._scale()

    def _scale(self) -> None:
        size = theme().px(44)
        self._icon.setPixmap(
            icon_pixmap("hand-front-right-outline", theme().tokens.accent, size, 2.0)
        )
        width = theme().px(_LINE)
        for text in (self._why, self._middles):
            text.ensurePolished()
            text.setFixedWidth(width)
            text.setFixedHeight(max(text.heightForWidth(width), 0))
