"""A device in a list: icon or picture, name, what it is, how it is, and perhaps one small step."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from app.theme.icons import draw_icon
from app.theme.theme import theme
from app.theme.tokens import DARK, Tone
from app.theme.type_scale import CONTROL_RADIUS, Role
from app.widgets.button import IN_CARD, Button
from app.widgets.layouts import row
from app.widgets.painting import (
    draw_box,
    draw_focus_ring,
    draw_icon_text,
    draw_text,
    follow_theme,
    smooth_painter,
    text_width,
)
from app.widgets.ringed import ENTER_KEYS, RingedWidget
from lerobot_core.types import Image

_CHOOSE_KEYS = ENTER_KEYS | {Qt.Key.Key_Space}
_LINE, _PADDING = 17, 7
_ICON_COLUMN, _PICTURE_WIDTH, _GAP = 30, 72, 10


@dataclass(frozen=True)
class DeviceLook:
    """What a row shows. ``step``: the label of its button; empty: it has none."""

    name: str
    detail: str
    status: tuple[str, Tone, str]  # text, tone, icon
    icon: str
    is_virtual: bool = False
    step: str = ""


class DeviceRow(RingedWidget):
    """With ``is_choice`` a click, Enter or Space chooses it. Named “<name>”, its button
    “<name>.step”."""

    chosen = Signal()
    step_wanted = Signal()

    def __init__(self, name: str, *, is_choice: bool, has_picture: bool = False) -> None:
        super().__init__(_CHOOSE_KEYS)
        self.setObjectName(name)
        self._is_choice, self._has_picture = is_choice, has_picture
        self._is_selected = False
        self._look = DeviceLook("", "", ("", Tone.NEUTRAL, "circle-outline"), "")
        self._image: QImage | None = None
        self._pixels: Image | None = None  # the image points into this array
        if not is_choice:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.step_button = Button("", size=IN_CARD, name=f"{name}.step")
        self.step_button.hide()
        self.step_button.clicked.connect(self.step_wanted)
        self.setLayout(row(None, self.step_button, margins=(0, 0, 4, 0)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow_theme(self)

    def show_look(self, look: DeviceLook, *, is_selected: bool = False) -> None:
        if (look, is_selected) == (self._look, self._is_selected):
            return
        self._look, self._is_selected = look, is_selected
        if look.step:
            self.step_button.show_action(look.step, "")
        self.step_button.setVisible(bool(look.step))
        self.setAccessibleName(look.name)
        parts = (look.detail, look.status[0], self.tr("virtual") if look.is_virtual else "")
        self.setAccessibleDescription(", ".join(part for part in parts if part))
        self.setToolTip(f"{look.name}\n{look.detail}\n{look.status[0]}")
        self.update()

    @property
    def look(self) -> DeviceLook:
        return self._look

    def show_pixels(self, pixels: Image) -> None:
        """The newest picture, of shape (height, width, 3), RGB. Not copied."""
        height, width, _ = pixels.shape
        self._image = QImage(
            pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888
        )
        self._pixels = pixels
        self.update()

    def show_no_picture(self) -> None:
        if self._image is not None:
            self._image = self._pixels = None
            self.update()

    @property
    def has_pixels(self) -> bool:
        return self._image is not None

    def sizeHint(self) -> QSize:
        return QSize(240, 3 * theme().px(_LINE) + 2 * _PADDING)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_choice and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_choice and event.key() in _CHOOSE_KEYS:
            self.ring_from_now_on()
            if not event.isAutoRepeat():
                self.chosen.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        with smooth_painter(self) as painter:
            whole = QRectF(self.rect())
            if self._is_selected:
                draw_box(painter, whole, CONTROL_RADIUS, tokens.accent_tint)
                draw_box(painter, QRectF(0, 6, 3, self.height() - 12), 1.5, tokens.accent)
            elif self._is_choice and self.underMouse():
                draw_box(painter, whole, CONTROL_RADIUS, tokens.raised)
            left = (self._paint_picture if self._has_picture else self._paint_icon)(painter)
            self._paint_words(painter, left)
            if self.has_keyboard_focus:
                draw_focus_ring(painter, whole, CONTROL_RADIUS)

    def _paint_icon(self, painter: QPainter) -> float:
        side = theme().px(18)
        spot = QRectF(8, (self.height() - side) / 2, side, side)
        draw_icon(painter, self._look.icon, spot, theme().tokens.text3)
        return 8 + side + _GAP

    def _paint_picture(self, painter: QPainter) -> float:
        """Fitted whole into a well, which is dark in both themes."""
        wide, high = theme().px(_PICTURE_WIDTH), self.height() - 8
        well = QRectF(4, 4, wide, high)
        draw_box(painter, well, 4, theme().tokens.well)
        if self._image is not None:
            scale = min(wide / self._image.width(), high / self._image.height())
            size = self._image.width() * scale, self._image.height() * scale
            x, y = 4 + (wide - size[0]) / 2, 4 + (high - size[1]) / 2
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(x, y, *size), self._image)
        else:
            side = theme().px(18)
            spot = QRectF(well.center().x() - side / 2, well.center().y() - side / 2, side, side)
            draw_icon(painter, self._look.icon, spot, DARK.text3)
        return 4 + wide + _GAP

    def _paint_words(self, painter: QPainter, left: float) -> None:
        tokens, line = theme().tokens, theme().px(_LINE)
        look = self._look
        right = self.step_button.width() + 12 if look.step else 6
        width = self.width() - left - right
        top = (self.height() - 3 * line) / 2
        name = theme().font(Role.HEADING)
        side = theme().px(13)
        room = width - side - 10 if look.is_virtual else width
        draw_text(painter, QRectF(left, top, room, line), look.name, name, tokens.text)
        if look.is_virtual:
            after = left + min(text_width(look.name, name), room) + 8
            spot = QRectF(after, top + (line - side) / 2, side, side)
            draw_icon(painter, "cube-outline", spot, tokens.virt)
        detail = QRectF(left, top + line, width, line)
        draw_text(painter, detail, look.detail, theme().font(Role.SMALL), tokens.text3)
        text, tone, icon = look.status
        status = QRectF(left, top + 2 * line, width, line)
        colour = tokens.of(tone)
        font = theme().font(Role.SMALL)
        draw_icon_text(painter, status, icon, text, font, colour, colour)
