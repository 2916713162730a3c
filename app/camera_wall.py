"""The cameras of a rig side by side, fed with previews while they are on the screen."""

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.services.previews import PreviewFrame, PreviewLost, Previews
from app.widgets.button import IconButton
from app.widgets.camera_tile import CameraTile
from app.widgets.card import Card
from app.widgets.empty_state import EmptyState
from app.widgets.layouts import clear, place_in_tab_order
from lerobot_core.workers.protocol import DeviceReading, DeviceState

_READING_S = 0.5  # text that changes faster is hard to read, and costs a layout each time
_COLUMNS = 2
_GAP = 12


class CameraWall(QWidget):
    """Tiles named “<panel>.camera.<name>”, two in a row."""

    def __init__(self, previews: Previews, *, panel: str) -> None:
        super().__init__()
        self._previews = previews
        self._panel = panel
        self._tiles: dict[str, CameraTile] = {}
        self._devices: dict[str, DeviceReading] = {}
        self._read_at: dict[str, float] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._show_none()
        previews.frame_ready.connect(self._show_frame)
        previews.frame_lost.connect(self._show_lost)

    def set_cameras(self, cameras: Sequence[str]) -> None:
        if list(cameras) == list(self._tiles):
            return
        clear(self._grid)
        self._tiles = {}
        for place, camera in enumerate(cameras):
            tile = CameraTile(camera, panel=self._panel)
            self._tiles[camera] = tile
            self._grid.addWidget(tile, place // _COLUMNS, place % _COLUMNS)
            tile.folded.connect(self._share_room)
        self._share_room()
        place_in_tab_order(self, self.findChildren(IconButton))
        if not cameras:
            self._show_none()

    def show_devices(self, devices: Sequence[DeviceReading]) -> None:
        """Show each camera's state; without a word about it, a camera is not open."""
        self._devices = {device.name: device for device in devices if device.role == "camera"}
        for camera, tile in self._tiles.items():
            device = self._devices.get(camera)
            if device is None:
                tile.show_reading(DeviceState.NONE, self.tr("not open"), None, None)
            elif device.state is not DeviceState.OK:
                tile.show_reading(device.state, device.word, device.fps, device.age_ms)

    def showEvent(self, event: QShowEvent) -> None:
        self._previews.add_viewer(self)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._previews.remove_viewer(self)
        super().hideEvent(event)

    @Slot()
    def _share_room(self) -> None:
        """Hidden pictures leave their room to the others; the head stays where it was."""
        columns: dict[int, bool] = {}
        for place, tile in enumerate(self._tiles.values()):
            column = place % _COLUMNS
            columns[column] = columns.get(column, True) and tile.is_folded
            top = Qt.AlignmentFlag.AlignTop
            self._grid.setAlignment(tile, top if tile.is_folded else Qt.AlignmentFlag(0))
        for column in range(_COLUMNS):
            shows_picture = column in columns and not columns[column]
            self._grid.setColumnStretch(column, 1 if shows_picture else 0)

    def _show_none(self) -> None:
        card = Card()
        empty = EmptyState(
            "camera-outline", self.tr("No cameras"), self.tr("The rig's cameras appear here.")
        )
        card.body.addWidget(empty)
        self._grid.addWidget(card, 0, 0)

    @Slot(object)
    def _show_frame(self, frame: PreviewFrame) -> None:
        tile = self._tiles.get(frame.camera)
        if tile is None or not self.isVisible():
            return
        tile.show_pixels(frame.pixels)
        now = time.monotonic()
        device = self._devices.get(frame.camera)
        is_well = device is not None and device.state is DeviceState.OK
        if is_well and now - self._read_at.get(frame.camera, 0.0) >= _READING_S:
            self._read_at[frame.camera] = now
            tile.show_reading(DeviceState.OK, "", frame.fps, frame.age_ms)

    @Slot(object)
    def _show_lost(self, lost: PreviewLost) -> None:
        tile = self._tiles.get(lost.camera)
        if tile is not None and lost.since_s:
            tile.show_lost(lost.since_s)
