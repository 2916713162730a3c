"""Segmented control: two to four choices that exclude each other."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from app.theme.theme import theme
from app.theme.type_scale import CONTROL_RADIUS, SEGMENT_RADIUS
from app.widgets.button import IN_CARD, Button, Kind
from app.widgets.painting import draw_box, draw_focus_ring, follow_theme, smooth_painter


class Option(NamedTuple):
    key: str
    label: str
    icon: str = ""


class _Segment(Button):
    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect = theme().tokens, QRectF(self.rect())
            if self.isChecked():
                draw_box(painter, rect, SEGMENT_RADIUS, tokens.surface, tokens.edge)
            if self.has_keyboard_focus:
                draw_focus_ring(painter, rect, SEGMENT_RADIUS)
            ink = tokens.text if self.isChecked() or self.underMouse() else tokens.text2
            self._paint_content(painter, rect, ink if self.isEnabled() else tokens.text3)


class Segmented(QWidget):
    """Names its segments “<name>.<key>”. Arrow keys move between them."""

    chosen = Signal(str)  # by the operator; ``choose`` does not emit

    def __init__(self, options: Sequence[Option], *, name: str, label: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._segments: dict[str, _Segment] = {}
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for option in options:
            segment = _Segment(
                option.label,
                kind=Kind.GHOST,
                icon=option.icon,
                size=IN_CARD,
                name=f"{name}.{option.key}",
            )
            segment.setCheckable(True)
            segment.clicked.connect(lambda _=False, key=option.key: self.chosen.emit(key))
            self._segments[option.key] = segment
            self._group.addButton(segment)
            layout.addWidget(segment)
        follow_theme(self)

    def choose(self, key: str) -> None:
        if key in self._segments:
            self._segments[key].setChecked(True)

    @property
    def choice(self) -> str:
        return next((key for key, part in self._segments.items() if part.isChecked()), "")

    def segment(self, key: str) -> Button:
        """One of its parts, for instance to disable it with a reason."""
        return self._segments[key]

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), theme().px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            draw_box(painter, QRectF(self.rect()), CONTROL_RADIUS, theme().tokens.track)
