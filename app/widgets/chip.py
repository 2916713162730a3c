"""Chips: one device each, with its state; a click opens the details."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.theme.icons import STATE_ICONS, draw_icon
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CONTROL_RADIUS, PILL_RADIUS, Role
from app.widgets.button import Button, Size
from app.widgets.layouts import clear
from app.widgets.painting import (
    draw_box,
    draw_focus_ring,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.popover import Popover
from app.widgets.text import STATE_TONES, StatusText, Text
from lerobot_core.workers.protocol import DeviceState

_CHIP = Size(30, Role.SMALL, 14, 9)
TROUBLE = (DeviceState.WARN, DeviceState.BAD)


class Chip(Button):
    """State icon, name, reading. In trouble the word takes the reading's place, on a tint."""

    details_wanted = Signal()  # the popover is about to show: now is the time for fresh facts

    def __init__(self, device: str, *, name: str = "") -> None:
        super().__init__(device, size=_CHIP, name=name)
        self._device = device
        self._state = DeviceState.NONE
        self._word = self._reading = ""
        self._facts: list[tuple[str, str]] = []
        self._popover: Popover | None = None
        self.clicked.connect(self._toggle_details)
        self.show_device(DeviceState.NONE, "", "")

    def show_device(self, state: DeviceState, word: str, reading: str) -> None:
        """``word`` says what is wrong or goes on; ``reading`` is shown when all is well."""
        if (state, word, reading) == (self._state, self._word, self._reading):
            return
        needs_room = len(word) != len(self._word) or len(reading) != len(self._reading)
        needs_room = needs_room or state is not self._state
        self._state, self._word, self._reading = state, word, reading
        self.setAccessibleName(f"{self._device}: {word or state} {reading}".strip())
        if needs_room:
            self.updateGeometry()
        self.update()

    def set_details(self, facts: Sequence[tuple[str, str]]) -> None:
        """What the popover lists: label and value, with units."""
        if list(facts) == self._facts:
            return
        self._facts = list(facts)
        if self._popover is not None and self._popover.isVisible():
            self._fill(self._popover)

    @property
    def is_in_trouble(self) -> bool:
        return self._state in TROUBLE

    def _said(self) -> str:
        if self._state is DeviceState.OK:
            return self._reading
        return self._word

    def sizeHint(self) -> QSize:
        return QSize(self.width_saying(self._said()), theme().px(30))

    def width_saying(self, said: str) -> int:
        """How wide it is with this text beside its name."""
        width = 18 + theme().px(14) + 6 + text_width(self._device, theme().font(Role.HEADING))
        if said:
            width += 7 + text_width(said, theme().font(Role.SMALL))
        return round(width) + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, tone = theme().tokens, STATE_TONES[self._state]
            rect = QRectF(self.rect())
            ground = tokens.tint(tone) if self.is_in_trouble else tokens.raised
            if self.underMouse() and not self.is_in_trouble:
                ground = tokens.hover
            draw_box(painter, rect, CONTROL_RADIUS, ground)
            if self.has_keyboard_focus:
                draw_focus_ring(painter, rect, CONTROL_RADIUS)
            self._paint_words(painter, rect, tokens.of(tone))

    def _paint_words(self, painter: QPainter, rect: QRectF, colour: str) -> None:
        tokens, side = theme().tokens, theme().px(14)
        draw_icon(
            painter,
            STATE_ICONS[self._state],
            QRectF(9, rect.center().y() - side / 2, side, side),
            colour,
        )
        x = 9.0 + side + 6
        name_font = theme().font(Role.HEADING)
        width = text_width(self._device, name_font)
        draw_text(painter, QRectF(x, 0, width, rect.height()), self._device, name_font, tokens.text)
        x += width + 7
        said = self._said()
        ink = tokens.text2 if self._state in (DeviceState.OK, DeviceState.NONE) else colour
        place = QRectF(x, 0, rect.width() - x - 6, rect.height())
        draw_text(painter, place, said, theme().font(Role.SMALL), ink)

    def _toggle_details(self) -> None:
        if self._popover is not None and self._popover.isVisible():
            self._popover.close_popover()
            return
        self.details_wanted.emit()
        if self._popover is None:
            self._popover = Popover(self)
        self._fill(self._popover)
        self._popover.show_under(self)

    def _fill(self, popover: Popover) -> None:
        clear(popover.body)
        status = StatusText(role=Role.HEADING)
        status.show_state(self._state, f"{self._device}  {self._word}".strip())
        popover.body.addWidget(status)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for line, (label, value) in enumerate(self._facts):
            grid.addWidget(Text(label, Role.SMALL), line, 0)
            grid.addWidget(Text(value, Role.BODY, right=True), line, 1)
        popover.body.addLayout(grid)
        popover.adjustSize()


class Pill(QWidget):
    """A small tinted mark with icon and word, such as VIRTUAL."""

    def __init__(self, text: str, icon: str, tone: Tone) -> None:
        super().__init__()
        self._text, self._icon, self._tone = text, icon, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        follow_theme(self)

    def sizeHint(self) -> QSize:
        width = 16 + theme().px(12) + 5 + text_width(self._text, theme().font(Role.COLUMN)) * 1.06
        return QSize(round(width), theme().px(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, side, height = theme().tokens, theme().px(12), theme().px(20)
            rect = QRectF(0, (self.height() - height) / 2, self.width(), height)
            colour = tokens.of(self._tone)
            draw_box(painter, rect, PILL_RADIUS, tokens.tint(self._tone))
            draw_icon(
                painter, self._icon, QRectF(8, rect.center().y() - side / 2, side, side), colour
            )
            words = rect.adjusted(8 + side + 5, 0, -4, 0)
            font = theme().font(Role.COLUMN)
            font = type(font)(font)
            font.setWeight(font.Weight.DemiBold)
            draw_text(painter, words, self._text, font, colour)
