"""A camera's tile: its state above, its picture below; can float, fill a screen, or fold."""

import sys
import time
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFrame, QWidget

from app.theme.theme import theme
from app.theme.type_scale import CARD_RADIUS, Role
from app.widgets.button import IconButton
from app.widgets.layouts import column, row
from app.widgets.painting import draw_box, follow_theme, smooth_painter, text_width
from app.widgets.picture import Picture
from app.widgets.text import StatusText, Text
from lerobot_core.types import Image
from lerobot_core.workers.protocol import DeviceState

_UNLIMITED = 16_777_215  # Qt's own bound of a widget's size


class CameraTile(QFrame):
    """Shows what it is told; it reads no camera. Object names are “<panel>.camera.<name>”."""

    folded = Signal()  # or unfolded

    def __init__(self, camera: str, *, panel: str) -> None:
        super().__init__()
        self.camera = camera
        name = f"{panel}.camera.{camera}"
        self.setObjectName(name)
        self.setAccessibleName(self.tr("Camera {0}").format(camera))
        self.picture = Picture()
        self.picture.show_waiting(self.tr("waiting for a picture"))
        self._floating: FloatingPicture | None = None
        self._status = StatusText(camera, role=Role.HEADING, quiet=True)
        self._reading = Text("", Role.SMALL, elides=True)
        self.undock_button = IconButton(
            "dock-window", self.tr("Show in a window of its own"), name=f"{name}.undock"
        )
        self.zoom_button = IconButton("fullscreen", self.tr("Fill the screen"), name=f"{name}.zoom")
        self.hide_button = IconButton("eye-outline", "", name=f"{name}.hide")
        self._head = QWidget()
        buttons = row(self.undock_button, self.zoom_button, self.hide_button, spacing=2)
        head = row(self._status, spacing=8, margins=(12, 0, 4, 0))
        head.addWidget(self._reading, 1)
        head.addLayout(buttons)
        self._head.setLayout(head)
        layout = column(self._head, spacing=0, margins=(1, 1, 1, 6))
        layout.addWidget(self.picture, 1)
        self._layout = layout
        self.setLayout(layout)
        self.undock_button.clicked.connect(lambda: self._float(fills_screen=False))
        self.zoom_button.clicked.connect(lambda: self._float(fills_screen=True))
        self.hide_button.clicked.connect(lambda: self.fold(not self.is_folded))
        self.show_reading(DeviceState.NONE, "", None, None)
        self.fold(False)
        theme().changed.connect(self._scale)
        follow_theme(self)

    def show_image(self, image: QImage) -> None:
        """The newest picture. It is not copied: its memory must stay as it is."""
        self.picture.show_image(image)
        if self._floating is not None:
            self._floating.picture.show_image(image)

    def show_pixels(self, pixels: Image) -> None:
        """The same from an array of shape (height, width, 3), RGB."""
        self.picture.show_pixels(pixels)
        if self._floating is not None:
            self._floating.picture.show_pixels(pixels)

    def show_reading(
        self, state: DeviceState, word: str, fps: float | None, age_ms: float | None
    ) -> None:
        """State, and what the camera (not the screen) does: frames a second, age of the newest."""
        self._status.show_state(state, self.camera)
        parts = [] if state is DeviceState.OK or not word else [word]
        if state in (DeviceState.OK, DeviceState.WARN):
            parts += [] if fps is None or parts else [self.tr("{0:.1f} fps").format(fps)]
            parts += [] if age_ms is None else [self.tr("{0:.0f} ms").format(age_ms)]
        has_pictures = state in (DeviceState.OK, DeviceState.WARN, DeviceState.WORKING)
        waiting = self.tr("waiting for a picture") if has_pictures else self.tr("no picture")
        self.picture.show_waiting(waiting)
        self._reading.setText(self._as_much_as_fits(parts))

    def _as_much_as_fits(self, parts: Sequence[str]) -> str:
        """A reading is left out rather than cut; the first is cut rather than left out."""
        room = self._reading.width() if self.isVisible() else sys.maxsize
        while len(parts) > 1 and text_width("  ".join(parts), theme().font(Role.SMALL)) > room:
            parts = parts[:-1]
        return "  ".join(parts)

    def show_lost(self, since_s: float | None) -> None:
        """“no picture since …” over the last one. Seconds since the epoch; None: all is well."""
        text = ""
        if since_s is not None:
            clock = time.strftime("%H:%M:%S", time.localtime(since_s))
            text = (
                self.tr("no picture since {0}").format(clock) if since_s else self.tr("no picture")
            )
        for picture in self._pictures():
            picture.show_lost(text)

    def show_caption(self, text: str) -> None:
        for picture in self._pictures():
            picture.show_caption(text)

    def clear(self) -> None:
        """Forget the picture, as when the session has ended."""
        for picture in self._pictures():
            picture.clear()

    @property
    def is_folded(self) -> bool:
        return self.picture.isHidden()

    def fold(self, folded: bool) -> None:
        """Hide the picture; its head stays and brings it back."""
        self.picture.setVisible(not folded)
        self._layout.setStretchFactor(self.picture, 0 if folded else 1)
        self._scale()
        if folded:
            self.hide_button.show_icon("eye-off-outline", self.tr("Show the picture"))
        else:
            self.hide_button.show_icon("eye-outline", self.tr("Hide the picture"))
        self.folded.emit()

    def _pictures(self) -> list[Picture]:
        floating = [] if self._floating is None else [self._floating.picture]
        return [self.picture, *floating]

    def _float(self, *, fills_screen: bool) -> None:
        if self._floating is None:
            self._floating = FloatingPicture(self.camera, self)
            self._floating.closed.connect(self._on_floating_closed)
        if fills_screen:
            self._floating.showFullScreen()
        else:
            self._floating.showNormal()
        self._floating.raise_()

    def _on_floating_closed(self) -> None:
        if self._floating is not None:
            self._floating.deleteLater()
            self._floating = None

    def _scale(self) -> None:
        self._head.setFixedHeight(theme().px(31))
        foot = self._layout.contentsMargins().bottom()
        self.setMaximumHeight(theme().px(31) + foot if self.is_folded else _UNLIMITED)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens = theme().tokens
            # The well reaches below the picture, so that the corners at the foot stay round.
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.well, tokens.line)
            head = QRectF(0, 0, self.width(), self._head.height() + 1)
            painter.setClipRect(head if not self.is_folded else self.rect())
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.surface, tokens.line)


class FloatingPicture(QWidget):
    """A second, larger look at a camera. Not modal: STOP and the panel go on working."""

    closed = Signal()

    def __init__(self, camera: str, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Camera {0}").format(camera))
        self.picture = Picture()
        self.setLayout(column(self.picture))
        self.resize(960, 720)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
