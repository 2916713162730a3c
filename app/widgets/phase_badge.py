"""The phase badge: what the session does, the same on every screen."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.painting import draw_box, draw_text, follow_theme, smooth_painter, text_width
from lerobot_core.workers.protocol import Phase


class PhaseLook(NamedTuple):
    icon: str
    tone: Tone


PHASE_LOOKS = {
    Phase.DISCONNECTED: PhaseLook("circle-outline", Tone.NEUTRAL),
    Phase.CONNECTING: PhaseLook("progress-clock", Tone.NEUTRAL),
    Phase.IDLE: PhaseLook("circle-outline", Tone.NEUTRAL),
    Phase.TELEOPERATING: PhaseLook("gamepad-variant-outline", Tone.ACCENT),
    Phase.RECORDING: PhaseLook("record-circle", Tone.BAD),
    Phase.RESETTING: PhaseLook("restore", Tone.WARN),
    Phase.SAVING: PhaseLook("content-save-outline", Tone.ACCENT),
    Phase.HOLDING: PhaseLook("snowflake", Tone.WARN),
    Phase.GOING_TO_REST: PhaseLook("sleep", Tone.ACCENT),
}


class PhaseBadge(QWidget):
    """Icon, word, and at most one fact."""

    def __init__(self) -> None:
        super().__init__()
        self.phase = Phase.DISCONNECTED
        self.fact = ""
        self.setObjectName("top.phase")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_phase(self.phase)
        follow_theme(self)

    def show_phase(self, phase: Phase, fact: str = "") -> None:
        self.phase, self.fact = phase, fact
        self.setAccessibleName(f"{self.word} {fact}".strip())
        self.updateGeometry()
        self.update()

    @property
    def word(self) -> str:
        return {
            Phase.DISCONNECTED: self.tr("Not connected"),
            Phase.CONNECTING: self.tr("Connecting"),
            Phase.IDLE: self.tr("Idle"),
            Phase.TELEOPERATING: self.tr("Teleoperating"),
            Phase.RECORDING: self.tr("Recording"),
            Phase.RESETTING: self.tr("Resetting"),
            Phase.SAVING: self.tr("Saving"),
            Phase.HOLDING: self.tr("Holding"),
            Phase.GOING_TO_REST: self.tr("Going to rest"),
        }[self.phase]

    def sizeHint(self) -> QSize:
        width = 24 + theme().px(16) + 8 + text_width(self.word, theme().font(Role.HEADING))
        if self.fact:
            width += 6 + text_width(self.fact, theme().font(Role.SMALL))
        return QSize(round(width) + 1, theme().px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, look, rect = theme().tokens, PHASE_LOOKS[self.phase], QRectF(self.rect())
            colour, side = tokens.of(look.tone), theme().px(16)
            draw_box(painter, rect, CONTROL_RADIUS, tokens.tint(look.tone), colour)
            spot = QRectF(12, rect.center().y() - side / 2, side, side)
            draw_icon(painter, look.icon, spot, colour)
            x = 12 + side + 8
            width = text_width(self.word, theme().font(Role.HEADING))
            place = QRectF(x, 0, width, rect.height())
            draw_text(painter, place, self.word, theme().font(Role.HEADING), colour)
            rest = QRectF(x + width + 6, 0, rect.width() - x - width - 12, rect.height())
            draw_text(painter, rest, self.fact, theme().font(Role.SMALL), tokens.text)
