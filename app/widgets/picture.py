"""A picture well: the picture whole, dark bars beside it, never cropped or tinted."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.theme import theme
from app.theme.type_scale import PILL_RADIUS, Role
from app.widgets.painting import CENTRE, draw_text, text_width
from lerobot_core.types import Image

_VEIL = 0.65  # black over the last picture of a camera that is lost
_CAPTION_GROUND = 0.78
_MIN_HEIGHT = 160


class Picture(QWidget):
    """Shows one picture; the newest replaces it."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._pixels: Image | None = None  # the image points into this array
        self._lost = self._caption = self._waiting = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(_MIN_HEIGHT)
        # It covers all of itself, so a new picture does not repaint the tile and panel below.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_pixels(self, pixels: Image) -> None:
        """Show an array of shape (height, width, 3), RGB. It is not copied: do not write to it."""
        height, width, _ = pixels.shape
        image = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
        self.show_image(image)
        self._pixels = pixels

    def show_image(self, image: QImage) -> None:
        self._image, self._pixels = image, None
        self._lost = ""
        self.update()

    def show_lost(self, text: str) -> None:
        """Darken the last picture and write across it; an empty text takes that away."""
        if text != self._lost:
            self._lost = text
            self.update()

    def show_waiting(self, text: str) -> None:
        """What is written while there was no picture yet."""
        if text != self._waiting:
            self._waiting = text
            self.update()

    def show_caption(self, text: str) -> None:
        """A caption at the bottom left, for an overlay or staged edits only."""
        if text != self._caption:
            self._caption = text
            self.update()

    def clear(self) -> None:
        self._image = self._pixels = None
        self._lost = ""
        self.update()

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def fitted(self) -> QRectF:
        """Where the picture lies: as large as it fits, its shape kept."""
        if self._image is None:
            return QRectF(self.rect())
        size = self._image.size()
        scale = min(self.width() / size.width(), self.height() / size.height())
        width, height = size.width() * scale, size.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme().tokens.well))
            if self._image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(self.fitted(), self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._lost:
                veil = QColor("black")
                veil.setAlphaF(_VEIL)
                painter.fillRect(self.rect(), veil)
                self._write(painter, self._lost)
            elif self._image is None and self._waiting:
                self._write(painter, self._waiting)
            if self._caption:
                self._write_caption(painter)

    def _write(self, painter: QPainter, text: str) -> None:
        # The well is dark in both themes, so the text on it is white in both.
        draw_text(painter, QRectF(self.rect()), text, theme().font(Role.HEADING), "white", CENTRE)

    def _write_caption(self, painter: QPainter) -> None:
        font, height = theme().font(Role.SMALL), theme().px(22)
        width = text_width(self._caption, font) + 16
        rect = QRectF(8, self.height() - height - 8, min(width, self.width() - 16), height)
        ground = QColor("black")
        ground.setAlphaF(_CAPTION_GROUND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, PILL_RADIUS, PILL_RADIUS)
        draw_text(painter, rect, self._caption, font, "white", CENTRE)
