"""Icons of the Material Design family, drawn as glyphs in the colours of the theme.

The font and its table of names are those that the ``qtawesome`` package carries. They are
read directly: importing the package costs 160 ms of start-up, mostly for Qt modules that
this program has no use for.
"""

import importlib.util
import json
from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap

from lerobot_core.errors import LibraryMissing
from lerobot_core.workers.protocol import DeviceState

STATE_ICONS = {
    DeviceState.OK: "check-circle",
    DeviceState.WARN: "alert",
    DeviceState.BAD: "close-octagon",
    DeviceState.NONE: "circle-outline",
    DeviceState.WORKING: "progress-clock",
}


@cache
def _font_files() -> tuple[Path, Path]:
    found = importlib.util.find_spec("qtawesome")
    if found is None or not found.submodule_search_locations:
        raise LibraryMissing(library="qtawesome", extra="dev")
    folder = Path(found.submodule_search_locations[0]) / "fonts"
    font = next(folder.glob("materialdesignicons6-webfont-*.ttf"))
    names = next(folder.glob("materialdesignicons6-webfont-charmap-*.json"))
    return font, names


@cache
def _glyphs() -> dict[str, str]:
    table = json.loads(_font_files()[1].read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


@cache
def _family() -> str:
    loaded = QFontDatabase.addApplicationFont(str(_font_files()[0]))
    return QFontDatabase.applicationFontFamilies(loaded)[0]


@lru_cache(maxsize=32)
def _font(size_px: int) -> QFont:
    font = QFont(_family())
    font.setPixelSize(size_px)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: str | QColor) -> None:
    """Paint an icon as high as ``rect``, centred in it. Raises KeyError for an unknown name."""
    glyph = _glyphs()[name]
    painter.save()
    painter.setFont(_font(max(1, round(rect.height()))))
    painter.setPen(QColor(colour))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, glyph)
    painter.restore()


@lru_cache(maxsize=256)
def icon_pixmap(name: str, colour: str, size_px: int, ratio: float = 1.0) -> QPixmap:
    """A square picture of an icon, ``size_px`` in the units of the layout."""
    pixmap = QPixmap(round(size_px * ratio), round(size_px * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        draw_icon(painter, name, QRectF(0, 0, size_px, size_px), colour)
    return pixmap


def icon(name: str, colour: str, size_px: int = 16) -> QIcon:
    return QIcon(icon_pixmap(name, colour, size_px, 2.0))
